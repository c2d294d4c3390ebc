"""Columns: a history decided as columns, and what does not fit by the scalar path; one whole in the end.

Source: DESIGN section 11, step 3: "What does not fit falls back ticket by ticket to the scalar path, and the summary
counts it".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upheld.bulk.automaton.course import course_of
from upheld.bulk.automaton.spells import spells
from upheld.bulk.automaton.steps import Steps
from upheld.bulk.automaton.walk import Walk
from upheld.bulk.keys.records import Records, records_of
from upheld.bulk.reading.history_table import events_in, in_time, without_arrivals
from upheld.bulk.scalar_tables import tables_of
from upheld.bulk.verdicts.charged_records import Billed, billed
from upheld.bulk.verdicts.counting import Sums, survey_of
from upheld.bulk.verdicts.decided import DecidedTickets, warned_though_judged
from upheld.bulk.verdicts.late_columns import gained, of_tickets
from upheld.bulk.verdicts.step_tables import StepTables
from upheld.bulk.verdicts.ticket_tables import TicketTables
from upheld.core.decision.engine import Engine
from upheld.core.replay.replay import Replay
from upheld.core.replay.warning import ReplayWarning
from upheld.core.replay.whole import Whole


class Made(NamedTuple):
    """What came of a history.

    Attributes:
        tables: Those of the verdicts, by name.
        header: What all verdicts have in common.
        summary: What became of all tickets together.
        fallbacks: How many tickets went to the scalar path, by reason.
        warnings: What a reader should know before the verdicts, as the header tells it in words.
    """

    tables: Mapping[str, pa.Table]
    header: Mapping[str, Any]
    summary: Mapping[str, Any]
    fallbacks: Mapping[str, int]
    warnings: Sequence[ReplayWarning]


def unfit(engine: Engine) -> str:
    """Why a whole policy is for the scalar path; ``""`` where it is not."""
    policy = engine.policy
    if engine.audit:
        return "audit"
    if policy.remedies or policy.availability:
        return "remedies"
    return ""


def decided(
    history: pa.Table,
    engine: Engine,
    as_of_s: int | None = None,
    *,
    others_s: int | None = None,
    looks_again: bool = True,
) -> Made:
    """Decide a history as columns, under a policy that is not `unfit`.

    Args:
        history: Of the schema of `upheld.bulk.reading.history_table`, without observed states.
        as_of_s: The instant at which everything is looked at; by default that of the last record accepted.
        others_s: Of that, the instant of the last record accepted elsewhere, where this is a part of a history.
        looks_again: Whether it is counted how many late records would be accepted in the order of their instants.
    """
    assert not unfit(engine), "the caller takes the scalar path"
    parts = _Parts(history, engine, as_of_s, others_s)
    made, rest, whole = parts.made, parts.rest, parts.whole
    survey = survey_of(made)
    if looks_again and (survey.late.count or rest.has_late):
        if engine.charging.bills:
            in_order = _Parts(in_time(without_arrivals(history), by_ticket=True), engine, as_of_s)
            survey.late_gained = in_order.accepted - parts.accepted
        else:
            if rest.has_late:
                rest.look_again(events_in(parts.left))
            if survey.late.count:
                survey.late_gained = gained(survey.late, history, engine, as_of_s)
    del history  # some hundred bytes of each record, while the tables are made
    whole.add(survey, None)
    whole.add(*rest.end(parts.until_s))
    warnings, header = whole.warnings(), whole.header()
    both, tables = TicketTables(made), {name: schema.empty_table() for name, schema in made.schemas.items()}
    tables |= both.tables() | StepTables(made).tables()
    whole.sum_up(Sums(made, parts.until_s, both.assumed).result(), {})
    scalar = tables_of(rest.verdicts(), engine.policy)
    whole.sum_up(*rest.summed())
    summary = whole.summary()
    if made.walk.left.any():
        tables = {name: _merged(tables[name], scalar[name]) for name in tables}
    if engine.charging.bills:
        tables |= {"balances": tables_of((), engine.policy, summary)["balances"]}
    reasons = np.bincount(made.walk.left, minlength=len(made.walk.reasons))
    fallbacks = {reason: int(times) for reason, times in zip(made.walk.reasons, reasons) if reason and times}
    return Made(tables, header, summary, fallbacks, warnings)


def last_accepted_s(history: pa.Table, engine: Engine) -> int | None:
    """The instant of the last record accepted, under a policy that is not `unfit`."""
    return _Parts(history, engine, None).until_s


class _Parts:
    """The tickets that are decided as columns, and the others, until no more of them turn out to be others.

    Attributes:
        made: The tickets that were decided as columns.
        rest: The others.
        left: The records of these.
        whole: Of both.
        until_s: The instant at which everything is looked at; ``None`` where no record was accepted.
        accepted: How many records were accepted.
    """

    def __init__(self, history: pa.Table, engine: Engine, as_of_s: int | None, others_s: int | None = None) -> None:
        records = records_of(history, as_of_s)
        steps = Steps(engine, records)
        walk = self._settled(engine, records, steps, steps.walk())
        while True:
            self.whole, held = Whole(engine, as_of_s, records.unread), walk.left > 0
            self.rest, costs = Replay(engine, as_of_s, in_turn=True), None
            self.left = of_tickets(history, records.tickets.filter(pa.array(held)), as_of_s)
            if engine.charging.bills:
                costs = self._costs(engine, records, steps)
                walk = steps.leave(walk, costs.short, "balance")
            elif len(self.left):
                self.rest.take_all(events_in(self.left))
            accepted = walk.accepted
            last_s = int(records.at_s[accepted].max()) if accepted.any() else None
            self.until_s = self.whole.as_of_s((last_s, self.rest.last_s, others_s))
            self.made = DecidedTickets(engine, records, steps, walk, 0 if self.until_s is None else self.until_s, costs)
            walk = self.made.walk
            if np.array_equal(walk.left > 0, held):
                break
        self.accepted = int(np.count_nonzero(accepted)) + self.rest.late.accepted

    def _settled(self, engine: Engine, records: Records, steps: Steps, walk: Walk) -> Walk:
        """How tickets went, without those of which it is plain that they are others: all is charged anew for others."""
        rules = engine.clocks.rules
        if not (engine.charging.bills and any(each.warns and each.remembers for each in rules.terms)):
            return walk
        course = course_of(records, walk.outcome, walk.fired)
        read, promises = steps.read, steps.reader.clocks.promises.promised
        gone = np.zeros(len(steps.left), bool)
        gone[warned_though_judged(rules, spells(rules, records, course, walk.outcomes, promises, read))] = True
        return steps.leave(walk, gone, "warning")

    def _costs(self, engine: Engine, records: Records, steps: Steps) -> Billed:
        """Let everything be charged in the order in which accounts count."""
        return billed(engine, records, steps, steps.left == 0, self.rest, events_in(self.left))


def _merged(columns: pa.Table, scalar: pa.Table) -> pa.Table:
    """The rows of two tables of different tickets, in the order of these; those of one in their order."""
    if not scalar.num_rows or "ticket" not in scalar.schema.names:
        return columns
    both = pa.concat_tables([columns, scalar]).unify_dictionaries()
    ticket = both.column("ticket").combine_chunks().dictionary_encode()
    rank = np.argsort(pc.sort_indices(ticket.dictionary).to_numpy())
    order = np.argsort(rank[ticket.indices.to_numpy()], kind="stable")
    return both.take(pa.array(order))
