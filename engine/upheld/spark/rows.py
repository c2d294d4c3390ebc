"""Rows: what comes of the tasks, as columns of Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from upheld.bulk.portions import Asked


def rows_of(source: DataFrame, function: Any, asked: Asked) -> DataFrame:
    """What a function makes of each partition: the rows of the table that is asked for.

    Of balances, which several tasks know of, those count of the task that had the customer's tickets.
    """
    from pyspark.sql import functions as F  # noqa: N812
    from pyspark.sql.types import BooleanType, StructType

    from upheld.bulk.portions import BALANCES, HOME

    schema = _schema_of(asked)
    if asked.table != BALANCES:
        return source.mapInArrow(function, schema)
    found = source.mapInArrow(function, StructType([*schema.fields]).add(HOME, BooleanType()))
    whose = ["customer", "account"]
    rest = F.struct(*(name for name in schema.names if name not in whose))
    one = found.groupBy(*whose).agg(F.max_by(rest, HOME).alias(HOME))
    return one.select(*whose, f"{HOME}.*").select(*schema.names)


def _schema_of(asked: Asked) -> Any:
    """The columns of a table as Spark has them, with what each means as its comment."""
    from pyspark.sql.types import StructField, StructType

    from upheld.bulk.portions import plain_field
    from upheld.bulk.schemas import schemas_for

    fields = []
    for each in schemas_for(asked.policy)[asked.table]:
        says = each.metadata[b"says"].decode()
        fields.append(
            StructField(each.name, _type_of(plain_field(each).type), nullable=True, metadata={"comment": says})
        )
    return StructType(fields)


def _type_of(kind: pa.DataType) -> Any:
    """The type of Spark for a plain type of a verdict table."""
    import pyarrow as pa
    from pyspark.sql import types

    if pa.types.is_list(kind):
        return types.ArrayType(_type_of(kind.value_type))
    if pa.types.is_struct(kind):
        return types.StructType([types.StructField(each.name, _type_of(each.type)) for each in kind])
    plain = {
        pa.string(): types.StringType(),
        pa.bool_(): types.BooleanType(),
        pa.int32(): types.IntegerType(),
        pa.int64(): types.LongType(),
    }
    return types.TimestampType() if pa.types.is_timestamp(kind) else plain[kind]
