r"""Verdicts: as JSON, one document or a ticket a line; and in a folder with their tables.

Nobody holds a million verdicts to write them: what comes out is the same text piece by piece, one ticket a line in the
document too, so that two of them can be compared.

    >>> lines = [each.line for each in as_texts([{"ticket": "T-1", "state": "open"}])]
    >>> print("".join(as_document({"upheld": 1}, lines, lambda: {"tickets": 1})), end="")
    {"upheld": 1, "tickets": [
    {"ticket": "T-1", "state": "open"}
    ], "summary": {"tickets": 1}}

The folder is written whole or not at all. What is in it is always of one replay that came to its end. So everything is
written beside it first, under a name of its own, and takes its place by a rename when the
last byte is on the disk. A run that was killed leaves the folder as it was, and something
beside it that the next run clears away; killed between the two renames, it leaves none, and
the next run puts the previous one back before anything else.

Files: ``tickets.jsonl``, a verdict a line; ``commitments.csv``, a clock a line;
``charges.csv``; ``remedies.csv``, what breached clocks cost; ``owed.csv``, what is owed for each remedy, customer and
period; ``availability.csv``; ``summary.json``, everything else. The last three stand there where the policy has any.

Source: DESIGN section 6, "Verdicts"; section 7, `--out`; THREATS F02, F14.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, TextIO

from upheld.core.errors import UpheldError
from upheld.core.nearest import quoted
from upheld.report.files.spreadsheet import Sheet, rows_text
from upheld.report.files.verdict_text import encoded, verdict_text

Row = Mapping[str, Any]

TICKETS: Final = "tickets.jsonl"
COMMITMENTS: Final = "commitments.csv"
CHARGES: Final = "charges.csv"
REMEDIES: Final = "remedies.csv"
OWED: Final = "owed.csv"
AVAILABILITY: Final = "availability.csv"
SUMMARY: Final = "summary.json"
FILES: Final = (TICKETS, COMMITMENTS, CHARGES, SUMMARY)
OF_SOME: Final = (REMEDIES, OWED, AVAILABILITY)
"""Files that stand there only where the policy has something for them."""

CLOCK: Final = (
    *("id", "cycle", "status", "severity", "started_at", "counted_from", "due_at", "stopped_at", "calendar"),
    *("target", "target_s", "used_s", "paused_s", "remaining_s", "overrun_s", "clauses", "assumptions"),
)
CHARGE: Final = (*("seq", "at", "rule", "account", "unit", "kind", "amount", "category", "clauses", "assumptions"),)
WORK: Final = ("pieces", "lacking", "lacking_account")
"""Columns of a charge for what a row of the verdict nests: parts of worked time, and what another account lacked."""
REMEDY: Final = (
    *("id", "commitment", "cycle", "status", "breached_at", "booked_at", "claim_until", "account", "unit", "units"),
    *("amount", "capped", "clauses", "assumptions"),
)
OWED_ROW: Final = (
    *("id", "customer", "period", "account", "unit", "breaches", "share", "booked", "accruing", "claimable", "lapsed"),
    *("capped", "unpriced", "clauses", "assumptions"),
)
UPTIME: Final = ("id", "customer", "period", "promised_s", "down_s", "excused_s", "share", "promised", "status")
_SUMMARY_HEAD: Final = b'{\n  "upheld": '
_NEW: Final = ".upheld-new-"
_OLD: Final = ".upheld-old"


def as_document(header: Row, lines: Iterable[str], summary: Callable[[], Row]) -> Iterator[str]:
    """The document of the verdict schema, of verdicts as JSON; the summary is asked for after the last of them."""
    yield f'{encoded(header)[:-1]}, "tickets": ['
    before = "\n"
    for line in lines:
        yield f"{before}{line}"
        before = ",\n"
    yield f'\n], "summary": {encoded(summary())}}}\n'


HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    COMMITMENTS: ("ticket", "customer", "commitment", *CLOCK[1:]),
    CHARGES: ("ticket", "customer", *CHARGE, *WORK),
    REMEDIES: ("ticket", "customer", "remedy", *REMEDY[1:]),
}
"""The columns of the tables that have rows of tickets."""
TEXTS: Final = (TICKETS, COMMITMENTS, CHARGES)


class VerdictText(NamedTuple):
    """A verdict as text: what stands of a ticket in each file.

    Attributes:
        line: The verdict as JSON; ``""`` where nobody wants it.
        commitments, charges: Its rows of the tables, each with its end of line.
        remedies: The same; ``None`` where the policy has none.
    """

    ticket: str
    line: str
    commitments: str = ""
    charges: str = ""
    remedies: str | None = None


def as_texts(verdicts: Iterable[Row], *, tables: bool = False) -> Iterator[VerdictText]:
    """The verdicts as text, with the rows of their tables where a folder is written."""
    for verdict in verdicts:
        ticket, line = verdict["ticket"], verdict_text(verdict)
        yield VerdictText(ticket, line, *_tables(verdict)) if tables else VerdictText(ticket, line)


def _tables(verdict: Row) -> tuple[str, str, str | None]:
    ticket, customer = verdict["ticket"], verdict["customer"]
    clocks = ((ticket, customer, *(_cell(each[name]) for name in CLOCK)) for each in verdict["commitments"])
    charges = (
        (ticket, each["customer"], *(_cell(each.get(name)) for name in CHARGE), *_work(each))
        for each in verdict["charges"]
    )
    remedies = None
    if "remedies" in verdict:
        remedies = rows_text(
            (ticket, customer, *(_cell(each[name]) for name in REMEDY)) for each in verdict["remedies"]
        )
    return rows_text(clocks), rows_text(charges), remedies


class VerdictFolder:
    """A folder that a replay is being written into.

    Raises: UpheldError for a folder that holds anything else; OSError, here and while it is written.
    """

    def __init__(self, path: Path) -> None:
        self._shown = path
        self._path = path.resolve()
        if not self._path.name or self._path.is_mount():  # as a container's volume is, which cannot be renamed
            raise UpheldError(f"{path} cannot be replaced: name a folder in it")
        self._old = self._beside(_OLD)
        self._restore()
        self._refuse_others()
        self._sweep()
        with _told_of(path.parent, always=True):
            self._new = Path(tempfile.mkdtemp(prefix=f".{self._path.name}{_NEW}", dir=self._path.parent))
        self._new.chmod(0o777 & ~_umask())
        self._held = _Held(self._new)
        self._opened = ExitStack()
        self._files: list[TextIO] = []
        self._tickets, self._commitments, self._charges = (self._begun(name, HEADS.get(name, ())) for name in TEXTS)
        self._remedies: TextIO | None = None

    def passed(self, verdicts: Iterable[VerdictText]) -> Iterator[VerdictText]:
        """The same verdicts, each written on its way."""
        for verdict in verdicts:
            with _told_of(self._shown):
                self._tickets.write(verdict.line + "\n")
                self._commitments.write(verdict.commitments)
                self._charges.write(verdict.charges)
                if verdict.remedies is not None:
                    if self._remedies is None:
                        self._remedies = self._begun(REMEDIES, HEADS[REMEDIES])
                    self._remedies.write(verdict.remedies)
            yield verdict

    def finish(self, header: Row, summary: Row) -> None:
        """Write the rest, and put all of it in place."""
        with _told_of(self._shown):
            self._finish(header, summary)

    def _finish(self, header: Row, summary: Row) -> None:
        for key, name, columns in (("remedies", OWED, OWED_ROW), ("availability", AVAILABILITY, UPTIME)):
            if key in summary:
                file = self._begun(name, columns)
                file.write(rows_text(tuple(_cell(row[column]) for column in columns) for row in summary[key]))
        file = self._open(SUMMARY)
        file.write(f"{json.dumps({**header, 'summary': summary}, ensure_ascii=False, indent=2)}\n")
        for each in (*self._files, file):
            each.flush()
            os.fsync(each.fileno())
        self._opened.close()
        _sync(self._new)
        if self._path.exists():
            self._path.rename(self._old)
        self._new.rename(self._path)
        _sync(self._path.parent)
        shutil.rmtree(self._old, ignore_errors=True)

    def __enter__(self) -> VerdictFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # a disk that is full says so again while files are closed
            self._opened.close()
        self._held.close()
        shutil.rmtree(self._new, ignore_errors=True)

    def _open(self, name: str) -> TextIO:
        return self._opened.enter_context((self._new / name).open("w", encoding="utf-8", newline=""))

    def _begun(self, name: str, columns: tuple[str, ...]) -> TextIO:
        """A file that is written, with the head of a table where it is one."""
        file = self._open(name)
        self._files.append(file)
        if columns:
            Sheet(file, columns)
        return file

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(f".{self._path.name}{suffix}")

    def _restore(self) -> None:
        """Put the previous output back where a run was killed while it was changing it."""
        if self._old.exists() and not self._path.exists():
            self._old.rename(self._path)

    def _refuse_others(self) -> None:
        """The folder as it was is thrown away in the end, so there must be nothing in it but an earlier output.

        Names alone do not tell: a history is often called `tickets.jsonl`.
        """
        if not self._path.exists():
            return
        there = sorted(self._path.iterdir())
        others = [each for each in there if each.name not in (*FILES, *OF_SOME) or not each.is_file()]
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


def _work(charge: Row) -> tuple[str | int | None, ...]:
    """Each piece as `FROM/UNTIL FACTOR CALENDAR`, with semicolons between them; then what was lacking, and where."""
    pieces = (
        f"{each['from']}/{each['until']} {each['factor']} {each['in'] or ''}".rstrip()
        for each in charge.get("pieces", ())
    )
    lacking = charge.get("lacking") or {}
    return "; ".join(pieces) or None, lacking.get("amount"), lacking.get("account")


def _cell(value: object) -> str | int | None:
    if isinstance(value, list):
        return " ".join(map(str, value))
    assert value is None or isinstance(value, str | int), value
    return value
