"""Commitments: what each promises, and how its clocks begin, go on through changes, and end.

May import: `inspection` and the checks of words, time, conditions and the lifecycle; the core.
"""
