"""Spark: the verdicts of a history that many machines hold together.

A frame of Spark goes in, one of a verdict table comes out; in between each task decides whole tickets, as
`upheld.bulk.verdict_tables` does, so that every row is the one that a single machine would have made.

    from upheld import load_policy
    from upheld.spark import verdicts

    clocks = verdicts(spark.read.parquet("s3a://desk/history"), load_policy("base"), order="arrived_at")
    clocks.groupBy("commitment", "status").count().show()

pyspark, pyarrow and numpy come with the extra `spark`; every machine has the same version of this package, and of the
plugins whose policies are asked for.

Source: DESIGN section 11, "More than one machine".
"""

from __future__ import annotations

from upheld.spark.asking import LastAccepted
from upheld.spark.files import verdicts_of_files
from upheld.spark.frames import bucketed, last_accepted, verdicts

__all__ = ["LastAccepted", "bucketed", "last_accepted", "verdicts", "verdicts_of_files"]
