"""The automaton: what became of all tickets at once, through the tables that the engine's answers fill.

Terms: step, walk (the steps of all tickets), course (these and the timers that fired), spell (what there was on a
ticket from one step to another).

May import: answers, keys and clocks of this part; the core, `engine`, numpy.

Source: DESIGN section 11, "The idea".
"""

from __future__ import annotations
