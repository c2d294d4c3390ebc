"""Late columns: what it would change to decide late records in the order of their instants, as columns.

Half of a noisy history may come late, so the tickets that have such records are decided again as all are.

Source: DESIGN section 10, "Late records"; `upheld.core.replay.late`.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upheld.bulk.automaton.steps import Steps
from upheld.bulk.keys.records import records_of
from upheld.bulk.reading.history_table import events_in, in_time
from upheld.core.decision.engine import Engine
from upheld.core.replay.late import LateRecords, by_ticket


def gained(late: LateRecords, history: pa.Table, engine: Engine, as_of_s: int | None) -> int:
    """How many more records would be accepted, were those of each ticket decided in the order of their instants.

    Args:
        late: The late records of tickets that were decided as columns.
        history: The records of all tickets.
        as_of_s: The as-of that was asked for.
    """
    own = in_time(of_tickets(history, pa.array(late.tickets.keys(), pa.string()), as_of_s))
    records = records_of(own, as_of_s)
    walk = Steps(engine, records).walk()
    stays = walk.left == 0
    found = int(np.count_nonzero(walk.accepted & stays[records.ticket]))
    left = records.tickets.filter(pa.array(~stays))
    if len(left):
        rest = LateRecords()
        for ticket in left.to_pylist():
            rest.note(ticket, 0)
        found += rest.gained(engine, events_in(of_tickets(own, left, as_of_s)), by_ticket)
    return found - sum(late.tickets.values())


def of_tickets(history: pa.Table, tickets: pa.Array, as_of_s: int | None) -> pa.Table:
    """The records of some tickets, up to an instant."""
    if not len(tickets):
        return history.slice(0, 0)
    column = history.column("ticket")
    parts = [pc.is_in(each.dictionary, tickets).take(each.indices) for each in column.chunks]
    found = pa.chunked_array(parts, pa.bool_())
    if as_of_s is not None:
        found = pc.and_(found, pc.less_equal(history.column("at").cast(pa.int64()), as_of_s))
    return history.filter(found)
