"""Answers: what the engine says of records and timers on tickets, asked once and kept.

Terms: status (how a ticket stands, as far as it matters), outcome (what a record of a kind does on a ticket of a
status), slot (where a status has a clock), change (what an outcome makes of a status).

May import: keys and clocks of this part; the core, `engine`, numpy.

Source: DESIGN section 11, "each pair is decided once, by `Engine.decide`".
"""

from __future__ import annotations
