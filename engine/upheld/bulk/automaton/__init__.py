"""The automaton: which records are accepted and what they do, for all tickets at once, through tables the engine fills.

Terms: status (how a ticket stands, as far as it matters), outcome (what a record of a kind does on a ticket of a
status), step, course (the steps of all tickets), spell (what there was on a ticket from one step to another).

May import: keys and clocks of this part; the core, `engine`, numpy.

Source: DESIGN section 11, "The idea".
"""
