"""Standing: how tickets and customers stand by now, which is a cache of the journal.

`standings` are rows that are held while something happens to them, in `plain_text` that says its version; what was
`granted` stays so, whichever contracts are adopted later.

May import: `record`, `storage`, the core.
"""
