"""What goes in and comes out: event, ticket, reason, refusal, message, journal, and JSON as text.

An `event` is what somebody recorded, a `ticket` all that the engine has to remember of one, a `reason` what had a
say, a `message` what is told to people, the `journal` a chain of digests over a ticket's records. `json_text`
is how any of it is printed.

May import: `proof`, `policy`, `condition`, `time` and the ground.
"""
