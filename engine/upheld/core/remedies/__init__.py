"""Stratum five: what broken promises cost the vendor. It reads all the strata before it, and none of them it.

`worth` says how much a remedy is on a date, `breach` what may be owed for one broken clock or period, `booking` when it
is owed and how much caps leave of it, `reckoning` gathers it over all tickets, `credit` puts it on accounts.

May import: `population` and all below it.
"""
