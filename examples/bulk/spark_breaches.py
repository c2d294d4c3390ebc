"""Breaches by month, severity and region with Spark, over a folder of Parquet. Cell by cell, it is a notebook.

python examples/bulk/spark_breaches.py history
"""

# %% A session. On a cluster there is one already; every worker has `upheld[spark]`.
from __future__ import annotations

import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812

from upheld import load_contracts, load_policy
from upheld.spark import bucketed, verdicts, verdicts_of_files

EXAMPLES = Path(__file__).resolve().parent.parent
MONTH = EXAMPLES / "greenmash"
folder = sys.argv[1] if len(sys.argv) > 1 else "history"

spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.ui.enabled", "false")
    .config("spark.ui.showConsoleProgress", "false")
    .getOrCreate()
)

# %% What was promised to whom.
policy = load_policy("greenmash")
contracts = load_contracts(MONTH / "contracts.yaml", policy)

# %% The history. A frame has no order, so `order` names what tells in which order records arrived.
records = spark.read.json(str(MONTH / "history.jsonl"))
arrived = records.coalesce(1).withColumn("arrived", F.monotonically_increasing_id())

# %% Once: a folder in which each file holds whole tickets, so that from then on nothing has to be sent or sorted.
bucketed(arrived, policy, contracts, order="arrived", partitions=2).write.mode("overwrite").parquet(folder)

# %% The clocks, decided where the files lie; of a folder that is not so, `verdicts(spark.read.parquet(folder), ...)`.
clocks = verdicts_of_files(spark, folder, policy, contracts, table="clocks")

# %% Breaches by month and severity, for each region of our own table of customers.
customers = spark.read.csv(str(EXAMPLES / "bulk" / "customers.csv"), header=True)
breaches = (
    clocks.filter(F.col("status").isin("upheld", "breached"))
    .join(customers, "customer")
    .groupBy(F.date_format("due_at", "yyyy-MM").alias("month"), "severity", "region")
    .agg(F.count("*").alias("clocks"), F.count_if(F.col("status") == "breached").alias("breached"))
    .orderBy("month", "severity", "region")
)
for row in breaches.collect():
    print(*row, sep="\t")

# %% The same clocks without a folder, from any frame; what is counted twice is better decided once, and kept.
clocks_of_frame = verdicts(arrived, policy, contracts, order="arrived", as_of="2024-04-15T00:00Z")
print(clocks_of_frame.filter(F.col("status") == "running").count(), "running in the middle of April", file=sys.stderr)
spark.stop()
