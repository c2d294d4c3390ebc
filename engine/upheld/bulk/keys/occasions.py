"""Occasions: what of an instant, and of whose ticket it is, can make a difference to a decision.

Names of time - `contract`, `opening`, `day`, `parameter`, `release` - hold what they hold at an instant, for a
customer. They change at few instants: where a contract begins or ends, where a table is dated anew, where a day ends,
where it opens. Between two of these, and for customers who have signed the same, everything is decided alike: that is
an occasion, and it has a number.

Source: DESIGN section 11, "contracts in force"; section 4, "Dated parameters".
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import date, timedelta
from typing import Final

import numpy as np

from upheld.bulk.clocks.opening_seconds import OpeningSeconds
from upheld.bulk.distinct import distinct_rows
from upheld.bulk.keys.agreement import NAMES
from upheld.bulk.keys.fineness import Fineness
from upheld.bulk.keys.masks import Masks
from upheld.bulk.keys.records import Column, Int32s, Int64s, compact
from upheld.core.decision.engine import Engine
from upheld.core.policy.commitment import ParameterTarget
from upheld.core.policy.policy import ALWAYS
from upheld.core.time.instant import DAY_S, END_DAY, FIRST_DAY, day_number

HOURS: Final = ("opening", "opening-left", "day")
"""The families of names that a calendar answers."""


class Occasions:
    """The occasions of one history.

    Args:
        engine: Whose policy, schedule and contracts they are.
        fineness: What is asked of the names.
        masks: Which of them matter to each event.
    """

    def __init__(self, engine: Engine, fineness: Fineness, masks: Masks) -> None:
        self._engine = engine
        self._masks = masks
        self._fineness = fineness
        policy, names = engine.policy, fineness.names
        self._signed = sorted(
            name for name in names if name == "contract" or name.startswith("contract.") or name == "release.latest"
        )
        hours = {name for name in names if name.partition(".")[0] in HOURS}
        hours |= {f"opening.{each.during}" for each in policy.channels.values() if each.during}
        self._hours = sorted(name for name in hours if name.partition(".")[2] in engine.schedule.calendars)
        used = {
            each.target.parameter
            for one in policy.commitments
            for each in one.within
            if isinstance(each.target, ParameterTarget)
        }
        used |= {name.partition(".")[2] for name in names if name.startswith("parameter.")}
        self._parameters = sorted(used.intersection(policy.parameters))
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[Hashable, int] = {}
        self._sizes = {"opening": 2, "opening-left": DAY_S + 2, "day": 7}
        self._opening: dict[str, OpeningSeconds] = {}
        customers = engine.contracts.customers
        self._owning = frozenset(customer for customer, held in customers.items() if held.calendars)
        owned = {calendar for held in customers.values() for calendar in held.calendars}
        self._closing = sorted(owned.intersection(each.during for each in policy.channels.values()))

    def numbers(self, at_s: Int64s, customer: Column, event: Column) -> Int32s:
        """The occasion of each record, by its instant, the customer whose ticket it is, and what its event reads."""
        found = np.zeros(len(at_s), np.int64)
        signing = np.array([self._masks.reads_signed(each) for each in event.values])[event.codes]
        rows = np.flatnonzero(signing)
        if len(rows):
            found[rows] = 1 + self._situations(at_s[rows], Column(customer.codes[rows], customer.values))
        for name in self._hours:
            found *= self._sizes[name.partition(".")[0]]
            reading = np.array([self._masks.reads(each, name) for each in event.values])[event.codes]
            rows = np.flatnonzero(reading)
            if len(rows):
                found[rows] += self._held(name, at_s[rows], Column(customer.codes[rows], customer.values))
        place = np.empty(len(found), np.int32)
        met = found[compact(found, place)]
        numbers = [self._numbers.setdefault(each, len(self._numbers)) for each in met.tolist()]
        return np.array(numbers, np.int32)[place]

    def named(self, occasion: Int32s, at_s: Int64s, named: Int32s, whose: Column, event: Column) -> Int32s:
        """The occasions of records, told apart by the hours of channels where they name another customer.

        Whether a channel is open is asked for whom the record names.

        Args:
            named: Whom each record names, as a place in the values of ``whose``.
        """
        if not self._closing:
            return occasion
        asks = np.array([self._masks.reads(each, "record.channel") for each in event.values], bool)
        rows = np.flatnonzero((named > 0) & (named != whose.codes) & asks[event.codes])
        for calendar in self._closing if len(rows) else ():
            is_open = self._held(f"opening.{calendar}", at_s[rows], Column(named[rows], whose.values))
            occasion = self.together(occasion, rows, is_open.astype(np.int32), calendar)
        return occasion

    def disagreeing(self, occasion: Int32s, named: Int32s, whose: Column, event: Column) -> Int32s:
        """The occasions of records, told apart by both customers where one names another than whose ticket it is.

        Args:
            named: Whom each record names, as a place in the values of ``whose``.
        """
        if not self._fineness.agreeing:
            return occasion
        asks = [any(self._masks.reads(each, name) for name in NAMES) for each in event.values]
        rows = np.flatnonzero((named > 0) & (named != whose.codes) & np.array(asks, bool)[event.codes])
        if not len(rows):
            return occasion
        first, place = distinct_rows((occasion[rows], named[rows], whose.codes[rows]))
        numbers = []
        for row in rows[first].tolist():
            both = (int(occasion[row]), whose.values[named[row]], whose.values[whose.codes[row]])
            numbers.append(self._numbers.setdefault(both, len(self._numbers)))
        found = occasion.copy()
        found[rows] = np.array(numbers, np.int32)[place]
        return found

    def together(self, occasion: Int32s, rows: Int64s, other: Int32s, why: Hashable) -> Int32s:
        """The occasions of records, of which some are told apart by another occasion too, for a reason."""
        first, place = distinct_rows((occasion[rows], other))
        pairs = zip(occasion[rows[first]].tolist(), other[first].tolist())
        numbers = [self._numbers.setdefault((*each, why), len(self._numbers)) for each in pairs]
        found = occasion.copy()
        found[rows] = np.array(numbers, np.int32)[place]
        return found

    def __len__(self) -> int:
        """How many there were so far."""
        return len(self._numbers)

    def whose(self, customer: str) -> str:
        """The customer, where it has opening times of its own; they belong to what is promised to it."""
        return customer if customer in self._owning else ""

    def opening(self, calendar: str) -> OpeningSeconds:
        """The opening seconds of a calendar of the schedule; one for all who ask."""
        found = self._opening.get(calendar)
        if found is None:
            found = self._opening[calendar] = OpeningSeconds(self._engine.schedule.calendars[calendar])
        return found

    def _held(self, name: str, at_s: Int64s, customer: Column) -> Int64s:
        """What a name of a calendar holds at each instant, as numbers of what can be told apart."""
        family, _, calendar = name.partition(".")
        schedule, held = self._engine.schedule, np.zeros(len(at_s), np.int64)
        keys = [schedule.calendar_for(calendar, str(each or "")) for each in customer.values]
        for key in dict.fromkeys(keys):
            opening = self.opening(key)
            if len(set(keys)) == 1:
                return self._of_calendar(family, name, opening, at_s)
            which = np.array([each == key for each in keys])[customer.codes]
            held[which] = self._raw(family, opening, at_s[which])
        return self._told(family, name, held)

    def _of_calendar(self, family: str, name: str, opening: OpeningSeconds, at_s: Int64s) -> Int64s:
        return self._told(family, name, self._raw(family, opening, at_s))

    def _raw(self, family: str, opening: OpeningSeconds, at_s: Int64s) -> Int64s:
        if family == "opening":
            return opening.is_open(at_s).astype(np.int64)
        if family == "opening-left":
            return opening.opening_left(at_s)
        return (opening.clock_at(at_s)[0] + 3) % 7

    def _told(self, family: str, name: str, held: Int64s) -> Int64s:
        return self._fineness.number_kinds(name, held) if family == "opening-left" else held

    def _situations(self, at_s: Int64s, customer: Column) -> Int64s:
        """A number for each record: the same where contracts, tables and the policy say the same."""
        always, known = self._engine.schedule.calendars[ALWAYS], self._known
        found = np.zeros(len(at_s), np.int64)
        common = sorted({*self._common_days()})
        groups: dict[tuple[int, ...], list[int]] = {}
        for code, name in enumerate(customer.values):
            days = tuple(sorted({*common, *self._own_days(str(name or ""))}))
            groups.setdefault(days, []).append(code)
        used = np.bincount(customer.codes, minlength=len(customer.values))
        for days, codes in groups.items():
            edges_s = np.array([always.instant_s(day, 0) for day in days if FIRST_DAY < day < END_DAY], np.int64)
            codes = [code for code in codes if used[code]]
            if not codes:
                continue
            which = None if sum(used[codes]) == len(at_s) else np.isin(customer.codes, codes)
            instants = at_s if which is None else at_s[which]
            whose = customer.codes if which is None else customer.codes[which]
            era = np.searchsorted(edges_s, instants, side="right")
            pair = whose.astype(np.int64) * (len(edges_s) + 1) + era
            place = np.empty(len(pair), np.int32)
            sample = compact(pair, place)
            numbers = np.array(
                [
                    known.setdefault(
                        self._situation(int(instants[each]), str(customer.values[whose[each]] or "")), len(known)
                    )
                    for each in sample
                ],
                np.int64,
            )
            if which is None:
                found = numbers[place]
            else:
                found[which] = numbers[place]
        return found

    def _situation(self, at_s: int, customer: str) -> Hashable:
        """What holds at an instant for a customer, besides the hours."""
        engine, schedule = self._engine, self._engine.schedule
        held = engine.names_of_time(customer)
        tables = []
        for name in self._parameters:
            parameter = engine.policy.parameters[name]
            columns = {column for row in parameter.rows for column in row.values}
            known = engine.contracts.customers.get(customer)
            for contract in known.contracts if known else ():
                columns |= set(contract.parameters.get(name, ()))
            tables.append(tuple((each, schedule.parameter(name, each, at_s, customer)) for each in sorted(columns)))
        since, until = engine.policy.since, engine.policy.until
        day = schedule.date_at(at_s)
        inside = (since is None or since <= day) and (until is None or day <= until)
        signed = tuple(self._fineness.kind(name, held(name, at_s)) for name in self._signed)
        return signed, tuple(tables), inside, self.whose(customer)

    def _common_days(self) -> Iterator[int]:
        """The days with which something begins for everybody."""
        engine = self._engine
        yield from _edges(engine.policy.since, engine.policy.until)
        for name in self._parameters:
            for row in engine.policy.parameters[name].rows:
                yield from _edges(row.since, row.until)
        if "release.latest" in self._signed:
            for release in engine.contracts.releases:
                yield from _edges(release.date, None)

    def _own_days(self, customer: str) -> Iterator[int]:
        known = self._engine.contracts.customers.get(customer)
        for contract in known.contracts if known else ():
            yield from _edges(contract.since, contract.until)


def _edges(since: date | None, until: date | None) -> Iterator[int]:
    if since is not None:
        yield day_number(since)
    if until is not None and until < date.max:
        yield day_number(until + timedelta(days=1))
