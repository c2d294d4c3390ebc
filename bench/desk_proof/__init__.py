"""Harm done to a desk to prove that nothing is lost: `desk_faults.py` does much of it, `tests/desk` a little.

`story` tells what happens, `databases` where; each of the others is one kind of harm.
"""
