"""The contract as values: states, events, rules, commitments, charges, parameters, contracts.

Nothing here is decided, only said; the loader makes these values and the checker proves that they make sense.
`policy` holds them all, `provenance` is what each rests on, `schedule` everything it says about time, built once.

May import: `condition`, `time` and the ground.
"""
