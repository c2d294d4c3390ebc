"""Ticket tables: a row for each ticket, and a row for each clock.

Source: DESIGN section 6, "Verdicts".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from upheld.bulk.answers.statuses import NO_TICKET
from upheld.bulk.clocks.clock_columns import STATUSES
from upheld.bulk.clocks.opening_seconds import NOT_KNOWN_S
from upheld.bulk.distinct import distinct, distinct_rows
from upheld.bulk.keys.records import Bools, Int32s, Int64s
from upheld.bulk.schemas import FACT
from upheld.bulk.verdicts.decided import DecidedTickets
from upheld.bulk.verdicts.word_columns import instants, of_templates, table, words
from upheld.core.condition.domain import Held
from upheld.core.record.ticket import Standing
from upheld.core.replay.verdict import Log, judged

MASK_BITS: Final = 62
_SPACE: Final = " "


class TicketTables:
    """The tables of tickets and clocks that were decided as columns.

    Attributes:
        assumed: How many tickets rest on each assumption, once the table of tickets is made.
    """

    def __init__(self, made: DecidedTickets) -> None:
        self._made = made
        self.assumed: dict[str, int] = {}
        nothing = dict.fromkeys(made.engine.plan.blank)
        self._blank = Standing("", "", "", "", "", "", 0, 0, 0, None, 1, nothing)

    def tables(self) -> dict[str, pa.Table]:
        """Both, by name."""
        return {"clocks": self._clocks(), "tickets": self._tickets()}

    def _clocks(self) -> pa.Table:
        """A row for each clock."""
        spells, schema, made = self._made.spells, self._made.schemas["clocks"], self._made.judged
        clocks = spells.clocks
        numbers = {name: pa.array(getattr(made, name)) for name in ("used_s", "paused_s", "overrun_s")}
        columns = {
            "ticket": self._made.tickets_of(clocks.ticket),
            "customer": self._customer(clocks.ticket),
            "cycle": pa.array(spells.cycle),
            "status": words(made.status.astype(np.int32), STATUSES, schema.field("status")),
            "started_at": instants(spells.start_s),
            "counted_from": instants(clocks.from_s),
            "due_at": instants(made.due_s, made.due_s == NOT_KNOWN_S),
            "stopped_at": instants(made.stop_s, made.stop_s == NOT_KNOWN_S),
            "remaining_s": pa.array(made.remaining_s, mask=made.remaining_s == NOT_KNOWN_S),
            **numbers,
            **{
                name: words(made.cited, [_SPACE.join(each[at]) for each in made.citations], schema.field(name))
                for at, name in enumerate(("clauses", "assumptions"))
            },
            **{
                name: words(clocks.promise, [each[name] for each in self._made.said], schema.field(name))
                for name in ("commitment", "severity", "calendar", "target", "target_s")
            },
        }
        return table(columns, schema)

    def _tickets(self) -> pa.Table:
        """A row for each ticket."""
        records, schema, engine = self._made.records, self._made.schemas["tickets"], self._made.engine
        kept = np.flatnonzero(self._made.kept)
        met, _, status = distinct(self._made.walk.status[kept])
        standings = [self._made.steps.standing(int(each)) for each in met]
        domains = engine.plan.fact_domains
        rows = [judged(Log("", standing=each), engine.policy, domains, ()).head for each in standings]
        columns = {
            "ticket": self._made.tickets_of(kept),
            "customer": self._customer(kept),
            **of_templates(status, rows, [schema.field(name) for name in ("state", "core_state", "level")]),
            "opened_at": self._instant_of(kept, np.array([each.opens for each in self._made.walk.outcomes]), None),
            "closed_at": self._instant_of(
                kept,
                np.array([each.moved for each in self._made.walk.outcomes]),
                np.array([row["closed_at"] is not None for row in rows], bool)[status],
            ),
            "events": pa.array(records.lengths[kept].astype(np.int32)),
            "assumptions": self._assumptions(kept),
            "journal": pa.nulls(len(kept), schema.field("journal").type),
        }
        for name in domains:
            field = schema.field(name if name in ("severity", "queue") else f"{FACT}{name}")
            columns[field.name] = self._fact(name, field, kept, status, rows)
        return table(columns, schema)

    def _instant_of(self, kept: Int64s, of: Bools, where: Bools | None) -> pa.Array:
        """When the last step of each ticket was that had one of some outcomes."""
        step = self._made.last(of)[kept]
        nothing = step < 0 if where is None else (step < 0) | ~where
        return instants(self._made.course.at_s[np.maximum(step, 0)], nothing)

    def _fact(self, name: str, field: pa.Field, kept: Int64s, status: Int32s, rows: list[dict[str, Any]]) -> pa.Array:
        """What a fact holds in the end."""
        if name not in self._made.steps.fineness.carried:
            return words(status, [_said(row, name) for row in rows], field)
        codes, values = self._made.fact_codes(name)
        shown = [self._shown(name, each) for each in values]
        codes = codes[kept]
        shown.append(None)
        return words(np.where(self._made.walk.status[kept] == NO_TICKET, len(values), codes), shown, field)

    def _shown(self, fact: str, held: Held) -> object:
        """A fact as a verdict shows it."""
        log = Log("", standing=self._blank._replace(facts={**self._blank.facts, fact: held}))
        return _said(judged(log, self._made.engine.policy, self._made.engine.plan.fact_domains, ()).head, fact)

    def _assumptions(self, kept: Int64s) -> pa.Array:
        """Every assumption that something in the verdict of each ticket rests on."""
        names = [*self._made.engine.policy.assumptions]
        judged = self._made.judged
        places = {name: place for place, name in enumerate(names)}
        of_clocks = [tuple(places[name] for name in each[1]) for each in judged.citations]
        of_outcomes = [each.assumed for each in self._made.walk.outcomes]
        parts = []
        for low in range(0, max(len(names), 1), MASK_BITS):
            masks = _masks(of_outcomes, low)[self._made.course.outcome]
            masks[self._made.course.outcome < 0] = 0
            begins = np.searchsorted(self._made.course.ticket, np.arange(len(self._made.kept)))
            found = np.bitwise_or.reduceat(masks, begins) if len(masks) else masks
            of_charges = {} if self._made.billed is None else self._made.billed.assumed
            known = {of: int(_masks([tuple(places[name] for name in of)], low)[0]) for of in {*of_charges.values()}}
            for ticket, of in of_charges.items():
                found[ticket] |= known[of]
            if len(judged.cited):
                np.bitwise_or.at(found, self._made.spells.clocks.ticket, _masks(of_clocks, low)[judged.cited])
            parts.append(found[kept])
        first, place = distinct_rows(parts)
        texts, times = [], np.bincount(place, minlength=len(first)).tolist()
        for row, number in zip(first.tolist(), times):
            held = [name for at, name in enumerate(names) if parts[at // MASK_BITS][row] >> at % MASK_BITS & 1]
            texts.append(_SPACE.join(held))
            for name in held:
                self.assumed[name] = self.assumed.get(name, 0) + number
        return words(place, texts, self._made.schemas["tickets"].field("assumptions"))

    def _customer(self, ticket: Int32s | Int64s) -> pa.Array:
        """Whose each ticket is."""
        own = self._made.records.words["customer"]
        return words(self._made.customers[ticket], own.values, self._made.schemas["tickets"].field("customer"))


def _masks(of: Sequence[tuple[int, ...]], low: int) -> Int64s:
    """Places as bits of numbers, from one of them on."""
    return np.array([sum(1 << at - low for at in each if 0 <= at - low < MASK_BITS) for each in of], np.int64)


def _said(row: dict[str, Any], fact: str) -> object:
    return row[fact] if fact in ("severity", "queue") else row["facts"].get(fact)
