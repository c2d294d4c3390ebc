"""Histories: what trackers exported, read as records of events.

`reading` is the door: it asks `formats` which format a file is, and gives the events of its records. A *file* gives
text or bytes within limits. A *format* makes rows of them: cells by column, as the tracker wrote them. A *mapping*
says what the columns and their words mean, and makes records of rows. `canonical` histories need none: their columns
are those of records. An `event_record` states an event.

What is noticed on the way is a `notice`; `arrival` tells whether records stand newest first. Which of several tables of
a file is meant is its `part`; what a file is that is none of the formats, `foreign` tells. What does not fit into
memory spills to disk: `sorting`, and the `spilled_logs` of a replay.

Its rooms import in this order: `notice`, `part`, `arrival`, `file`, `importer`, `sorting`, `spilled_logs`, `foreign`,
`format`, `mapping`, `draft`, `canonical`, `event_record`, `formats`, `reading`; `tests/architecture` holds it. Source:
DESIGN section 6, "History".
"""
