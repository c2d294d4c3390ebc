"""The ticket: what became of one and why, and what comes next.

`story` is the page of `upheld explain`, with `episode` for each record, `clock_account` for each clock and `reasons`
for what they rest on. `forecasts` tells when promises would fall due, `worklist` which ticket comes first, `statement`
what tickets took from a customer's accounts.

May import: `policy`, `words`, `page` and the core.
"""
