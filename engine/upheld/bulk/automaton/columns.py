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

from upheld.bulk.automaton.counting import Sums, survey_of
from upheld.bulk.automaton.late_columns import gained, of_tickets
from upheld.bulk.automaton.records import records_of
from upheld.bulk.automaton.steps import Steps
from upheld.bulk.automaton.verdicts import Decided
from upheld.bulk.reading.history_table import events_in
from upheld.bulk.scalar_tables import tables_of
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
    if engine.charging.bills:
        return "billing"
    if policy.remedies or policy.availability:
        return "remedies"
    return ""


def decided(history: pa.Table, engine: Engine, as_of_s: int | None = None, *, looks_again: bool = True) -> Made:
    """Decide a history as columns, under a policy that is not `unfit`.

    Args:
        history: Of the schema of `upheld.bulk.reading.history_table`, without observed states.
        as_of_s: The instant at which everything is looked at; by default that of the last record accepted.
        looks_again: Whether it is counted how many late records would be accepted in the order of their instants.
    """
    assert not unfit(engine), "the caller takes the scalar path"
    records = records_of(history, as_of_s)
    steps = Steps(engine, records)
    walk = steps.walk()
    whole = Whole(engine, as_of_s, records.unread)
    rest = Replay(engine, as_of_s)
    while True:
        accepted = records.at_s[walk.accepted]
        last_s = int(accepted.max()) if len(accepted) else None
        left = records.tickets.filter(pa.array(walk.left > 0))
        if len(left):
            rest = Replay(engine, as_of_s)
            own = of_tickets(history, left, as_of_s)
            rest.take_all(events_in(own))
        until_s = whole.as_of_s((last_s, rest.last_s))
        made = Decided(engine, records, steps, walk, 0 if until_s is None else until_s)
        if int(np.count_nonzero(made.walk.left)) == len(left):
            break
        walk = made.walk
    if looks_again and rest.has_late:
        rest.look_again(events_in(own))
    survey = survey_of(made)
    if looks_again and survey.late.count:
        survey.late_gained = gained(survey.late, history, engine, as_of_s)
    whole.add(survey, None)
    whole.add(*rest.end(until_s))
    warnings, header = whole.warnings(), whole.header()
    tables = made.tables()
    whole.sum_up(Sums(made, until_s).result(), {})
    scalar = tables_of(rest.verdicts(), engine.policy)
    whole.sum_up(*rest.summed())
    summary = whole.summary()
    tables = tables if not len(left) else {name: _merged(tables[name], scalar[name]) for name in tables}
    reasons = np.bincount(made.walk.left, minlength=len(made.walk.reasons))
    fallbacks = {reason: int(times) for reason, times in zip(made.walk.reasons, reasons) if reason and times}
    return Made(tables, header, summary, fallbacks, warnings)


def _merged(columns: pa.Table, scalar: pa.Table) -> pa.Table:
    """The rows of two tables of different tickets, in the order of these; those of one in their order."""
    if not scalar.num_rows or "ticket" not in scalar.schema.names:
        return columns
    both = pa.concat_tables([columns, scalar]).unify_dictionaries()
    ticket = both.column("ticket").combine_chunks().dictionary_encode()
    rank = np.argsort(pc.sort_indices(ticket.dictionary).to_numpy())
    order = np.argsort(rank[ticket.indices.to_numpy()], kind="stable")
    return both.take(pa.array(order))
