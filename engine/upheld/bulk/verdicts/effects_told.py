"""Effects told: the texts of what was asked of the host, once their placeholders are filled.

Rows that have the same template and the same values in its placeholders say the same. So a text is made once for each
of these, of what the engine itself shows of each value.

Source: DESIGN section 6, "Verdicts"; section 11, "so that diverse facts do not multiply pairs".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from upheld.bulk.keys.placeholders import DATA, OF_RECORD, OF_TICKET, Placeholder, filled, placeholders_in
from upheld.bulk.keys.records import Int32s, Int64s, compact
from upheld.bulk.verdicts.decided import DecidedTickets
from upheld.core.condition.domain import Held, Wrong
from upheld.core.record.event import Event

Rows = list[dict[str, Any]]


def effects_told(
    made: DecidedTickets, steps: Int64s, place: Int64s, templates: Sequence[dict[str, Any]]
) -> tuple[Int64s, Rows]:
    """The templates of effects that steps asked for, without placeholders: for each its place, and all of them."""
    told, every = place.copy(), [*templates]
    for number, template in enumerate(templates):
        placeholders = placeholders_in(template["about"])
        here = np.flatnonzero(place == number) if placeholders else place[:0]
        if not len(here):
            continue
        found, first = _alike(made, steps[here], placeholders)
        told[here] = found + np.int64(len(every))
        every += [
            {**template, "about": _text(made, int(step), template["about"], placeholders)}
            for step in steps[here[first]]
        ]
    return told, every


def _alike(made: DecidedTickets, steps: Int64s, placeholders: Sequence[Placeholder]) -> tuple[Int32s, Int64s]:
    """A number for each step, the same where each placeholder has the same value; where each number stands first."""
    rows, found = made.course.row[steps], np.zeros(len(steps), np.int32)
    event = made.records.words["event"].codes
    first = compact(np.where(rows < 0, np.int64(-1), event[np.maximum(rows, 0)].astype(np.int64)), found)
    for name in dict.fromkeys(each.name for each in placeholders):
        codes = _codes(made, steps, name)
        first = compact(found.astype(np.int64) << 32 | codes, found)
    return found, first


def _codes(made: DecidedTickets, steps: Int64s, name: str) -> Int32s:
    """What a name holds at each step, as a place in the column that says it."""
    records, ticket, row = made.records, made.course.ticket[steps], made.course.row[steps]
    if name == "customer":
        return made.steps.customer[ticket]
    if name in OF_TICKET:
        return records.words[name].codes[made.steps.opening_rows[ticket]]
    if name in OF_RECORD:
        return records.words[OF_RECORD[name]].codes[row]
    column = records.data.get(name.removeprefix(DATA))
    return np.zeros(len(steps), np.int32) if column is None else column.codes[row]


def _text(made: DecidedTickets, step: int, text: str, placeholders: Sequence[Placeholder]) -> str:
    """What one step is told."""
    row = int(made.course.row[step])
    event = made.records.row(row) if row >= 0 else None
    names = {each.name: _held(made, step, event, each.name) for each in placeholders if each.name not in OF_RECORD}
    return filled(text, made.engine.moment_of(event, names).shown)


def _held(made: DecidedTickets, step: int, event: Event | None, name: str) -> Held:
    """What a name of a ticket, or of the data of a record, holds."""
    if name in OF_TICKET:
        code = _codes(made, np.array([step]), name)[0]
        return str(made.records.words[name].values[code] or "") or None
    assert event is not None, "a timer shows no data"
    field = name.removeprefix(DATA)
    if field not in made.engine.policy.events[event.event].fields:
        return None
    held: Held | Wrong = made.read(event.event, field, int(made.course.row[step]))
    assert not isinstance(held, Wrong), "what is accepted is well formed"
    return held
