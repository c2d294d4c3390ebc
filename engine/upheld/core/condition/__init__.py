"""Conditions as data: what a name may hold, what is asked of it, and whether it holds.

`domain` and `ordered` say which values there are, `scope` which names may be read at a place, `grammar` and
`comparison` read what an author wrote, `condition` is the result, `predicate` the same made ready to be asked often.

May import: `time` and the ground.
"""
