"""Dated starts: records that carry the date from which a clock counts.

What such a clock is promised is read as at its date: contracts, tables, opening hours. So these records are told apart
by the occasions of their dates as well.

Source: DESIGN section 4, "Starting": a start may carry its own date.
"""

from __future__ import annotations

import numpy as np

from upheld.bulk.answers.own_instants import OwnInstants, ReadField, own_field
from upheld.bulk.keys.occasions import Occasions
from upheld.bulk.keys.records import Bools, Column, Int32s, Int64s, Records
from upheld.core.clocks.rules import ClockRules


class DatedStarts:
    """Tells the occasions of records of one history apart by the dates of starts that they may be."""

    def __init__(self, rules: ClockRules, records: Records, occasions: Occasions, read: ReadField) -> None:
        self._records, self._occasions = records, occasions
        self._own = OwnInstants(rules, records, (), read)
        self._starts: dict[tuple[int, int], Bools] = {}
        types, events = rules.policy.events, [str(each) for each in records.words["event"].values]
        for commitment, one in enumerate(rules.policy.commitments):
            for trigger, each in enumerate(one.start):
                field = own_field(each)
                if field in records.data:
                    having = [event in types and field in types[event].fields for event in events]
                    told = self._starts[commitment, trigger] = np.array(having, bool)
                    self._own.note_ahead(np.flatnonzero(told[records.words["event"].codes]), field)

    @property
    def far(self) -> Int64s:
        """The tickets with such a date in years that no calendar covers."""
        return np.array(self._own.far, np.int64)

    @property
    def ahead(self) -> Int64s:
        """The tickets with a start after its record."""
        return np.array(self._own.ahead, np.int64)

    def told_apart(self, occasion: Int32s, rows: Int64s | None, whose: Column, event: Column) -> Int32s:
        """The occasions of some records, or of all, told apart by what holds at their dates too."""
        for start, having in self._starts.items():
            here = np.flatnonzero(having[event.codes])
            row, (commitment, trigger) = here if rows is None else rows[here], start
            at_s = self._records.at_s[row]
            own_s = self._own.starts(row, at_s, commitment, np.full(len(here), trigger, np.int32))
            is_earlier = own_s < at_s
            here, own_s = here[is_earlier], own_s[is_earlier]
            if len(here):
                of = Column(whose.codes[here], whose.values), Column(event.codes[here], event.values)
                then = self._occasions.numbers(own_s, *of)
                occasion = self._occasions.together(occasion, here, then, start)
        return occasion
