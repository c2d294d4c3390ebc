"""Frames: a history that is a frame of Spark, in any order and on any machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from upheld.core.errors import ArgumentError
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.time.instant import instant_of
from upheld.engine import Engine
from upheld.jobs.sharding import touching_events
from upheld.spark.asking import KEY, LAST, AsOf, LastAccepted, asked_of, last_of, with_as_of
from upheld.spark.rows import rows_of
from upheld.spark.together import TEXTS_OF_INSTANTS, keyed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def verdicts(
    df: DataFrame,
    policy: Policy,
    contracts: Contracts | None = None,
    *,
    table: str = "clocks",
    as_of: AsOf = None,
    order: str | Sequence[str] = "at",
    audit: bool = False,
    language: str = "",
    partitions: int | None = None,
) -> DataFrame:
    """A verdict table of a history, ready to be joined, counted or written.

    Nothing is decided before its rows are asked for; but without ``as_of`` the history is decided once at once, to
    find the last record that is accepted.

    Args:
        df: The records, with the columns of a history and ``data.<name>`` for each field, or ``data`` with all of
            them; ``at`` is a timestamp, or a text with its offset.
        contracts: What customers have signed; by default nothing.
        table: Which one; see `docs/reference/tables.md`.
        as_of: The instant at which everything is looked at; later records are not read. What `last_accepted` returns
            spares the first pass.
        order: The columns that say in which order records arrived, since a frame has none; they need not be columns
            of a history. Where they are equal, records come in the order of their values.
        audit: Records come from a tracker: states may be observed, and timers do not fire by themselves.
        language: Of messages; by default the vendor's.
        partitions: How many there are, and tasks; by default as many as the session has for a shuffle.

    Returns: its rows, those of a ticket together and in their order.
    Raises: MissingLibraryError without pyspark; HistoryError for columns that are none of a history; ArgumentError for
        a table that there is not, and for one that only one task can reckon up, unless ``partitions=1`` says so. What a
        task raises, such as HistoryError for a record that is none, Spark wraps in an error of its own.
    Source: DESIGN section 11.
    """
    asked = asked_of(policy, contracts, table, partitions == 1, audit=audit, language=language)
    frame, asked = keyed(df, asked, order, partitions)
    asked = with_as_of(asked, as_of, lambda: last_of(frame.mapInArrow(asked.last, LAST)))
    return rows_of(frame, asked.decided, asked)


def last_accepted(
    df: DataFrame,
    policy: Policy,
    contracts: Contracts | None = None,
    *,
    order: str | Sequence[str] = "at",
    audit: bool = False,
    partitions: int | None = None,
) -> LastAccepted:
    """The instant of the last record that is accepted, for several calls of `verdicts` as their ``as_of``.

    The arguments, and what is raised, are those of `verdicts`.
    """
    asked = asked_of(policy, contracts, "clocks", False, audit=audit)
    frame, asked = keyed(df, asked, order, partitions)
    last_s = last_of(frame.mapInArrow(asked.last, LAST))
    return LastAccepted(None if last_s is None else instant_of(last_s))


def bucketed(
    df: DataFrame,
    policy: Policy,
    contracts: Contracts | None = None,
    *,
    order: str | Sequence[str] = "at",
    partitions: int | None = None,
) -> DataFrame:
    """The same records, so that what is decided together lies in one partition, in the order in which it arrived.

    Written as Parquet it is a folder for `verdicts_of_files`, a file for each partition. The arguments, and what is
    raised, are those of `verdicts`.
    """
    asked = asked_of(policy, contracts, "tickets", True)
    if not asked.key:
        asked = replace(asked, key=KEY, touching=touching_events(Engine(policy, contracts)))
    frame, asked = keyed(df, asked, order, partitions)
    if asked.in_time:
        raise ArgumentError(TEXTS_OF_INSTANTS)
    own = [name for name in asked.columns if name != KEY]
    return frame.select(*frame.columns[: len(own)]).toDF(*own)
