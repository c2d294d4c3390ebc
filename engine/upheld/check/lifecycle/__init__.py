"""The lifecycle, and the paths through it, which others ask for what can follow what.

May import: `inspection`; the core.
"""
