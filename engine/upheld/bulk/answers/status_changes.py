"""Status changes: the statuses after outcomes, each pair worked out once.

Source: DESIGN section 11, "new status".
"""

from __future__ import annotations

import numpy as np

from upheld.bulk.answers.asking import Asking
from upheld.bulk.answers.statuses import NO_TICKET, Statuses
from upheld.bulk.keys.pairs import Pairs
from upheld.bulk.keys.records import Bools, Int32s, Int64s


class StatusChanges:
    """What outcomes make of statuses."""

    def __init__(self, statuses: Statuses, asking: Asking) -> None:
        self._statuses, self._asking = statuses, asking
        self._after = Pairs()
        self._asked: Int32s = np.zeros(0, np.int32)
        self._told: Int32s = np.zeros(0, np.int32)
        self._sets: Bools = np.zeros((0, statuses.width), bool)

    def after(self, status: Int32s, outcome: Int32s) -> Int32s:
        """The statuses after outcomes."""

        def learn(places: Int64s) -> Int32s:
            was, by = status[places], outcome[places]
            self._learn()
            new = self._statuses.after(was, self._told[by], self._sets[by])
            wrong = np.flatnonzero((was == self._asked[by]) & (new != self._told[by]))
            assert not len(wrong), f"a change tells too little: {self._differing(new, by, wrong)}"
            return new

        return self._after.outcomes(status, outcome, learn)

    def _learn(self) -> None:
        """What new outcomes change."""
        changes = [each.change for each in self._asking.outcomes[len(self._told) :]]
        nothing = np.zeros(self._statuses.width, bool)
        asked = [-1 if each is None else each.before for each in changes]
        told = [NO_TICKET if each is None else each.status for each in changes]
        sets = [nothing if each is None else self._statuses.sets(each) for each in changes]
        self._asked = np.concatenate((self._asked, np.array(asked, np.int32)))
        self._told = np.concatenate((self._told, np.array(told, np.int32)))
        self._sets = np.concatenate((self._sets, np.array(sets, bool).reshape(len(sets), self._statuses.width)))

    def _differing(self, new: Int32s, by: Int32s, places: Int64s) -> str:
        found, told = int(new[places[0]]), int(self._told[by[places[0]]])
        return f"{self._statuses[found]} is not {self._statuses[told]}"
