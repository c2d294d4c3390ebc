"""Strata three and four: what is charged, how it is rated, and what is on a customer's accounts.

`charging` is the door of the stratum. An `entry` is what was written, a `ledger` one account of one customer,
`booking` what may be done on it, `accounts` all of a customer's; `plan`, `state` and `step` are charges made ready,
remembered, and applied to one event; `rating` computes, `grants` are what contracts put in and time takes away,
`payment` tells the engine what an event costs, and a `statement` is an account in a period.

May import: `lifecycle` and all below it. Never `clocks`.
"""
