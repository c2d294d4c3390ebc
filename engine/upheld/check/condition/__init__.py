"""Conditions, alone, as cases of which the first counts, and as the columns of a table: whether each has a say.

May import: `inspection` and the checks of time; the core and `loader`.
"""
