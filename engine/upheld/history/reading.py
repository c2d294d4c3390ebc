"""Reading: from the files that somebody exported to the events of a history, one by one.

    >>> from io import BytesIO
    >>> from upheld import load_policy
    >>> log = b'ticket,at,event,actor\\nT-1,2026-03-02T09:00Z,submit,customer\\nT-1,yesterday,close,customer\\n'
    >>> file = HistoryFile("log.csv", BytesIO(log))
    >>> for found in events_of(records_of([(file, FORMATS["csv"])], load_policy("base"))):
    ...     print(found if isinstance(found, Bad) else (found[0], found[1].event))
    ('log.csv:2', 'submit')
    Bad(place='log.csv:3', problem='`yesterday` is no instant: write date, time and offset, such as \
`2026-03-02T09:00+01:00`')

Source: DESIGN sections 6 and 7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol, TypeVar

from upheld.core.errors import HistoryError, RecordError
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.history import canonical
from upheld.history.event_record import event_of
from upheld.history.file import HistoryFile, HistoryFiles, Said
from upheld.history.formats import FORMATS, format_of, is_history
from upheld.history.importer import Bad, Placed, ProvidedImporter, Row
from upheld.history.notice import Notices

Progress = Callable[[int, int | None], None]
"""Is told the bytes of the file that were read so far, and how many there are, where that is known."""

RecordMaker = Callable[[Iterator[Row | Bad], Policy], Iterator[Placed | Bad]]
"""A mapping: makes records of rows."""

Found = TypeVar("Found")

OBSERVED: Final = "a state was observed, which only audit mode reads: add `--audit`, or give events"
_STEP: Final = 1_000


class Position(Protocol):
    """How far something is that is being read, in bytes on disk."""

    @property
    def position(self) -> int: ...
    @property
    def size(self) -> int | None: ...


def read_history(
    paths: str | Sequence[str],
    policy: Policy,
    format_name: str = "",
    mapping: RecordMaker | None = None,
    on_progress: Progress | None = None,
    *,
    audit: bool = False,
    formats: Mapping[str, ProvidedImporter] = FORMATS,
    notices: Notices | None = None,
    said: Said | None = None,
) -> Iterator[tuple[str, Event] | Bad]:
    """Each event of a history with its place, in the order of its files, and what could not be read.

    Args:
        paths: A file or several, packed or not, folders of such, or ``-`` for standard input.
        format_name: One of the formats there are; by default a file's name tells it, or else its first bytes.
        mapping: What the columns and their words mean; only the canonical formats need none.
        on_progress: Is told from time to time how far it is.
        audit: Whether observed states are read; they are bad records otherwise.
        formats: Those there are, by name.
        notices: Takes what is noticed on the way.
        said: What somebody says of the files that they do not say themselves, such as their encoding.

    Raises: OSError; HistoryError for what is not the format, and where nothing after can be read.
    """
    files = HistoryFiles(paths, notices, said)
    found = records_of(opened(files, format_name, formats), policy, mapping)
    yield from events_of(followed(found, files, on_progress), audit=audit)


def opened(
    files: HistoryFiles, format_name: str = "", formats: Mapping[str, ProvidedImporter] = FORMATS
) -> Iterator[tuple[HistoryFile, ProvidedImporter]]:
    """Each file with its format, open until the next one is asked for; what folders hold besides is left out.

    Raises: OSError; HistoryError for a file that is of no format, and where there is none.
    """
    left_out, any_read = "", False
    for file in files:
        if not file.is_chosen and not is_history(file, format_name, formats):
            left_out = left_out or file.name
            files.notices.note("left-out", file.name, file=file.name)
            continue
        any_read = True
        yield file, format_of(file, format_name, formats)
    if not any_read:
        raise HistoryError(left_out, "nothing beside this file, nor it, is a history: name the file, or say `--from`")


def rows_of(files: Iterable[tuple[HistoryFile, ProvidedImporter]]) -> Iterator[Row | Bad]:
    """The rows of all files, one after another."""
    for file, chosen in files:
        yield from _any(chosen.rows(file), file)


def records_of(
    files: Iterable[tuple[HistoryFile, ProvidedImporter]], policy: Policy, mapping: RecordMaker | None = None
) -> Iterator[Placed | Bad]:
    """The records of all files; a mapping goes on from one to the next with what it knows of the tickets."""
    if mapping is not None:
        yield from mapping(rows_of(files), policy)
        return
    for file, chosen in files:
        yield from _any(canonical.records(file, chosen, policy), file)


def _any(found: Iterator[Found], file: HistoryFile) -> Iterator[Found]:
    """The same; that a file holds nothing is noticed, since others may hold enough."""
    first = next(found, None)
    if first is None:
        file.notices.note("no-records", file.name, file=file.name)
        return
    yield first
    yield from found


def followed(found: Iterator[Found], files: Position, on_progress: Progress | None) -> Iterator[Found]:
    """The same, while somebody is told from time to time how far it is."""
    if on_progress is None:
        yield from found
        return
    for number, each in enumerate(found, 1):
        if not number % _STEP:
            on_progress(files.position, files.size)
        yield each


def events_of(found: Iterable[Placed | Bad], *, audit: bool = False) -> Iterator[tuple[str, Event] | Bad]:
    """The events that records state, and why others state none."""
    for each in found:
        if isinstance(each, Bad):
            yield each
            continue
        place, event = each
        if isinstance(event, Event) and not event.state:  # nearly all
            yield place, event
            continue
        if not isinstance(event, Event):
            try:
                event = event_of(event)
            except RecordError as error:
                yield Bad(place, str(error))
                continue
        if event.state and not audit:
            yield Bad(place, OBSERVED)
        else:
            yield place, event
