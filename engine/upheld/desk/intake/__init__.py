"""Intake: what is sent to a desk is decided and kept, with all that comes of it, in one transaction.

What callers give is `sent`; a *submission* locks what it will touch, a `batch` decides record after record, and a
`move` has a ticket go on under another policy.

May import: all rooms of the desk but `webhooks`, the core, `engine`, `replaying`.
"""
