"""Stratum one: states and moves, rules, facts, timers, and every way in which an event is refused.

`plan` is the policy worked out event by event, `machine` its moves; `event_data` checks what was recorded, `channels`
the way it came in, `admission` whether anything stands against it, `consequences` what rules, transitions, settings
and escalation make of it, `refusals` what is told where it is not accepted. `moment` and `time_names` say what names
hold, a `happening` is what the strata above see, `knowledge` what is known before a ticket is opened, a
`barrier` what would refuse it then, and `explanation` what had a say.

May import: `record`, `proof`, `policy`, `condition`, `time` and the ground; the library `transitions` in `machine`.
"""
