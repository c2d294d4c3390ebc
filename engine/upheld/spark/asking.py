"""Asking: what every task is told, and the instant at which all of them look at their tickets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from upheld.core.errors import ArgumentError, HistoryError, MissingLibraryError, UpheldError
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.engine import Engine
from upheld.jobs.sharding import touching_events
from upheld.replaying import instant_s

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from upheld.bulk.portions import Asked

KEY: Final = "upheld_key"
"""The column that says which tickets are decided together, while they are on their way."""
_OWING: Final = frozenset({"tickets", "remedies", "owed", "balances"})
"""The tables in which something stands of what is owed; tickets cite what it rests on."""
_NEEDED: Final = ("pyspark", "pyarrow", "numpy")
LAST: Final = "last_s bigint"
_TOLD: Final = re.compile(r"^upheld\.core\.errors\.HistoryError: (?P<place>.*?): (?P<problem>.*)$", re.MULTILINE)


class LastAccepted(NamedTuple):
    """The last instant at which a record was accepted: as-of, where nobody says another.

    Not the same as to say that instant: what was refused later still stands in the verdicts.
    """

    at: datetime | None


AsOf = str | datetime | LastAccepted | None


def asked_of(
    policy: Policy,
    contracts: Contracts | None,
    table: str,
    alone: bool,
    *,
    audit: bool = False,
    language: str = "",
) -> Asked:
    """What each task is asked; ``alone`` says that there is to be one. Raises: as `verdicts` does."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise MissingLibraryError("verdicts by Spark", missing, "spark")
    from upheld.bulk.portions import Asked
    from upheld.bulk.schemas import TABLES

    if table not in TABLES:
        near = nearest(table, TABLES) if isinstance(table, str) else ""
        hint = f"did you mean {quoted(near)}?" if near else f"there are {listed(TABLES)}"
        raise ArgumentError(f"there is no table {quoted(table)}: {hint}")
    engine = Engine(policy, contracts, language=language, audit=audit)
    key, touching = "ticket", None
    owes = bool(policy.remedies) and table in _OWING
    if table == "availability" or (policy.availability and (owes or table == "balances")):
        if not alone:
            raise ArgumentError(
                f"table `{table}` of policy `{policy.id}` rests on availability, which all tickets tell together: "
                "give `verdicts` the argument `partitions=1`, and one task decides all of them"
            )
        key = ""
    elif engine.charging.bills or owes:
        key, touching = KEY, touching_events(engine)
    return Asked(policy, contracts, table, audit, language, key=key, touching=touching)


def with_as_of(asked: Asked, as_of: AsOf, last_s: Callable[[], int | None]) -> Asked:
    """The same with as-of, which is looked for where nobody said it."""
    if isinstance(as_of, LastAccepted):
        return replace(asked, last_s=None if as_of.at is None else instant_s(as_of.at))
    if as_of is not None:
        return replace(asked, as_of_s=instant_s(as_of))
    return replace(asked, last_s=last_s())


def last_of(found: DataFrame) -> int | None:
    """The last instant at which a record is accepted, on any machine. Raises: as `first_of` does."""
    row = first_of(found.agg({"last_s": "max"}))
    return None if row is None else row[0]


def first_of(found: DataFrame) -> Any:
    """The first row, or ``None``. Raises: HistoryError where a task has; UpheldError where it has no `upheld`."""
    from pyspark.errors import PythonException

    try:
        return found.first()
    except PythonException as error:
        told = _TOLD.search(str(error))
        if told is not None:
            raise HistoryError(told["place"], told["problem"]) from None
        if "No module named 'upheld" in str(error):
            lacks = "the Python of Spark's workers has no `upheld`"
            raise UpheldError(f"{lacks}: install it there, or let PYSPARK_PYTHON name one that has it") from None
        raise
