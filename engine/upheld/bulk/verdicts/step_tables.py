"""Step tables: the tables of a verdict that have a row for something that a step did.

Source: DESIGN section 6, "Verdicts".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from upheld.bulk.answers.outcomes import warning_of
from upheld.bulk.automaton.waiting_timers import NEVER_S
from upheld.bulk.clocks.clock_warnings import Warnings
from upheld.bulk.distinct import distinct_rows
from upheld.bulk.keys.records import Bools, Int32s, Int64s
from upheld.bulk.schemas import INSTANT
from upheld.bulk.verdicts.decided import DecidedTickets, instants_of
from upheld.bulk.verdicts.effects_told import effects_told
from upheld.bulk.verdicts.word_columns import instants, of_templates, table, words


class StepTables:
    """The tables of what steps did, on the tickets that were decided as columns."""

    def __init__(self, made: DecidedTickets) -> None:
        self._made = made

    def tables(self) -> dict[str, pa.Table]:
        """All of them, by name."""
        return {
            "moves": self._moves(),
            "effects": self._effects(),
            "refused": self._refused(),
            "flags": self._flags(),
            "charges": self._charges(),
            "timers": self._timers(),
        }

    def _placed(self, rows: Int64s, alone: Bools) -> dict[str, pa.Array]:
        """Ticket, number and instant of steps; some of what they did came by itself, and has no number."""
        course = self._made.course
        ticket = course.ticket[rows]
        seq = (course.row[rows] - self._made.records.first[ticket] + 1).astype(np.int32)
        numbers = pa.array(seq, mask=alone | (course.row[rows] < 0))
        return {"ticket": self._made.tickets_of(ticket), "seq": numbers, "happened_at": instants(course.at_s[rows])}

    def _timers(self) -> pa.Table:
        """A row for each run of a timer, over or waiting; in the policy's order, then by due."""
        names = [each.id for each in self._made.engine.policy.timers]
        rows, place = self._made.several(lambda each: tuple(names.index(name) for name in each.runs))
        due_s = self._made.steps.firing.waiting.due_s
        ticket, sorted_place = np.nonzero((due_s != NEVER_S) & self._made.kept[:, None])
        waiting = np.array([names.index(each) for each in self._made.steps.firing.waiting.names], np.int64)[
            sorted_place
        ]
        tickets: Int64s = np.concatenate((self._made.course.ticket[rows], ticket)).astype(np.int64)
        timers, dues = (
            np.concatenate((place, waiting)),
            np.concatenate((self._made.course.at_s[rows], due_s[ticket, sorted_place])),
        )
        is_over = np.arange(len(tickets)) < len(rows)
        order = np.lexsort((dues, timers, tickets))
        schema = self._made.schemas["timers"]
        columns = {
            "ticket": self._made.tickets_of(tickets[order]),
            "timer": words(timers[order], names, schema.field("timer")),
            "due_at": instants(dues[order]),
            "observed_at": instants(dues[order], ~is_over[order]),
        }
        return table(columns, schema)

    def _moves(self) -> pa.Table:
        rows, place = self._made.several(lambda each: each.moves)
        return self._of_templates("moves", rows, place, self._made.steps.reader.moves.rows)

    def _effects(self) -> pa.Table:
        """What records and timers asked for, and the warnings of clocks, in the order in which it came up."""
        rows, place = self._made.several(lambda each: each.effects)
        place, templates = effects_told(self._made, rows, place, self._made.steps.reader.effects.rows)
        schema = self._made.schemas["effects"]
        parts = [self._of_templates("effects", rows, place, templates)]
        zeros = np.zeros(len(rows), np.int64)
        keys = [(np.arange(len(rows)), zeros, zeros + 3, rows, self._made.course.ticket[rows])]
        if self._made.billed is not None and len(self._made.billed.effects.row):
            told, at = self._made.billed.effects, self._made.billed.effects_at
            steps = self._steps_of(told.row)
            noticed = self._of_templates("effects", steps, told.place, told.templates)
            column = schema.get_field_index("happened_at")
            parts.append(noticed.set_column(column, schema.field(column), pa.array(at).cast(INSTANT)))
            zeros = np.zeros(len(steps), np.int64)
            keys.append((np.arange(len(steps)), zeros, zeros + 2, steps, self._made.course.ticket[steps]))
        warned = self._made.warned()
        if warned is not None:
            parts.append(self._warnings_told(warned, schema))
            ticket = self._made.spells.clocks.ticket[warned.clock]
            passing, told_then = self._passing(ticket, self._reached_s(warned)), warned.told.astype(np.int64)
            keys.append((self._made.spells.began[warned.clock], warned.at_s, told_then, passing, ticket))
        if len(parts) == 1:
            return parts[0]
        order = np.lexsort([np.concatenate(each) for each in zip(*keys)])
        return pa.concat_tables(parts).unify_dictionaries().take(pa.array(order))

    def _warnings_told(self, warned: Warnings, schema: pa.Schema) -> pa.Table:
        """A row for each warning."""
        clock, mark = warned.clock, warned.mark
        commitment, ticket = self._made.spells.commitment[clock], self._made.spells.clocks.ticket[clock]
        first, which = distinct_rows((commitment, mark))
        pairs = zip(commitment[first].tolist(), mark[first].tolist())
        told = [warning_of(self._made.engine, *each) for each in pairs]
        placed = {"ticket", "seq", "happened_at", "cycle"}
        columns = {
            "ticket": self._made.tickets_of(ticket),
            "seq": pa.nulls(len(clock), schema.field("seq").type),
            "happened_at": instants(warned.at_s),
            "cycle": pa.array(self._made.spells.cycle[clock]),
            **of_templates(which, told, [each for each in schema if each.name not in placed]),
        }
        return table(columns, schema)

    def _reached_s(self, warned: Warnings) -> Int64s:
        """When time told each, if no record did: a breach is known a second after the due instant that it names."""
        marks = [each.commitment.marks for each in self._made.engine.clocks.rules.terms]
        kinds = [[each.kind for each in some] for some in marks]
        breached = np.array([each.index("breached") if "breached" in each else -1 for each in kinds], np.int64)
        is_breach = breached[self._made.spells.commitment[warned.clock]] == warned.mark
        return np.asarray(warned.at_s + (is_breach & ~warned.told))

    def _passing(self, ticket: Int32s, at_s: Int64s) -> Int64s:
        """The steps with which instants of tickets have passed: those accepted then or later, the first of each."""
        steps, keys = self._made.passing()
        return np.append(steps, len(self._made.course.row))[np.searchsorted(keys, instants_of(ticket, at_s))]

    def _flags(self) -> pa.Table:
        rows, place = self._made.flagged
        return self._of_templates("flags", self._steps_of(rows), place, self._made.flag_templates)

    def _charges(self) -> pa.Table:
        """A row for each thing that was billed."""
        if self._made.billed is None:
            return self._made.schemas["charges"].empty_table()
        return self._made.billed.charges.take(pa.array(np.argsort(self._made.billed.charged, kind="stable")))

    def _of_templates(self, name: str, rows: Int64s, place: Int64s, templates: Sequence[dict[str, Any]]) -> pa.Table:
        by_itself = np.array([bool(each.get("timer") or each.get("commitment")) for each in templates], bool)
        alone = by_itself[place] if len(templates) else np.zeros(0, bool)
        schema, columns = self._made.schemas[name], self._placed(rows, alone)
        said = of_templates(place, templates, [each for each in schema if each.name not in columns])
        return table(columns | said, schema)

    def _refused(self) -> pa.Table:
        return self._of_templates(
            "refused", self._steps_of(self._made.refused_rows), self._made.refused_as, self._made.refused_templates
        )

    def _steps_of(self, rows: Int64s) -> Int64s:
        """The steps that records are."""
        return np.flatnonzero(self._made.course.row >= 0)[rows]
