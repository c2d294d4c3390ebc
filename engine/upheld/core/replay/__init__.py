"""What became of many tickets: verdicts, summary, conformance, work order, and what to beware of.

`replay` takes the records, `verdict` is one ticket, `summary` all together, `conformance` how far a tracker's states
agree with the policy, `customers` whose accounts are charged and in which order, `late` what putting records in order
would change, `granularity` whether instants are fine enough to judge by, `unpromised` where no promise began and why,
`logs` where the tickets are kept meanwhile and how each is written, `work_order` what to handle first,
`warning` what a reader should know before believing a figure, `owed` what breaches cost over all tickets, and
`repeating` takes the records that are like others.

May import: `remedies` and all below it.
"""
