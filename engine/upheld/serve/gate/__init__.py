"""The gate: what is asked at a door before its handler runs: who comes, how often, and what they bring.

May import: `problems`, `settings`; the core, the desk, and `history` (strict JSON).
"""
