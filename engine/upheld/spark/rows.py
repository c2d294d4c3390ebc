"""Rows: what comes of the tasks, as columns of Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from upheld.bulk.portions import Asked


def schema_of(asked: Asked) -> Any:
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


def of_nobody(customers: DataFrame, asked: Asked) -> DataFrame:
    """The balances of customers who were granted something and of whom there is no record."""
    rows = asked.of_nothing()
    granted = rows["customer"].unique().to_pylist()
    known = {row.name for row in customers.filter(customers.name.isin(granted)).distinct().collect()}
    left = [tuple(row.values()) for row in rows.to_pylist() if row["customer"] not in known]
    return customers.sparkSession.createDataFrame(left, schema_of(asked))


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
