"""Several files: what somebody named is one history, in the order in which it was named.

A folder stands for the files in it, and a ZIP for what lies in it, in order of their names; hidden
ones are passed over, and folders within are left out. A file that is there twice would count
everything twice, so it is refused.

Source: DESIGN section 6; decision 0024.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final, cast

from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.history.file.archive import Archive, in_order, is_hidden
from upheld.history.file.history_file import STANDARD_INPUT, HistoryFile, Said
from upheld.history.file.packing import ZIP, bare_name
from upheld.history.notice import Notices

MOST_FILES: Final = 10_000
"""Of one folder."""
LARGEST_SPOOLED: Final = 2**32
"""Bytes of a ZIP from a pipe, which are put on the disk first: its list of entries is at its end."""


class HistoryFiles:
    """The files of one history, opened one after another.

    Attributes:
        notices: What is noticed while they are read.
        said: What somebody says of them.

    Raises: OSError; HistoryError for a file that is there twice, and for a folder without files.
    """

    def __init__(self, paths: str | Sequence[str], notices: Notices | None = None, said: Said | None = None) -> None:
        self.notices = Notices() if notices is None else notices
        self.said = Said() if said is None else said
        self._paths = list(self._found([paths] if isinstance(paths, str) else paths))
        _refuse_twice([path for path, _ in self._paths])
        self._sizes = [_size(path) for path, _ in self._paths]
        self._before = 0
        self._now: HistoryFile | Archive | None = None

    @property
    def size(self) -> int | None:
        """Bytes of all of them on disk; ``None`` where nobody knows."""
        sizes = [size for size in self._sizes if size is not None]
        return sum(sizes) if len(sizes) == len(self._sizes) else None

    @property
    def paths(self) -> list[Path]:
        """Where each of them lies."""
        return [Path(path) for path, _ in self._paths]

    @property
    def position(self) -> int:
        """Bytes of all of them that have been read so far."""
        return self._before + (0 if self._now is None else self._now.position)

    @property
    def can_be_read_again(self) -> bool:
        """Whether none of them is a pipe; of what is not there that is told when it is opened."""
        return not any(size is None and _is_there(path) for size, (path, _) in zip(self._sizes, self._paths))

    def __iter__(self) -> Generator[HistoryFile]:
        """Each of them, open until the next one is asked for. Raises: OSError; HistoryError."""
        self._before = 0
        for path, is_chosen in self._paths:
            with HistoryFile.open(path, self.notices, self.said) as file:
                self._now = file
                file.is_chosen = is_chosen
                yield from self._parts(file, path)
            self._before += self._now.position if file.size is None else file.size
            self._now = None

    def _found(self, paths: Iterable[str]) -> Iterator[tuple[str, bool]]:
        """The paths of files, each with whether somebody named it."""
        for path in paths:
            if path == STANDARD_INPUT or not Path(path).is_dir():
                yield path, True
                continue
            names = [each.name for each in Path(path).iterdir() if not is_hidden(each.name)]
            if len(names) > MOST_FILES:
                raise HistoryError(path, f"this folder holds {len(names)} files: at most {MOST_FILES} are read")
            files = [name for name in sorted(names, key=in_order) if not Path(path, name).is_dir()]
            if not files:
                raise HistoryError(path, "there is no file in this folder")
            _refuse_unpacked(path, files)
            for name in sorted(set(names).difference(files), key=in_order):
                self.notices.note("left-out", f"{path}/{name}", file=f"{name}/")
            yield from ((f"{path.rstrip('/')}/{name}", False) for name in files)

    def _parts(self, file: HistoryFile, path: str) -> Iterator[HistoryFile]:
        """The file itself, or the files in it where it is an archive."""
        if file.packed or not file.head.startswith(ZIP):
            yield file
            return
        with ExitStack() as stack:
            sought = _spooled(file) if file.size is None else Path(path).open("rb")  # noqa: SIM115 - the stack closes it
            opened = stack.enter_context(sought)
            archive = Archive(file.name, opened)
            if archive.is_workbook:
                opened.seek(0)
                self._now = workbook = HistoryFile(file.name, opened, file.size, self.notices, self.said)
                workbook.is_chosen = file.is_chosen
                yield workbook
                return
            if not archive.names:
                raise HistoryError(file.name, "there is no file in this ZIP file")
            self._now = archive
            for name in archive.names:
                with archive.opened(name) as part:
                    found = HistoryFile(f"{file.name}/{name}", cast(BinaryIO, part), None, self.notices, self.said)
                    found.is_chosen = file.is_chosen and len(archive.names) == 1
                    yield found


def _spooled(file: HistoryFile) -> BinaryIO:
    """What comes by a pipe, in a file without a name."""
    spooled = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - whoever reads it closes it
    stream = file.stream()
    while data := stream.read(2**20):
        spooled.write(data)
        if spooled.tell() > LARGEST_SPOOLED:
            spooled.close()
            raise HistoryError(file.name, f"this ZIP file is larger than {LARGEST_SPOOLED // 2**30} GiB: unpack it")
    return spooled


def _size(path: str) -> int | None:
    """Bytes of a file; ``None`` for a pipe, a device, and what is not there, which is told when it is opened."""
    return Path(path).stat().st_size if path != STANDARD_INPUT and Path(path).is_file() else None


def _is_there(path: str) -> bool:
    return path == STANDARD_INPUT or Path(path).exists()


def _refuse_twice(paths: Sequence[str]) -> None:
    seen: dict[object, str] = {}
    for path in paths:
        key: object = path
        if path != STANDARD_INPUT and Path(path).is_file():
            found = Path(path).stat()
            key = found.st_dev, found.st_ino
        if key in seen:
            other = "" if seen[key] == path else f", as {quoted(seen[key])}"
            raise HistoryError(path, f"this file is given twice{other}: give it once")
        seen[key] = path


def _refuse_unpacked(folder: str, names: Sequence[str]) -> None:
    """A file that lies beside what it was packed from would count twice."""
    seen: dict[str, str] = {}
    for name in names:
        bare = bare_name(name)
        if bare in seen and bare != name.lower():
            problem = f"{quoted(seen[bare])} and {quoted(name)} seem to be one file, packed and not: keep one of them"
            raise HistoryError(folder, problem)
        seen.setdefault(bare, name)
