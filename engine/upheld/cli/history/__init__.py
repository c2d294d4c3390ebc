"""Commands on a history, and what they have in common.

`options` are what all of them take, `history` is what was asked for as it is read, and `jobs`, `columns` and `beside`
are the ways in which it is decided. `replay`, `report`, `explain`, `queue` and `statement` each are a command.

May import: what all commands have in common (`failure`, `misuse`, `output`, `lazy_group`), and every edge.
"""
