"""Whole folders: an output of several files that is written whole or not at all.

What is in it is always of one replay that came to its end. So everything is written beside it first, under a name of
its own, and takes its place by a rename when the last byte is on the disk. A run that was killed leaves the folder as
it was, and something beside it that the next run clears away; killed between the two renames, it leaves none, and the
next run puts the previous one back before anything else.

Source: DESIGN section 7, `--out`; THREATS F14.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Final

from upheld.core.errors import UpheldError
from upheld.core.nearest import quoted

SUMMARY: Final = "summary.json"
"""The file that is in every output, and tells that it is one."""
_SUMMARY_HEAD: Final = b'{\n  "upheld": '
_NEW: Final = ".upheld-new-"
_OLD: Final = ".upheld-old"


class WholeFolder:
    """A folder that an output is being written for.

    Args:
        path: Where it is to be in the end.
        names: What files of an output may be called, of this one or of an earlier one.

    Attributes:
        new: Where its files are written.

    Raises: UpheldError for a folder that holds anything else; OSError, here and while it is written.
    """

    def __init__(self, path: Path, names: Collection[str]) -> None:
        self._shown = path
        self._path = path.resolve()
        if not self._path.name or self._path.is_mount():  # as a container's volume is, which cannot be renamed
            raise UpheldError(f"{path} cannot be replaced: name a folder in it")
        self._old = self._beside(_OLD)
        self._restore()
        self._refuse_others(names)
        self._sweep()
        with _told_of(path.parent, always=True):
            self.new: Final = Path(tempfile.mkdtemp(prefix=f".{self._path.name}{_NEW}", dir=self._path.parent))
        self.new.chmod(0o777 & ~_umask())
        self._held = _Held(self.new)

    def told(self) -> AbstractContextManager[None]:
        """Errors of the system that name no file name the folder, as a full disk's."""
        return _told_of(self._shown)

    def finish(self, summary: str) -> None:
        """Write the summary, and put in place what was written and lies on the disk."""
        with (self.new / SUMMARY).open("w", encoding="utf-8", newline="") as file:
            file.write(summary)
            file.flush()
            os.fsync(file.fileno())
        _sync(self.new)
        if self._path.exists():
            self._path.rename(self._old)
        self.new.rename(self._path)
        _sync(self._path.parent)
        shutil.rmtree(self._old, ignore_errors=True)

    def close(self) -> None:
        """Let go, and throw away what was not put in place."""
        self._held.close()
        shutil.rmtree(self.new, ignore_errors=True)

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(f".{self._path.name}{suffix}")

    def _restore(self) -> None:
        """Put the previous output back where a run was killed while it was changing it."""
        if self._old.exists() and not self._path.exists():
            self._old.rename(self._path)

    def _refuse_others(self, names: Collection[str]) -> None:
        """The folder as it was is thrown away in the end, so there must be nothing in it but an earlier output.

        Names alone do not tell: a history is often called `tickets.jsonl`.
        """
        if not self._path.exists():
            return
        there = sorted(self._path.iterdir())
        others = [each for each in there if each.name not in (*names, SUMMARY) or not each.is_file()]
        if not others and there and not _is_summary(self._path / SUMMARY):
            others = there
        if others:
            problem = f"{self._shown} holds {quoted(others[0].name)}, which is no file of a replay"
            raise UpheldError(f"{problem}: name a new folder")

    def _sweep(self) -> None:
        """Clear away what runs that were killed have left; what a run is writing just now is held by it."""
        for left in sorted(self._path.parent.glob(f"{_escaped(f'.{self._path.name}{_NEW}')}*")):
            held = _Held(left)
            if held:
                shutil.rmtree(left, ignore_errors=True)
            held.close()
        shutil.rmtree(self._old, ignore_errors=True)


def _is_summary(path: Path) -> bool:
    """Whether a file is the summary of an earlier output, which is in every one."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_SUMMARY_HEAD)) == _SUMMARY_HEAD


@contextmanager
def _told_of(path: Path, *, always: bool = False) -> Iterator[None]:
    """Name a place in an error of the system that names none, as a full disk's; or ``always``."""
    try:
        yield
    except OSError as error:
        if error.filename is not None and not always:
            raise
        raise OSError(error.errno or errno.EIO, error.strerror or str(error), str(path)) from None


class _Held:
    """A hold on a folder, which ends with the process; false where another one has it."""

    def __init__(self, folder: Path) -> None:
        self._descriptor: int | None = None
        with suppress(OSError):
            self._descriptor = os.open(folder, os.O_RDONLY)
            _lock(self._descriptor)
            return
        self.close()

    def __bool__(self) -> bool:
        return self._descriptor is not None

    def close(self) -> None:
        """Let go."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _lock(descriptor: int) -> None:
    """Lock it, where the system can. Raises: OSError where another process has."""
    try:
        import fcntl
    except ImportError:
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sync(folder: Path) -> None:
    """See that the names in a folder are on the disk; some systems cannot, and do without."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _escaped(name: str) -> str:
    return "".join(f"[{each}]" if each in "*?[" else each for each in name)
