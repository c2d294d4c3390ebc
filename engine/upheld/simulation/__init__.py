"""Histories of a policy that never happened: for demonstrations, load, and what-if.

`rates` say how often and how long, read from a document; `course` is one ticket from its opening to its end, every
record of which the engine has accepted; `history` puts many of them together. The same seed makes the same history, on
any machine.

Source: DESIGN section 14, "`upheld simulate`".
"""
