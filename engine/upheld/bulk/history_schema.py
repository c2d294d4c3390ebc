"""The history schema: records that were read and are in order, as codes of texts.

Source: DESIGN section 6, "History"; section 11, step 3, "history … as Arrow tables, encoded by dictionary".
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from upheld.bulk.schemas import WORD, column

HISTORY: Final = pa.schema(
    [
        column("ticket", WORD, "The ticket's id."),
        column("at", pa.timestamp("s", "UTC"), "When."),
        column("event", WORD, "What happened; null where a state was observed."),
        column("state", WORD, "The state observed; null where there is an event."),
        column("actor", WORD, "By whom: a role, or a role and who in it, `agent:kim`."),
        column("channel", WORD, "The channel it came in by."),
        column("customer", WORD, "Whose ticket it is."),
    ]
)
"""A history that was read and is in order: a row for each record, in order of arrival, each a record that is one.

After these stand the fields of the data, ``data.<name>``: codes of texts too, where null is no field. What such a text
is stands in the column's metadata, under ``holds``: ``cells``, a cell that is read as the policy declares the field of
its event; or ``json``, a value as JSON writes it, also ``null``. No text is empty.

A record whose fields stand in another order than the columns, and only then, says it in the column ``fields``, where
there is one: as a JSON list of their names. A message about several of them tells of them in that order.
"""
FIELDS: Final = column("fields", WORD, "The names of its fields in their order; null for that of the columns.")
DATA: Final = "data."
HOLDS: Final = "holds"
CELLS: Final = "cells"
JSON: Final = "json"


def data_field(name: str, holds: str) -> pa.Field:
    """The column of a field of the data, ``name`` without its prefix; ``holds`` is `CELLS` or `JSON`."""
    return pa.field(f"{DATA}{name}", WORD, metadata={"says": f"The field `{name}`.", HOLDS: holds})
