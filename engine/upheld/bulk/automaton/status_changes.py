"""Status changes: the statuses after outcomes, each pair worked out once.

Source: DESIGN section 11, "new status".
"""

from __future__ import annotations

import numpy as np

from upheld.bulk.automaton.asking import Asking
from upheld.bulk.automaton.statuses import Statuses
from upheld.bulk.keys.pairs import NOT_THERE, Pairs
from upheld.bulk.keys.records import Int32s


class StatusChanges:
    """What outcomes make of statuses."""

    def __init__(self, statuses: Statuses, asking: Asking) -> None:
        self._statuses, self._asking = statuses, asking
        self._after = Pairs()

    def after(self, status: Int32s, outcome: Int32s) -> Int32s:
        """The statuses after outcomes that change them."""
        found = self._after.find(status, outcome)
        missing = np.flatnonzero(found == NOT_THERE)
        if len(missing):
            pair = status[missing].astype(np.int64) << 32 | outcome[missing]
            _, sample, place = np.unique(pair, return_index=True, return_inverse=True)
            was, by = status[missing[sample]], outcome[missing[sample]]
            new = np.array([self._made(*each) for each in zip(was.tolist(), by.tolist())], np.int32)
            self._after.add(was, by, new)
            found[missing] = new[place]
        return found

    def _made(self, status: int, outcome: int) -> int:
        change = self._asking.outcomes[outcome].change
        return status if change is None else self._statuses.after(status, change)
