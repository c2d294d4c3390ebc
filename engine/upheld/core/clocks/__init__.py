"""Stratum two: promised times, ticket by ticket.

`clocks` is the door. A `clock` is one run of a commitment, `terms` what it is promised, `pauses` what stands
still of it, `plan` what events do to clocks, `rules` how they pause, fall due and warn, `step` one happening,
`judging` what a clock is promised as things stand, `own_dates` what a record's own date means for it, `state` what is
remembered between two steps. `row` is what a verdict says of a clock, `story` where its time went, `forecast` when it
would fall due.

May import: `lifecycle` and all below it. Never `billing`.
"""
