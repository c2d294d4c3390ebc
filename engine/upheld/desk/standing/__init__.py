"""Standing: how tickets and customers stand by now, which is a cache of the journal.

`standings` are rows that are held while something happens to them, in `plain_text` that says its version. What was
`granted` stays so, whichever contracts are adopted later; what is `carried` is no cache, but what tickets that left
have left on accounts.

May import: `record`, `people`, `storage`, the core.
"""
