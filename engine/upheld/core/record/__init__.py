"""What goes in and comes out: event, ticket, reason, refusal, message, journal.

An `event` is what somebody recorded, a `ticket` all that the engine has to remember of one, a `reason` what had a
say, a `message` what is told to people, the `journal` a chain of digests over a ticket's records.

May import: `proof`, `policy`, `condition`, `time` and the ground.
"""
