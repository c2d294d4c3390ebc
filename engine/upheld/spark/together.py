"""Together: the records of a frame, so that what must be decided together lies in one partition, one after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from upheld.core.errors import ArgumentError
from upheld.core.nearest import quoted
from upheld.jobs.sharding import Ties
from upheld.spark.asking import KEY

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from upheld.bulk.portions import Asked


TEXTS_OF_INSTANTS: Final = (
    "texts of instants have another order than instants: make `at` a timestamp, or order records by another column"
)


def keyed(df: DataFrame, asked: Asked, order: str | Sequence[str], partitions: int | None) -> tuple[DataFrame, Asked]:
    """The records, what belongs together in one partition, one after another, in the order in which they arrived.

    Where instants are texts, the tasks sort by them, since nobody else reads all that a history may hold.
    Names with a dot mean something else to Spark, so their columns are called otherwise on the way.
    """
    from pyspark.sql import functions as F  # noqa: N812

    from upheld.bulk.reading.arrow_columns import check_schema
    from upheld.history.canonical import TEXTS

    names = [order] if isinstance(order, str) else [*order]
    unknown = [name for name in names if name not in df.columns]
    if unknown or not names:
        told = f"there is no column {quoted(unknown[0])} to order records by" if unknown else "`order` names no column"
        raise ArgumentError(f"{told}: name those that say in which order they arrived")
    aside = [name for name in names if name not in TEXTS and not name.startswith("data.")]
    own = [name for name in df.columns if name not in aside]
    columns = [_column(name).alias(f"{KEY}_{place}" if "." in name else name) for place, name in enumerate(own)]
    check_schema(df.select(*map(_column, own)).limit(0).toArrow().schema)
    if in_time := "at" in names and dict(df.dtypes)["at"] == "string":
        if names.index("at"):
            raise ArgumentError(TEXTS_OF_INSTANTS)
        names = [*names[1:], "at"]
    ordered = [_column(name) for name in dict.fromkeys([*names, *_sortable(df, own)])]
    if asked.key == KEY:
        df = _with_key(df, asked.touching or frozenset())
        own.append(KEY)
        columns.append(F.col(KEY))
    asked = replace(asked, columns=tuple(own), in_time=in_time)
    if not asked.key:
        return df.repartition(1).sortWithinPartitions(*ordered).select(*columns), asked
    spread = [] if partitions is None else [partitions]
    return df.repartition(*spread, asked.key).sortWithinPartitions(asked.key, *ordered).select(*columns), asked


def _column(name: str) -> Column:
    """A column of this name, whatever is in it: a dot would lead into an object."""
    from pyspark.sql import functions as F  # noqa: N812

    quoted_name = name.replace("`", "``")
    return F.col(f"`{quoted_name}`")


def _sortable(df: DataFrame, names: Iterable[str]) -> list[str]:
    """Those columns whose values have an order."""
    kinds = dict(df.dtypes)
    return [name for name in sorted(names) if "map<" not in kinds[name] and "variant" not in kinds[name]]


def _with_key(df: DataFrame, touching: frozenset[str]) -> DataFrame:
    """The records, with who must be decided together: a customer for his tickets, or a ticket that nobody opened."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    named = F.when(_touches(df, touching), _customer(df))
    ticket = F.col("ticket").cast("string")
    sets = df.groupBy(ticket.alias("ticket")).agg(F.collect_set(named).alias("names")).filter(F.size("names") > 1)
    ties, named_so = Ties(), set()
    for row in sets.select("names").distinct().toLocalIterator():
        named_so.update(row[0])
        for name in row[0]:
            ties.tie(row[0][0], name)
    df = df.withColumn(KEY, F.min(named).over(Window.partitionBy(ticket)))
    if named_so:
        firsts = [(name, ties.first(name)) for name in sorted(named_so)]
        pairs = df.sparkSession.createDataFrame(firsts, f"{KEY} string, first string")
        df = df.join(F.broadcast(pairs), KEY, "left").withColumn(KEY, F.coalesce("first", KEY)).drop("first")
    together = F.concat(F.lit("customer "), F.col(KEY))
    return df.withColumn(KEY, F.coalesce(together, F.concat(F.lit("ticket "), ticket)))


def _touches(df: DataFrame, touching: frozenset[str]) -> Column:
    """Which records may touch accounts."""
    return _text(df, "event").isin(sorted(touching)) | (_text(df, "state") != "")


def _customer(df: DataFrame) -> Column:
    """Whose records are; ``""`` stands for nobody."""
    from pyspark.sql import functions as F  # noqa: N812

    return F.coalesce(_text(df, "customer"), F.lit(""))


def _text(df: DataFrame, name: str) -> Column:
    """A column as text, if it is there."""
    from pyspark.sql import functions as F  # noqa: N812

    return F.col(name).cast("string") if name in df.columns else F.lit(None).cast("string")
