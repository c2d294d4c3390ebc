"""Commands that draft a document from an export: `map` the mapping, and what it asks, looks at and checks on the way.

May import: `history`; what all commands have in common, and every edge.
"""
