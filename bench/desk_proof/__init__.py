"""What is done to a desk to prove that nothing is lost: `desk_faults.py` runs it at length, `tests/desk` a little of it.

`story` tells what happens, `databases` where; each of the others is one kind of harm.
"""
