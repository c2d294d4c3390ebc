"""Bulk: a history as columns, and the tables of its verdicts, on pyarrow and numpy.

Terms: history table, verdict table, schema, path (scalar or columns), fallback.

May import: the core, `engine`, `history`, `replaying` and the files of `report`; pyarrow and numpy. Nothing imports it
but the command line and `upheld.spark`, so that nobody needs these libraries who has no use for them.
"""

from __future__ import annotations

from upheld.core.errors import MissingLibraryError

try:
    import numpy as _numpy  # noqa: F401
    import pyarrow as _pyarrow  # noqa: F401
except ImportError:
    raise MissingLibraryError("columns", ("numpy", "pyarrow"), "bulk") from None

from upheld.bulk.schemas import TABLES, schemas_for
from upheld.bulk.tables import VerdictTables, verdict_tables

__all__ = ["TABLES", "VerdictTables", "schemas_for", "verdict_tables"]
