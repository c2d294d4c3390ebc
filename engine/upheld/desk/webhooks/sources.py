"""Sources: the trackers that send their events to a desk, each with its secret and a mapping that says what they mean.

A mapping for live events is one for the tracker's exports that takes each row by itself: an event comes alone, so
nothing of it may depend on the rows before, and what it becomes is an event and no observed state.

Source: DESIGN section 13, "Webhooks in"; THREATS H05.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from upheld.core.errors import ArgumentError, DeskError, DocumentError
from upheld.core.nearest import listed, meant, quoted
from upheld.core.policy.policy import Policy
from upheld.desk.people.tokens import NAME
from upheld.desk.storage.database import Database
from upheld.desk.storage.tables import SOURCES
from upheld.history.mapping.mapping import HistoryMapping
from upheld.history.mapping.mapping_file import read_mapping
from upheld.history.mapping.mapping_names import mapping_findings

Tracker = Literal["jira", "zendesk"]
TRACKERS: Final[tuple[Tracker, ...]] = get_args(Tracker)
SHORTEST_SECRET: Final = 16
LONGEST_SECRET: Final = 500


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a source.

    Attributes:
        name: Part of the address that it sends to.
        secret: What it sends is signed by it. It is in no text of it.
    """

    name: str
    tracker: str
    mapping: str = field(repr=False)
    secret: str = field(repr=False)


class Sources:
    """The sources of a desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, name: str, tracker: str, mapping: bytes, secret: str, policy: Policy, *, file: str = "") -> None:
        """Register a source, or give one of this name another mapping and secret.

        Args:
            mapping: The document.
            policy: Whose names it means.
            file: What places in it are called.

        Raises: ArgumentError for a name, tracker or secret that is none; DocumentError with everything that is wrong
            with the mapping, or in it for live events.
        """
        if not NAME.fullmatch(name):
            raise ArgumentError(f"{quoted(name)} is no name: small letters, digits and hyphens, at most 40 of them")
        if tracker not in TRACKERS:
            raise ArgumentError(f"{quoted(tracker)} is no tracker; {meant(tracker, TRACKERS, listed(TRACKERS))}")
        if not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET or not secret.isascii() or not secret.isprintable():
            told = f"letters, digits and signs of ASCII, from {SHORTEST_SECRET} to {LONGEST_SECRET} of them"
            raise ArgumentError(f"this is no secret: {told}")
        _check(mapping_of(mapping, file or name), tracker, policy)
        row = {"name": name, "tracker": tracker, "mapping": mapping.decode("utf-8"), "secret": secret}

        def work(rows: Connection) -> None:
            made: dict[str, Any] = {**row, "made_s": self._database.now_s(rows)}
            dialect = sqlite if rows.dialect.name == "sqlite" else postgresql
            put = dialect.insert(SOURCES).values(**made)
            rows.execute(put.on_conflict_do_update(index_elements=["name"], set_=made))

        self._database.transact(work)

    def found(self, name: str, tracker: str) -> Source | None:
        """The source of a name, if it is of this tracker."""
        which = SOURCES.c.name == name, SOURCES.c.tracker == tracker
        asked = select(*_COLUMNS).where(*which)
        row = self._database.read(lambda rows: rows.execute(asked).one_or_none())
        return None if row is None else Source(*row)

    def list(self) -> tuple[Source, ...]:
        """Every source, by name."""
        asked = select(*_COLUMNS).order_by(SOURCES.c.name)
        return self._database.read(lambda rows: tuple(Source(*row) for row in rows.execute(asked)))

    def remove(self, name: str) -> None:
        """Take nothing of it any more. Raises: DeskError where there is none."""

        def work(rows: Connection) -> None:
            names = [*rows.scalars(select(SOURCES.c.name).order_by(SOURCES.c.name))]
            if name not in names:
                raise DeskError(f"no source {quoted(name)}; {meant(name, names, 'list them to see their names')}")
            rows.execute(delete(SOURCES).where(SOURCES.c.name == name))

        self._database.transact(work)


def mapping_of(document: bytes, file: str) -> HistoryMapping:
    """The mapping in a document. Raises: DocumentError with everything that is wrong."""
    mapping, findings = read_mapping(document, file)
    if mapping is None:
        raise DocumentError(findings)
    return mapping


def _check(mapping: HistoryMapping, tracker: str, policy: Policy) -> None:
    """Raises: DocumentError for names that the policy does not have; ArgumentError for what no live event can be."""
    findings = mapping_findings(mapping, policy)
    if findings:
        raise DocumentError(findings)
    if mapping.format and mapping.format != tracker:
        raise ArgumentError(f"this mapping is for {quoted(mapping.format)}, and the source is {quoted(tracker)}")
    told = ""
    if any(outcome.kind == "state" for outcome in mapping.outcomes()):
        told = "makes a row an observed state, which no live ticket takes: say which `event` it is"
    elif mapping.remembers:
        told = "has `opening`, `wait` or `closings`, which need the rows before: an event comes alone"
    elif mapping.by_time or mapping.rows_from or mapping.snapshots:
        told = "sorts or compares rows (`order`, `rows-from`, `snapshots`): an event comes alone"
    if told:
        raise ArgumentError(f"this mapping {told}")


_COLUMNS: Final = tuple(SOURCES.c[name] for name in ("name", "tracker", "mapping", "secret"))
