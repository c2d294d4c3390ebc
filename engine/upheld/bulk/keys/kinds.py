"""Kinds of records: by what of a record a decision may depend on it.

Two records of a kind say the same as far as anybody asks: the same event by the same role, fields that every comparison
takes for the same, on the same occasion. What the data of an event may be is found out by the engine's own form of that
event, once for each value. A record that is not well formed is refused whatever the ticket: that is a kind too, and all
of its data tell it from others, since all of them may be told.

Source: DESIGN section 3, step 1; section 11.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Final

import numpy as np

from upheld.bulk.distinct import distinct, distinct_rows
from upheld.bulk.keys.agreement import NAMES
from upheld.bulk.keys.fineness import Fineness
from upheld.bulk.keys.masks import Masks, facts_from
from upheld.bulk.keys.pairs import Pairs
from upheld.bulk.keys.records import Bools, Column, Int8s, Int32s, Int64s, Records, compact
from upheld.core.condition.domain import Held, Many, Text, Wrong
from upheld.core.decision.engine import Engine
from upheld.core.lifecycle.plan import EventPlan

ROOM: Final = 2**62
"""Numbers that are put together stay below it."""

UNKNOWN, NOT_ALLOWED, INVALID = 1, 2, 3
"""Why a record is not well formed, in the order in which it is asked."""


class Kinds:
    """The kinds of the records of a history.

    Args:
        said: What each record says, as a number.
        is_refused: Which of these numbers are refused whatever the ticket.
        brought: What each record says that only becomes what facts hold, as a number.
        occasion: The occasion of each record.

    Attributes:
        of: The kind of each record.
        is_refused: Whether records of a kind are refused whatever the ticket.
        brought: A number for each record: the same where facts come to hold the same.
        bringing: A record with each of these numbers.
    """

    def __init__(self, said: Int32s, is_refused: Bools, brought: Int64s, occasion: Int32s) -> None:
        self._said, self._is_refused = said, is_refused
        self.brought: Int32s = np.empty(len(said), np.int32)
        self.bringing = compact(brought, self.brought)
        self.of: Int32s = np.empty(len(said), np.int32)
        pair = said.astype(np.int64)
        pair *= int(occasion.max(initial=0)) + 1
        pair += occasion
        first = compact(pair, self.of)
        self._pairs = Pairs()
        self._pairs.add(said[first], occasion[first], np.arange(len(first), dtype=np.int32))
        self.is_refused = is_refused[said[first]]

    def on(self, rows: Int64s, occasion: Int32s) -> Int32s:
        """The kinds of some records, had they come on other occasions."""
        said = self._said[rows]

        def learn(places: Int64s) -> Int32s:
            numbers = np.arange(len(places), dtype=np.int32) + np.int32(len(self.is_refused))
            self.is_refused = np.concatenate((self.is_refused, self._is_refused[said[places]]))
            return numbers

        return self._pairs.outcomes(said, occasion, learn)


class RecordKinds:
    """Tells the kinds of records under one policy.

    Args:
        engine: Whose events they are.
        fineness: What is asked of the names.
        masks: Which of them matter to each event.
    """

    def __init__(self, engine: Engine, fineness: Fineness, masks: Masks) -> None:
        self._engine = engine
        self._fineness = fineness
        self._masks = masks
        self._opening = frozenset(engine.plan.possible(None))
        self._plans: Mapping[str, EventPlan] = engine.plan.events

    def of(self, records: Records, occasion: Int32s) -> Kinds:
        """The kind of each record, with the number of its occasion."""
        event, number, brought = records.words["event"], _Numbers(len(records.at_s)), _Numbers(len(records.at_s))
        plans = [self._plans.get(str(each)) for each in event.values]
        why = np.zeros(len(records.at_s), np.int8)
        for each in (number, brought):
            each.take(event.codes, len(event.values))
        role = self._actors(records, number, plans, why)
        channel = records.words["channel"]
        reading = self._reading(plans, "record.channel", "channel")
        if reading.any():
            number.take(np.where(reading[event.codes], channel.codes, 0), len(channel.values))
        self._customers(
            records.words["customer"], self._reading(plans, "record.customer", "customer")[event.codes], number
        )
        self._apart(records, plans, number)
        for name in records.data:
            self._field(records, name, plans, number, brought, why)
        self._lacking(records, plans, why)
        return Kinds(*self._numbered(records, number.found, why, role), brought.found, occasion)

    def held(self, records: Records, event: str, field: str, code: int) -> Held | Wrong:
        """What a cell says of a field of an event; `Wrong` where it says nothing that it could hold."""
        return self._plans[event].form.held(field, records.cell(field, code))

    def _reading(self, plans: list[EventPlan | None], name: str, kept: str = "") -> Bools:
        """Which events read a name, or open a ticket that keeps it."""
        keeps = bool(kept) and self._masks.keeps(kept)
        return np.array(
            [
                plan is not None and (self._masks.reads(plan.name, name) or (keeps and plan.name in self._opening))
                for plan in plans
            ]
        )

    def _customers(self, customer: Column, reading: Bools, number: _Numbers) -> None:
        """What can be told of whom a record names; opening times of its own tell a customer from all others."""
        kinds: dict[Hashable, int] = {}
        known, kind = self._engine.contracts.customers, self._fineness.kind
        kind_of = np.zeros(len(customer.values), np.int32)
        for code, each in enumerate(customer.values):
            name = str(each) if each else None
            owning = name is not None and name in known and bool(known[name].calendars)
            told = (kind("record.customer", name), kind("customer", name), owning and name)
            kind_of[code] = kinds.setdefault(told, len(kinds))
        if len(kinds) > 1:
            number.take(np.where(reading, kind_of[customer.codes], 0), len(kinds))

    def _apart(self, records: Records, plans: list[EventPlan | None], number: _Numbers) -> None:
        """What a field holds, and whom its record names, where both should agree and do not."""
        event, customer = records.words["event"], records.words["customer"]
        places = {str(each): code for code, each in enumerate(customer.values) if each}
        for field in sorted(self._fineness.agreeing - NAMES):
            name = field.removeprefix("event.")
            having = np.array([plan is not None and name in plan.type.fields for plan in plans])[event.codes]
            if name not in records.data or not having.any():
                continue
            column, rows = records.data[name], np.flatnonzero(having)
            pair = event.codes[rows].astype(np.int64) * len(column.values) + column.codes[rows]
            met, _, place = distinct(pair)
            held = [
                self.held(records, str(event.values[of]), name, code)
                for of, code in zip(*(each.tolist() for each in np.divmod(met, len(column.values))))
            ]
            said = np.array([places.get(each, -1) if isinstance(each, str) else -1 for each in held], np.int64)[place]
            apart = np.zeros(len(event.codes), bool)
            apart[rows] = (said != customer.codes[rows]) | (said < 0)
            if apart.any():
                number.take(np.where(apart, 1 + column.codes, 0), len(column.values) + 1)
                number.take(np.where(apart, 1 + customer.codes, 0), len(customer.values) + 1)

    def _actors(self, records: Records, number: _Numbers, plans: list[EventPlan | None], why: Int8s) -> Int32s:
        actor, event = records.words["actor"], records.words["event"]
        roles, kinds = dict[str, int](), dict[Hashable, int]()
        role_of, kind_of = np.zeros(len(actor.values), np.int32), np.zeros(len(actor.values), np.int32)
        for code, text in enumerate(actor.values):
            role, _, who = str(text or "").partition(":")
            role_of[code] = roles.setdefault(role, len(roles))
            kind_of[code] = kinds.setdefault((role, self._fineness.kind("actor-id", who or None)), len(kinds))
        allowed = np.array([[plan is not None and role in plan.roles for role in roles] for plan in plans])
        known = np.array([plan is not None for plan in plans])
        found: Int32s = role_of[actor.codes]
        why[~known[event.codes]] = UNKNOWN
        why[(why == 0) & ~allowed[event.codes, found]] = NOT_ALLOWED
        asking, reading = self._reading(plans, "actor-id"), self._reading(plans, "actor")
        if asking.any():
            number.take(np.where(asking[event.codes], 1 + kind_of[actor.codes], 0), len(kinds) + 1)
        if (reading & ~asking).any():
            number.take(np.where((reading & ~asking)[event.codes], found, 0), len(roles))
        return found

    def _field(
        self,
        records: Records,
        name: str,
        plans: list[EventPlan | None],
        number: _Numbers,
        brought: _Numbers,
        why: Int8s,
    ) -> None:
        """What can be told of a field of the data."""
        column, event = records.data[name], records.words["event"]
        told = np.flatnonzero(column.codes != 0)  # several times as fast as to ask numbers
        if not len(told):
            return
        kinds, bring = dict[Hashable, int](), dict[Hashable, int]()
        met, _, place = distinct(event.codes[told].astype(np.int64) * len(column.values) + column.codes[told])
        are_texts = _are_texts(column.values)
        numbers, brings = np.zeros(len(met), np.int64), np.zeros(len(met), np.int64)
        for at, (of, code) in enumerate(np.stack(np.divmod(met, len(column.values)), axis=1).tolist()):
            plan = plans[of]
            if plan is None:
                continue
            if name not in plan.type.fields:
                numbers[at] = -1
            elif are_texts and self._is_open(plan, name):
                numbers[at] = 1 + kinds.setdefault("open", len(kinds))
            else:
                numbers[at] = self._number(records, plan, name, code, kinds)
                facts = self._masks.brought[plan.name].get(name, ())
                held = tuple(self.kept_from(records, plan.name, name, code, fact) for fact in facts)
                brings[at] = 1 + bring.setdefault(held, len(bring)) if facts else 0
        kind = numbers[place]
        number.take_some(told, kind, len(kinds) + 1)
        if bring:
            brought.take_some(told, brings[place], len(bring) + 1)
        wrong = told[kind < 0]
        why[wrong[why[wrong] == 0]] = INVALID

    def _is_open(self, plan: EventPlan, name: str) -> bool:
        """Whether any value will do, and nobody asks which it is."""
        domain = plan.type.fields[name].domain
        reads = self._masks.reads(plan.name, f"event.{name}")
        asked = (reads and self._fineness.kind(f"event.{name}", "") != ()) or any(
            fact not in self._fineness.carried or self._fineness.kind(fact, "") != ()
            for fact in facts_from(plan.type, name)
        )
        return not asked and type(domain) is Text

    def _number(self, records: Records, plan: EventPlan, name: str, code: int, kinds: dict[Hashable, int]) -> int:
        held = self.held(records, plan.name, name, code)
        if isinstance(held, Wrong) or (held is None and plan.type.fields[name].required):
            return -1
        asked = self._masks.reads(plan.name, f"event.{name}")
        if brought := self._masks.brought[plan.name].get(name):
            # A record without it is none of its own, unless it is asked which was the last to set the fact.
            return 1 + kinds.setdefault(held is None, len(kinds)) if self._fineness.carried.intersection(brought) else 0
        told: tuple[Hashable, ...] = (asked and self._fineness.kind(f"event.{name}", held), held is None)
        facts = [self.kept_from(records, plan.name, name, code, fact) for fact in facts_from(plan.type, name)]
        return 1 + kinds.setdefault((*told, *facts), len(kinds))

    def kept_from(self, records: Records, event: str, field: str, code: int, fact: str) -> Hashable:
        """What a status keeps of a fact that is taken from a field; nothing of what is none."""
        held = self.held(records, event, field, code)
        if isinstance(held, Wrong):
            return None
        many = isinstance(self._engine.plan.fact_domains.get(fact), Many)
        return self.kept(fact, frozenset((held,)) if many and not isinstance(held, frozenset | None) else held)

    def kept(self, fact: str, held: Held) -> Hashable:
        """What a status keeps of a fact."""
        if fact in self._fineness.carried:
            return self._fineness.kind(fact, held)
        return type(held).__name__, held

    def _lacking(self, records: Records, plans: list[EventPlan | None], why: Int8s) -> None:
        """Records without a field that their event requires."""
        event = records.words["event"].codes
        for code, plan in enumerate(plans):
            for name, field in plan.type.fields.items() if plan is not None else ():
                if field.required and field.default is None:
                    lacks = (event == code) & (why == 0)
                    if name in records.data:
                        lacks &= records.data[name].codes == 0
                    why[lacks] = INVALID

    def _numbered(self, records: Records, number: Int64s, why: Int8s, role: Int32s) -> tuple[Int32s, Bools]:
        """What each record says, and which of that is refused: well-formed records have the first numbers."""
        said = np.empty(len(number), np.int32)
        if not why.any():
            return said, np.zeros(len(compact(number, said)), bool)
        event, regular = records.words["event"].codes.astype(np.int64), np.flatnonzero(why == 0)
        met = len(compact(number[regular], said, regular))
        is_refused = [False] * met
        roles = int(role.max(initial=0)) + 1
        for case in (UNKNOWN, NOT_ALLOWED, INVALID):
            rows = np.flatnonzero(why == case)
            told = event[rows] if case == UNKNOWN else event[rows] * roles + role[rows]
            if case == INVALID and len(rows):
                every = [told, *(each.codes[rows] for each in records.data.values())]
                told = distinct_rows(every)[1].astype(np.int64)
            is_refused += [True] * len(compact(told, said, rows, len(is_refused)))
        return said, np.array(is_refused)


class _Numbers:
    """One number for each record, put together of several; below ``ROOM``, since it is renumbered where it is full."""

    def __init__(self, length: int) -> None:
        self.found = np.zeros(length, np.int64)
        self._size = 1

    def take(self, codes: Int32s, size: int) -> None:
        """Codes below ``size`` join."""
        if size > 1:
            self._make_room(size)
            self.found *= size
            self.found += codes

    def take_some(self, rows: Int64s, codes: Int64s, size: int) -> None:
        """The same for some records; the code of all others is 0."""
        self._make_room(size)
        self.found *= size
        self.found[rows] += np.maximum(codes, 0)

    def _make_room(self, size: int) -> None:
        if self._size * size >= ROOM:
            of = np.empty(len(self.found), np.int32)
            self._size = len(compact(self.found, of, None, 0))
            self.found = of.astype(np.int64)
        self._size *= size


def _are_texts(values: Sequence[object]) -> bool:
    """Whether every value of a column is a text, as JSON writes it."""
    return all(str(each).startswith('"') for each in values[1:])
