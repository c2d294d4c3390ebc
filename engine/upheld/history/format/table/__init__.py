"""Tables that are no text of lines, and what all tables have in common: the `head`, which names the columns.

May import: what formats may.
"""
