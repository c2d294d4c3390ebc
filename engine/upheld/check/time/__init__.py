"""Time: whether opening times mean something, and lengths and business days can be counted in them.

May import: `inspection`; the core, `calendars` and `schema`.
"""
