"""Standing: how tickets and customers stand by now, which is a cache of the journal.

`standings` are rows that are held while something happens to them, in `plain_text` that says its version.

May import: `storage`, the core.
"""
