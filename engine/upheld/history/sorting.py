"""Sorting: any number of items in bounded memory; what is too many goes to disk and comes back in order.

Items are held until there are too many, then written, sorted, to a temporary file as lines of text, and
the files are merged in the end. Whatever was held, the order is the same. The files have no
name where the system allows that, so nothing stays behind, whatever ends the process.

    >>> with SpillingSort(lambda word: (len(word),), str, str, most=2) as sorting:
    ...     for word in ("three", "words", "in", "one", "line"):
    ...         sorting.add(word)
    ...     list(sorting.sorted())
    ['in', 'one', 'line', 'three', 'words']
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from operator import itemgetter
from types import TracebackType
from typing import BinaryIO, Final, Generic, TypeVar

from upheld.core.errors import HistoryError

MOST_HELD: Final = 50_000
"""Items that are held in memory."""
MOST_RUNS: Final = 64
"""Files that are open at once; more are merged into one before."""

Item = TypeVar("Item")
Key = tuple[int, ...]
Line = tuple[Key, str]


class SpillingSort(Generic[Item]):
    """Sorts what is added to it; a context, since it may hold files.

    Args:
        key: What is sorted by; items of one key keep their order.
        text: The item in one line.
        item: The item that a line is.
        most: How many items are held in memory.
        newest_first: Whether items of one key come in the opposite order.
    """

    def __init__(
        self,
        key: Callable[[Item], Key],
        text: Callable[[Item], str],
        item: Callable[[str], Item],
        *,
        most: int = MOST_HELD,
        newest_first: bool = False,
    ) -> None:
        self._key, self._text, self._item = key, text, item
        self._most = most
        self._step = -1 if newest_first else 1
        self._number = 0
        self._held: list[tuple[Key, Item]] = []
        self._runs: list[BinaryIO] = []
        self._files = ExitStack()

    def add(self, item: Item) -> None:
        """One more. Raises: HistoryError where it has to be written and cannot be."""
        self._number += self._step
        self._held.append(((*self._key(item), self._number), item))
        if len(self._held) >= self._most:
            self._spill_held()

    def sorted(self) -> Iterator[Item]:
        """All of them in order, once."""
        if not self._runs:
            self._held.sort(key=itemgetter(0))
            yield from (item for _, item in self._held)
            return
        self._spill_held()
        yield from (self._item(text) for _, text in merge(*map(_lines, self._runs)))

    def _spill_held(self) -> None:
        held, self._held = self._held, []
        held.sort(key=itemgetter(0))
        self._spill((key, self._text(item)) for key, item in held)

    def _spill(self, lines: Iterable[Line]) -> None:
        if len(self._runs) == MOST_RUNS:
            runs, self._runs = self._runs, []
            self._spill(merge(*map(_lines, runs)))
            for run in runs:
                run.close()
        try:
            run = self._files.enter_context(tempfile.TemporaryFile(prefix="upheld-"))  # noqa: SIM115 - entered
            for key, text in lines:
                run.write(f"{' '.join(map(str, key))}\t{text}\n".encode())
            run.seek(0)
        except OSError as error:
            raise no_room(error) from None
        self._runs.append(run)

    def __enter__(self) -> SpillingSort[Item]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()


def no_room(error: Exception) -> HistoryError:
    """What to say where nothing can be written to temporary files."""
    told = "this history is too long for memory, and cannot be kept here in the meantime"
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return HistoryError(_folder(), f"{told} ({reason}): make room, or set TMPDIR to a folder that has some")


def _folder() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:
        return "TMPDIR"


def _lines(run: BinaryIO) -> Iterator[Line]:
    for line in run:
        key, _, text = line.partition(b"\t")
        yield tuple(map(int, key.split())), text[:-1].decode()
