"""Redecision: the journal decided anew, which is what everything else of a desk is a cache of.

`deciding` decides records as they were decided when they came; `verification` compares that with what is kept, and
`rebuilding` writes it; `revision` decides a ticket anew with a late record in its place, or under another policy;
`readings` are replays of the journal; `carrying` says what charged tickets leave on accounts when they leave.

May import: `telling`, `standing`, `people`, `record`, `storage`, the core, `engine`, `explaining`, `replaying`.
"""
