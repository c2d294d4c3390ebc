"""Records that repeat: taken by what is known of others like them, and not decided.

`records` takes them, `automaton` has the steps that tickets make by them, `status` is what these lead from and to,
`ongoing` is a ticket between two of them.

May import: the modules of `replay` that know one ticket, and all below them.
"""
