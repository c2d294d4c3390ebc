"""What two versions of a policy say differently, what either would make of a history, and what could be promised.

`pairing` finds what is the same part in both versions, `difference` walks from part to part and tells what differs, and
`affected_ticket` shows a ticket that a changed condition treats otherwise. `comparison` puts the verdicts of one
history under both side by side. `fit` reads off verdicts what could have been promised, with intervals of `binomial`.

May import: `proof`, `policy`, `condition`, `time` and the ground. Nothing here decides a ticket: verdicts are given.
"""
