"""Commands about change: what versions say differently, what would have been, what can be promised, what might come.

May import: `history`, for those that read one; what all commands have in common, and every edge.
"""
