"""Bulk: a history as columns, and the tables of its verdicts, on pyarrow and numpy.

Terms: history table, verdict table, schema, path (scalar or columns), fallback.

May import: the core, `engine`, `history` and `replaying`; pyarrow and numpy. Nothing imports it but the command line
and `upheld.spark`, so that nobody needs these libraries who has no use for them.
"""

from __future__ import annotations

from upheld.bulk.schemas import TABLES, schemas_for
from upheld.bulk.tables import VerdictTables, verdict_tables

__all__ = ["TABLES", "VerdictTables", "schemas_for", "verdict_tables"]
