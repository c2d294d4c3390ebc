"""Files: a history that is a folder of Parquet of which each file holds whole tickets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.spark.asking import LAST, AsOf, asked_of, first_of, last_of, with_as_of
from upheld.spark.rows import rows_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from upheld.bulk.buckets import Buckets


def verdicts_of_files(
    spark: SparkSession,
    folder: str | Path,
    policy: Policy,
    contracts: Contracts | None = None,
    *,
    table: str = "clocks",
    as_of: AsOf = None,
    audit: bool = False,
    language: str = "",
) -> DataFrame:
    """The same of a folder of Parquet of which each file holds whole tickets: nothing has to be sent or sorted.

    It is looked at once whether that is so, and that customers, where they matter, are whole, too.

    Args:
        folder: Its path, or its address such as ``s3://desk/history``, which every machine sees. Each file is decided
            at once by one task, so it should have some million records at most, in the order in which they arrived;
            `bucketed` makes such.

    The other arguments, what is returned, and what is raised, are those of `verdicts`; HistoryError, too, where a
    ticket is in two files.
    """
    asked = asked_of(policy, contracts, table, False, audit=audit, language=language)
    from upheld.bulk.buckets import Buckets, bucket_files

    files = bucket_files(str(folder))
    buckets = Buckets(str(folder), files, replace(asked, key=""))
    numbers = spark.range(0, len(files), 1, len(files))  # one in each partition
    _check(numbers, buckets)
    asked = with_as_of(buckets.asked, as_of, lambda: last_of(numbers.mapInArrow(buckets.last, LAST)))
    return rows_of(numbers, replace(buckets, asked=asked).decided, asked)


def _check(numbers: DataFrame, buckets: Buckets) -> None:
    """Raises: HistoryError where a ticket or a customer is in two files."""
    from pyspark.sql import functions as F  # noqa: N812

    held = numbers.mapInArrow(buckets.held, "bucket bigint, what string, name string")
    ends = held.groupBy("what", "name").agg(F.min("bucket").alias("one"), F.max("bucket").alias("other"))
    twice = first_of(ends.filter("one < other").orderBy(F.desc("what"), "name"))
    if twice is not None:
        one, other = buckets.files[twice.one], buckets.files[twice.other]
        told = f"{twice.what} {quoted(twice.name)} is in {quoted(other)}, too: "
        raise HistoryError(one, told + "make the folder anew of what `bucketed` returns, or give `verdicts` all of it")
