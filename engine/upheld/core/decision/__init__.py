"""The engine: one event in, one explained decision out. The only wing that knows all strata.

`engine` decides: it finds an `outcome`, or looks it up in a `table` by the `names_read`, and follows it. `advance` is a
ticket's step from one standing to the next, `observation` what a tracker recorded as a state, `trace` what was done as
references, and a `decision` the answer as everybody else sees it.

May import: `billing`, `clocks` and all below them.
"""
