"""Commands that draft from an export: `map` the mapping, with what it asks, looks at and checks; `draft` a policy.

May import: `history`; what all commands have in common, and every edge.
"""
