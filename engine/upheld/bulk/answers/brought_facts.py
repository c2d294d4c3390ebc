"""Brought facts: those that records only bring, put into the statuses after them.

Where a field becomes a fact and matters to nothing else that its event decides, records that differ in it are decided
alike. So the engine is asked about one of them, and each gets what it says itself.

Source: DESIGN section 11, "so that diverse facts do not multiply pairs".
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np

from upheld.bulk.answers.asking import Asking
from upheld.bulk.answers.outcomes import NOTHING
from upheld.bulk.answers.statuses import Statuses
from upheld.bulk.keys.kinds import Kinds, RecordKinds
from upheld.bulk.keys.pairs import Pairs
from upheld.bulk.keys.records import Int32s, Int64s, Records

Brings = tuple[tuple[str, str], ...]
"""Facts, each with the field from which it is taken."""


class BroughtFacts:
    """Gives tickets the facts that records bring."""

    def __init__(
        self,
        records: Records,
        record_kinds: RecordKinds,
        kinds: Kinds,
        statuses: Statuses,
        asking: Asking,
        facts: Iterable[str],
    ) -> None:
        self._places = {name: place for place, name in enumerate(facts)}
        self._records, self._record_kinds, self._kinds = records, record_kinds, kinds
        self._statuses, self._asking = statuses, asking
        self._ways: dict[Brings, int] = {(): 0}
        self._way: Int32s = np.zeros(0, np.int32)
        self._pairs = Pairs()

    def after(self, status: Int32s, outcome: Int32s, rows: Int64s) -> Int32s:
        """The statuses after outcomes of some records, with what these bring."""
        self._learn()
        way = self._way[outcome]
        some = np.flatnonzero(way)
        if not len(some):
            return status
        way, was, brought = way[some], status[some], self._kinds.brought[rows[some]]
        number = way.astype(np.int64) * len(self._kinds.bringing) + brought

        def learn(places: Int64s) -> Int32s:
            ways, known, made = [*self._ways], dict[int, dict[int, Hashable]](), list[int]()
            for each in places.tolist():
                key = int(number[each])
                if key not in known:
                    known[key] = self._facts(ways[int(way[each])], int(self._kinds.bringing[brought[each]]))
                made.append(self._statuses.holding(int(was[each]), known[key]))
            return np.array(made, np.int32)

        status = status.copy()
        status[some] = self._pairs.outcomes(was, number, learn)
        return status

    def _facts(self, brings: Brings, row: int) -> dict[int, Hashable]:
        """What is kept of the facts that a record brings, by place."""
        event, found = self._records.words["event"], dict[int, Hashable]()
        name = str(event.values[event.codes[row]])
        for fact, field in brings:
            code = int(self._records.data[field].codes[row]) if field in self._records.data else 0
            if self._record_kinds.held(self._records, name, field, code) not in NOTHING:
                found[self._places[fact]] = self._record_kinds.kept_from(self._records, name, field, code, fact)
        return found

    def _learn(self) -> None:
        """What new outcomes bring."""
        new = [each.brings for each in self._asking.outcomes[len(self._way) :]]
        if new:
            ways = [self._ways.setdefault(each, len(self._ways)) for each in new]
            self._way = np.concatenate((self._way, np.array(ways, np.int32)))
