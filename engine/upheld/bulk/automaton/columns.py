"""Columns: a history decided as columns, and what does not fit by the scalar path; one whole in the end.

Source: DESIGN section 11, step 3: "What does not fit falls back ticket by ticket to the scalar path, and the summary
counts it".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upheld.bulk.automaton.charged_records import own_codes, tied
from upheld.bulk.automaton.counting import Sums, survey_of
from upheld.bulk.automaton.records import Records, records_of
from upheld.bulk.automaton.steps import Steps
from upheld.bulk.automaton.verdicts import Decided
from upheld.bulk.reading.history_table import events_in, in_time
from upheld.bulk.scalar_tables import tables_of
from upheld.core.decision.engine import Engine
from upheld.core.replay.late import LateRecords
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
    made, rest, whole, until_s = _both(history, engine, records, steps, as_of_s)
    survey, (others, gathered) = survey_of(made), rest.end(until_s)
    if looks_again:
        survey.late_gained = _gained((survey.late, others.late), history, engine, as_of_s)
    whole.add(survey, None)
    whole.add(others, gathered)
    warnings, header, tables = whole.warnings(), whole.header(), made.tables()
    whole.sum_up(Sums(made, until_s).result(), {} if made.billed is None else made.billed.stands)
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


def _both(
    history: pa.Table, engine: Engine, records: Records, steps: Steps, as_of_s: int | None
) -> tuple[Decided, Replay, Whole, int | None]:
    """The tickets that are decided as columns, and the others, until no more of them turn out to be others."""
    walk = steps.walk()
    while True:
        if engine.charging.bills and walk.left.any():
            nobody = np.zeros(len(own_codes(records)), bool)
            walk = steps.leave(walk, tied(records, steps, nobody, walk.left > 0), "customer")
        whole, rest = Whole(engine, as_of_s, records.unread), Replay(engine, as_of_s)
        accepted = records.at_s[walk.accepted]
        last_s = int(accepted.max()) if len(accepted) else None
        left = walk.left > 0
        if left.any():
            rest.take_all(events_in(_of_tickets(history, records.tickets.filter(pa.array(left)), as_of_s)))
        until_s = whole.as_of_s((last_s, rest.last_s))
        made = Decided(engine, records, steps, walk, 0 if until_s is None else until_s)
        walk = made.walk
        if made.billed is not None and (made.billed.short & ~left).any():
            walk = steps.leave(walk, made.billed.short, "balance")
        if np.count_nonzero(walk.left) == np.count_nonzero(left):
            return made, rest, whole, until_s


def _gained(
    parts: Iterable[LateRecords], history: pa.Table, engine: Engine, as_of_s: int | None
) -> int | None:
    """How many more records would be accepted, were those of each ticket decided in the order of their instants.

    Half of a noisy history may come late, so they are decided again as all are. Returns: ``None`` where none came late.
    Source: `upheld.core.replay.late`.
    """
    late = LateRecords()
    for each in parts:
        late |= each
    if not late.count:
        return None
    bills = engine.charging.bills
    own = history if bills else _of_tickets(history, pa.array([*late.tickets], pa.string()), as_of_s)
    own = in_time(own, by_ticket=bills)
    records = records_of(own, as_of_s)
    made, rest, _, until_s = _both(own, engine, records, Steps(engine, records), as_of_s)
    stays = made.walk.left == 0
    accepted = int(np.count_nonzero(made.walk.accepted & stays[records.ticket])) + rest.end(until_s)[0].late.accepted
    return accepted - (late.accepted if bills else sum(late.tickets.values()))


def _of_tickets(history: pa.Table, tickets: pa.Array, as_of_s: int | None) -> pa.Table:
    """The records of some tickets, up to an instant."""
    column = history.column("ticket")
    if isinstance(column, pa.ChunkedArray) and pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    found = pc.is_in(column, tickets)
    if as_of_s is not None:
        found = pc.and_(found, pc.less_equal(history.column("at").cast(pa.int64()), as_of_s))
    return history.filter(found)


def _merged(columns: pa.Table, scalar: pa.Table) -> pa.Table:
    """The rows of two tables of different tickets, in the order of these; those of one in their order."""
    if not scalar.num_rows or "ticket" not in scalar.schema.names:
        return columns
    both = pa.concat_tables([columns, scalar]).unify_dictionaries()
    ticket = both.column("ticket").combine_chunks().dictionary_encode()
    rank = np.argsort(pc.sort_indices(ticket.dictionary).to_numpy())
    order = np.argsort(rank[ticket.indices.to_numpy()], kind="stable")
    return both.take(pa.array(order))
