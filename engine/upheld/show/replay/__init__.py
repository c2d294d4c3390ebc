"""The replay: what became of many tickets.

`replay_page` is the page; `kept_promises` counts what was upheld of what was promised, `irregularities` what went
another way than the policy says, `unheard` what no figure tells of.

May import: `policy`, `words`, `page` and the core.
"""
