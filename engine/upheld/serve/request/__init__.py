"""A request before its handler: at which door it comes, by whom, how often, and what it brings.

May import: `problems`, `settings`; the core, the desk, and `history` (strict JSON).
"""
