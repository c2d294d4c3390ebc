"""Walks: what came of the steps of all tickets.

Source: DESIGN section 11, step 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from upheld.bulk.answers.outcomes import PairOutcome
from upheld.bulk.automaton.course import Firings
from upheld.bulk.keys.records import Bools, Int16s, Int32s, Int64s

LEFT: Final = -1
"""The outcome of a record of a ticket that goes to the scalar path."""
LATE: Final = 0
"""The outcome of a record that lies before what last happened to its ticket."""


class Walk(NamedTuple):
    """How all tickets of a history went.

    Attributes:
        outcome: That of each record: a place in ``outcomes``, or ``LEFT``.
        outcomes: What they are; the first is that of late records.
        status: The last of each ticket.
        late: The records that were refused as out of order.
        last_s: For each of them, when something had last happened to its ticket.
        left: Why each ticket goes to the scalar path, a place in ``reasons``; 0 for none.
        reasons: Why.
        fired: The timers that fired.
    """

    outcome: Int32s
    outcomes: Sequence[PairOutcome]
    status: Int32s
    late: Int64s
    last_s: Int64s
    left: Int16s
    reasons: Sequence[str]
    fired: Firings

    @property
    def accepted(self) -> Bools:
        """Which records were accepted, of the tickets that were decided here."""
        refused = np.array([each.refused >= 0 for each in self.outcomes])
        return np.asarray((self.outcome >= 0) & ~refused[self.outcome])


class Charged(NamedTuple):
    """Accepted records on which something may be charged.

    Attributes:
        row: Which they are.
        before, after: The statuses of their tickets.
    """

    row: Int64s
    before: Int32s
    after: Int32s
