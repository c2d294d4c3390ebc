"""Word columns: columns of a verdict's tables, made of codes and of what each code stands for.

What stands for a code is put into a column once, by the same function that makes columns of the rows of the scalar
path.

Source: DESIGN section 6, "Verdicts"; section 11, step 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from upheld.bulk.keys.records import Bools, Int32s, Int64s
from upheld.bulk.scalar_tables import array_of
from upheld.bulk.schemas import INSTANT


def words(codes: Int32s | Int64s, values: Sequence[object], field: pa.Field) -> pa.Array:
    """What each code stands for; equal values have one place in the dictionary of the column."""
    number: dict[object, int] = {}
    places = np.array([-1 if each is None else number.setdefault(_key(each), len(number)) for each in values], np.int32)
    found = places[codes] if len(values) else np.zeros(0, np.int32)
    nothing = found < 0 if (places < 0).any() else None
    distinct = array_of([_plain(each) for each in number], field.with_nullable(True))
    if pa.types.is_dictionary(field.type):
        texts = distinct.dictionary_decode()
        return pa.DictionaryArray.from_arrays(pa.array(found, mask=nothing), texts)
    return distinct.take(pa.array(found, mask=nothing))


def _key(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _plain(value: object) -> object:
    return [*value] if isinstance(value, tuple) else value


def instants(at_s: Int64s, nothing: Bools | None = None) -> pa.Array:
    """Instants, and where there are none."""
    return pa.array(at_s * 1_000, pa.int64(), mask=nothing).cast(INSTANT)


def table(columns: Mapping[str, pa.Array], schema: pa.Schema) -> pa.Table:
    """A table of columns that may come in any order."""
    return pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)


def of_templates(
    codes: Int32s | Int64s, templates: Sequence[Mapping[str, Any]], fields: Iterable[pa.Field]
) -> dict[str, pa.Array]:
    """The columns that templates of rows say."""
    return {field.name: words(codes, [each.get(key_of(field)) for each in templates], field) for field in fields}


def key_of(field: pa.Field) -> str:
    """Under which key of a verdict's row the value of a column stands."""
    key: bytes = (field.metadata or {}).get(b"key") or field.name.encode()
    return key.decode()
