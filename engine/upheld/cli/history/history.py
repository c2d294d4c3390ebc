"""The history that a command was asked about: read as somebody wants it, and what was noticed on the way.

A bad record ends the command with its place, unless somebody asked to skip such; then they
are counted, and told on standard error once everything is read.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from upheld.cli.failure import one_line
from upheld.cli.output import progress
from upheld.core.errors import HistoryError
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.time.instant import instant_of, text_of
from upheld.core.versions.term import united
from upheld.history.arrival import LOOKED_AT, going_back
from upheld.history.event_record import in_time
from upheld.history.file import HistoryFiles, Said
from upheld.history.formats import FORMATS
from upheld.history.importer import Bad, Placed, ProvidedImporter
from upheld.history.notice import Notice, Notices
from upheld.history.reading import Progress, read_history
from upheld.loader.contracts import load_contracts
from upheld.loading import load_policy, load_versions
from upheld.plugins import installed_importers

if TYPE_CHECKING:
    from upheld.history.mapping.tally import Tally

Found = TypeVar("Found")

MOST_TOLD: Final = 20
"""Bad records that are told one by one; of more only the number."""

BY_TIME: Final = "by-time"


@dataclass(frozen=True)
class HistoryOptions:
    """What somebody asked for.

    Attributes:
        histories: Files and folders that are one history, in this order; ``-`` for standard input.
        policy: An installed policy, or a file.
        contracts_file, map_file: Files, or ``None``.
        format_name: A format, or ``""``.
        as_of_s: The instant at which everything is looked at, or ``None``.
        skip_bad: Whether bad records are skipped.
        audit: Whether observed states are read; the mapping can ask for it too.
        order: ``arrival`` or ``by-time``; ``None`` for that of the mapping, or else of arrival.
        encoding: What the files are written in, or ``""``; the mapping can say it too.
        versions: Several versions of one policy, where each ticket goes by the one in force when it was opened.
    """

    histories: tuple[str, ...]
    policy: str
    contracts_file: str | None
    format_name: str
    map_file: str | None
    as_of_s: int | None
    skip_bad: bool
    audit: bool
    order: str | None
    encoding: str
    versions: tuple[str, ...] = ()

    @property
    def history(self) -> str:
        """What the history is called as a whole."""
        return ", ".join(self.histories)

    @property
    def as_of(self) -> datetime | None:
        """The instant at which everything is looked at, or ``None``."""
        return None if self.as_of_s is None else instant_of(self.as_of_s)

    @property
    def words(self) -> list[str]:
        """What another command on the same history is asked with."""
        given = [("--contracts", self.contracts_file), ("--from", self.format_name), ("--map", self.map_file)]
        given += [("--order", self.order), ("--encoding", self.encoding)]
        words = [
            *self.histories,
            *(word for each in self.versions or (self.policy,) for word in ("--policy", each)),
            *(word for each in given if each[1] for word in each if word),
        ]
        words += [flag for flag, wanted in (("--skip-bad", self.skip_bad), ("--audit", self.audit)) if wanted]
        return words if self.as_of_s is None else [*words, "--as-of", text_of(self.as_of_s)]

    def opened(self) -> History:
        """The policy, the contracts and the mapping, read; the history itself is read by `History.events`.

        Raises: UpheldError for whatever is wrong with one of them; OSError.
        """
        if self.versions:
            return self._opened_versions()
        policy = load_policy(self.policy)
        contracts = load_contracts(Path(self.contracts_file), policy) if self.contracts_file is not None else None
        return self.read_by(policy, contracts)

    def _opened_versions(self) -> History:
        """The same for several versions: the history is read as any of them would, contracts as the latest does."""
        found, findings = load_versions(self.versions)
        for each in findings:
            click.echo(one_line(f"{each} ({each.hint})"), err=True)
        policies = [policy for _, policy in found]
        latest = policies[-1]
        contracts = load_contracts(Path(self.contracts_file), latest) if self.contracts_file is not None else None
        history = self.read_by(united(policies), contracts)
        asked = (replace(self, policy=str(name), versions=()) for name, _ in found)
        history.versions = tuple(replace(history, asked=own, policy=policy) for own, policy in zip(asked, policies))
        return history

    def read_by(self, policy: Policy, contracts: Contracts | None = None) -> History:
        """The same for whoever has the policy: a desk."""
        if self.map_file is None:
            by_time, said = self.order == BY_TIME, Said(self.encoding)
            return History(self, policy, contracts, self.audit, self.format_name, by_time=by_time, said=said)
        from upheld.history.mapping.mapping_file import load_mapping
        from upheld.history.mapping.translation import records

        mapping = load_mapping(self.map_file)
        if self.order is not None:
            mapping = replace(mapping, by_time=self.order == BY_TIME, as_is=self.order != BY_TIME)
        audit, format_name = self.audit or mapping.audit, self.format_name or mapping.format
        said = Said(self.encoding or mapping.encoding, mapping.head, mapping.parts)
        notices, read = Notices(mapping.columns()), functools.partial(records, mapping)
        return History(self, policy, contracts, audit, format_name, read, said=said, _notices=notices)


@dataclass
class History:
    """A history that is being read.

    Attributes:
        asked: What somebody asked for.
        policy: The policy; of several versions, what is declared in any of them.
        versions: Of several, the same history as each of them has it, the first in force first.
        contracts: What customers have signed; ``None`` where no file was given.
        audit: Whether observed states are read.
        format_name: What the history is, or ``""``.
        mapping: What makes records of rows, and counts them with a ``tally``; ``None`` where no file was given.
        by_time: Whether records are put into the order of their instants here; a mapping does so with its rows.
        skipped: How many bad records were skipped so far.
        on_page: Whether a page tells what was noticed, and standard error need not.
        meaning: What it means that records were skipped.
        said: What is said of the files that they do not say themselves.
    """

    asked: HistoryOptions
    policy: Policy
    contracts: Contracts | None
    audit: bool
    format_name: str
    mapping: Callable[..., Iterator[Placed | Bad]] | None = None
    by_time: bool = False
    skipped: int = 0
    on_page: bool = False
    meaning: str = "the verdicts tell of the others alone"
    said: Said = field(default_factory=Said)
    versions: tuple[History, ...] = ()
    _told: list[Bad] = field(default_factory=list)
    _notices: Notices = field(default_factory=Notices)
    _tally: Tally | None = None

    def events(self) -> Iterator[Event]:
        """Each event in the order in which it counts; a progress bar shows how far it is, on a terminal.

        Raises: HistoryError for a bad record, unless such are skipped, where nothing after can be read, and where
            there was no record at all.
        """
        tally = self._tally = self._new_tally()
        with progress("reading") as on_progress:
            found = self._good(self._read(on_progress, tally, self._notices))
            events = iter(self._ordered(map(itemgetter(1), found), self._notices))
            try:
                first = next(events, None)
                if first is not None:
                    yield first
                    yield from events
            except HistoryError:
                self._warn()  # what was noticed may be why, and no page tells it
                raise
        self._end(tally, is_empty=first is None)

    def table(self) -> Any:
        """The same events as a history table of `upheld.bulk`, read many at once. Raises: as `events` does."""
        from upheld.bulk.reading.files import read_batches
        from upheld.bulk.reading.history_table import history_table

        tally, files = self._new_tally(), HistoryFiles(self.asked.histories, self._notices, self.said)
        self._tally = tally
        with progress("reading") as on_progress:
            found = read_batches(
                files,
                self.policy,
                self.format_name,
                functools.partial(self.mapping, tally=tally) if self.mapping is not None else None,
                on_progress,
                audit=self.audit,
                formats=all_formats(),
            )
            try:
                batches = [*self._good(found)]
            except HistoryError:
                self._warn()
                raise
        table = self._table_in_order(history_table(batches))
        self._end(tally, is_empty=not table.num_rows)
        return table

    def _table_in_order(self, table: Any) -> Any:
        from upheld.bulk.reading.history_table import in_time

        if self.by_time:
            return in_time(table)
        if self.mapping is not None or self.asked.order is not None:
            return table
        first = table.slice(0, LOOKED_AT)
        if not going_back(zip(first["ticket"].to_pylist(), first["at"].cast("int64").to_pylist())):
            return table
        self._notices.note("newest-first", self.asked.history)
        return in_time(table, newest_first=True)

    def _end(self, tally: Tally | None, *, is_empty: bool) -> None:
        """Tell what was skipped and noticed, once everything is read. Raises: HistoryError where nothing was."""
        rows = self.skipped if tally is None else tally.rows
        if not is_empty or rows:
            self._tell(tally)
        if is_empty:
            raise HistoryError(self.asked.history, self._nothing(rows))

    def noticed(self) -> list[Notice]:
        """What was noticed of the text while it was read."""
        return [*self._notices, *(() if self._tally is None else self._tally.noticed())]

    @property
    def size(self) -> int | None:
        """Bytes of its files; ``None`` where nobody knows."""
        return HistoryFiles(self.asked.histories).size

    @property
    def is_read_twice(self) -> bool:
        """Whether it can be read once more: files, and no pipe."""
        return HistoryFiles(self.asked.histories).can_be_read_again

    def events_again(self) -> Iterator[Event]:
        """The same once more, and nothing told or counted anew."""
        notices = Notices()
        found = self._read(None, self._new_tally(), notices)
        yield from self._ordered((each[1] for each in found if not isinstance(each, Bad)), notices)

    def _new_tally(self) -> Tally | None:
        if self.mapping is None:
            return None
        from upheld.history.mapping.tally import Tally

        return Tally()

    def rows(self) -> dict[str, dict[str, int]]:
        """What became of the rows of an export, as the entry ``rows`` of a summary; none where no mapping read any."""
        return {} if self._tally is None else {"rows": self._tally.counts()}

    def reading(self) -> list[dict[str, str | int]]:
        """The same for programs: the entry ``reading`` of a summary."""
        return [
            {"kind": each.kind, "number": each.number, "place": each.place, "message": str(each)}
            for each in self.noticed()
        ]

    def _ordered(self, events: Iterator[Event], notices: Notices) -> Iterable[Event]:
        """The events in the order in which they count; a mapping has put its rows in order before."""
        if self.by_time:
            return in_time(events)
        if self.mapping is not None or self.asked.order is not None:
            return events
        first = [*islice(events, LOOKED_AT)]
        if not going_back((event.ticket, event.at_s) for event in first):
            return chain(first, events)
        notices.note("newest-first", self.asked.history)
        return in_time(chain(first, events), newest_first=True)

    def _nothing(self, rows: int) -> str:
        """Why there is nothing to judge, though there may be rows."""
        why = "see whether it is the right file, and whole"
        if rows:
            passed = rows - self.skipped
            parts = ((self.skipped, "bad"), (passed, "passed over by the mapping"))
            told = ", ".join(f"{number} {what}" for number, what in parts if number > 0)
            why = f"none of its rows ({told}) became one"
        return f"this history holds no record: {why}"

    def _good(self, found: Iterable[Found | Bad]) -> Iterator[Found]:
        """What is not bad; what is ends it, or is counted."""
        for each in found:
            if not isinstance(each, Bad):
                yield each
            elif not self.asked.skip_bad:
                raise HistoryError(each.place, f"{each.problem} (`--skip-bad` leaves such records out)")
            else:
                self.skipped += 1
                if len(self._told) < MOST_TOLD:
                    self._told.append(each)

    def _read(
        self, on_progress: Progress | None, tally: Tally | None, notices: Notices
    ) -> Iterator[tuple[str, Event] | Bad]:
        asked = self.asked
        return read_history(
            asked.histories,
            self.policy,
            self.format_name,
            functools.partial(self.mapping, tally=tally) if self.mapping is not None else None,
            on_progress,
            audit=self.audit,
            formats=all_formats(),
            notices=notices,
            said=self.said,
        )

    def _tell(self, tally: Tally | None) -> None:
        for bad in self._told:
            click.echo(one_line(f"skipped: {bad.place}: {bad.problem}"), err=True)
        if self.skipped:
            number = f"{self.skipped} bad record{'' if self.skipped == 1 else 's'}"
            click.echo(f"{number} skipped: {self.meaning}", err=True)
        for line in tally.lines() if tally is not None and tally.rows else ():
            click.echo(one_line(line), err=True)
        if not self.on_page:
            self._warn()

    def _warn(self) -> None:
        for notice in self.noticed():
            click.echo(one_line(f"warning: {notice}"), err=True)


def all_formats() -> dict[str, ProvidedImporter]:
    """The formats that upheld has itself, and then those of installed plugins."""
    return {**FORMATS, **{name: each for name, each in installed_importers().items() if name not in FORMATS}}
