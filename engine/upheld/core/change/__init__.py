"""What two versions of a policy say differently.

`pairing` finds what is the same part in both, `difference` walks from part to part and tells what differs, and
`affected_ticket` shows a ticket that a changed condition treats otherwise.

May import: `proof`, `policy`, `condition`, `time` and the ground. Nothing here decides a ticket.
"""
