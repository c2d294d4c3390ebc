"""Reading: from the file that somebody exported to the events of a history, one by one.

    >>> from io import BytesIO
    >>> from upheld import load_policy
    >>> log = b'ticket,at,event,actor\\nT-1,2026-03-02T09:00Z,submit,customer\\nT-1,yesterday,close,customer\\n'
    >>> file = HistoryFile("log.csv", BytesIO(log))
    >>> for found in read_file(file, load_policy("base")):
    ...     print(found if isinstance(found, Bad) else (found[0], found[1].event))
    ('log.csv:2', 'submit')
    Bad(place='log.csv:3', problem='`yesterday` is no instant: write date, time and offset, such as \
`2026-03-02T09:00+01:00`')

Source: DESIGN sections 6 and 7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from upheld.core.errors import HistoryError, RecordError
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.history import canonical
from upheld.history.event_record import event_of
from upheld.history.file import HistoryFile
from upheld.history.formats import CANONICAL, FORMATS, format_of
from upheld.history.importer import Bad, PlacedRecord, ProvidedImporter, Row

Progress = Callable[[int, int | None], None]
"""Is told the bytes of the file that were read so far, and how many there are, where that is known."""

RecordMaker = Callable[[Iterator[Row | Bad], Policy], Iterator[PlacedRecord | Bad]]
"""A mapping: makes records of rows."""

OBSERVED: Final = "a state was observed, which only audit mode reads: add `--audit`, or give events"
_STEP: Final = 1_000
_NO_PARTS: Final[Mapping[str, str]] = {}


def read_history(
    path: str,
    policy: Policy,
    format_name: str = "",
    mapping: RecordMaker | None = None,
    on_progress: Progress | None = None,
    *,
    audit: bool = False,
    parts: Mapping[str, str] = _NO_PARTS,
    formats: Mapping[str, ProvidedImporter] = FORMATS,
) -> Iterator[tuple[str, Event] | Bad]:
    """Each event of a history with its place, in the order of the file, and what could not be read.

    Args:
        path: A file, gzipped or not, or ``-`` for standard input.
        format_name: One of the formats there are; by default the file's name tells it, or else its first bytes.
        mapping: What its columns and their words mean; only the canonical formats need none.
        on_progress: Is told from time to time how far it is.
        audit: Whether observed states are read; they are bad records otherwise.
        parts: Which of several tables in a file is meant, by the key of a mapping that says so: ``sheet``.
        formats: Those there are, by name.

    Raises: OSError; HistoryError for what is not the format, and where nothing after can be read.
    """
    with HistoryFile.open(path) as file:
        file.part.asked = parts
        yield from read_file(file, policy, format_name, mapping, on_progress, audit=audit, formats=formats)


def read_file(
    file: HistoryFile,
    policy: Policy,
    format_name: str = "",
    mapping: RecordMaker | None = None,
    on_progress: Progress | None = None,
    *,
    audit: bool = False,
    formats: Mapping[str, ProvidedImporter] = FORMATS,
) -> Iterator[tuple[str, Event] | Bad]:
    """The same of a file that is open."""
    number = 0
    for found in _records(file, policy, format_of(file, format_name, formats), mapping):
        number += 1
        if on_progress is not None and not number % _STEP:
            on_progress(file.position, file.size)
        if isinstance(found, Bad):
            yield found
            continue
        place, record = found
        try:
            event = event_of(record)
        except RecordError as error:
            yield Bad(place, str(error))
            continue
        if event.state and not audit:
            yield Bad(place, OBSERVED)
        else:
            yield place, event


def _records(
    file: HistoryFile, policy: Policy, chosen: ProvidedImporter, mapping: RecordMaker | None
) -> Iterator[PlacedRecord | Bad]:
    if mapping is not None:
        return mapping(chosen.rows(file), policy)
    if chosen.name not in CANONICAL:
        advice = "say what its columns mean with `--map`; `upheld map` drafts such a file"
        raise HistoryError(file.name, f"format `{chosen.name}` needs a mapping: {advice}")
    return canonical.RECORDS[chosen.name](file, policy)
