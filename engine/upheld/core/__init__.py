"""The core: what decides, and nothing that reaches outside - no file, clock, chance, log or user.

Thirteen wings stand on a ground of five terms (`errors`, `finding`, `frozen`, `nearest`, `series`); imports run
downwards only:

    story       everything that happened to one ticket, and why
    replay      what became of many tickets: verdicts, summary, work order, warnings
    remedies    stratum five: what broken promises cost the vendor; nothing but replay and story reads it
    population  promises over many tickets: objectives, availability
    decision    one event in, one explained decision out: the only wing that knows all strata
    billing     strata three and four: rating, ledgers, statements
    clocks      stratum two: promised times, ticket by ticket; knows nothing of billing, nor billing of it
    lifecycle   stratum one: admission, rules, facts, timers, refusals
    record      what goes in and comes out: event, ticket, reason, message, journal
    proof       what conditions leave to one another, decided
    policy      the contract as values
    condition   conditions as data
    time        instants, calendars, durations, recurrences, due instants

`tests/architecture` holds this order and fails on an import that runs upwards. Source: DESIGN section 1, "Wings".
"""
