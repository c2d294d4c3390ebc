"""Formats: each finds the rows in files of one kind, and knows neither a policy nor what a row means.

A `csv_table` has a row on each line, and so have `json_lines`; an `xes` log has one for each event. What an API gave
is an `api_object` that stands in a `json_document`; trackers have a room of their own, `tracker`. A new format is a
module here, and a line in `upheld.history.formats`.

May import: `file` and `importer` of histories, and the core's records and instants.
"""
