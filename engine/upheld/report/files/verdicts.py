r"""Verdicts: as JSON, one document or a ticket a line; and in a folder with their tables.

Nobody holds a million verdicts to write them: what comes out is the same text piece by piece, one ticket a line in the
document too, so that two of them can be compared.

    >>> lines = [each.line for each in as_texts([{"ticket": "T-1", "state": "open"}])]
    >>> print("".join(as_document({"upheld": 1}, lines, lambda: {"tickets": 1})), end="")
    {"upheld": 1, "tickets": [
    {"ticket": "T-1", "state": "open"}
    ], "summary": {"tickets": 1}}

The folder is written whole or not at all, by `whole_folder`.

Files: ``tickets.jsonl``, a verdict a line; ``commitments.csv``, a clock a line;
``charges.csv``; ``remedies.csv``, what breached clocks cost; ``owed.csv``, what is owed for each remedy, customer and
period; ``availability.csv``; ``summary.json``, everything else. The last three stand there where the policy has any.

Source: DESIGN section 6, "Verdicts"; section 7, `--out`; THREATS F02, F14.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, TextIO

from upheld.core.record.json_text import json_text
from upheld.core.replay.verdict import Judged
from upheld.report.files.spreadsheet import Sheet, rows_text
from upheld.report.files.verdict_text import encoded, judged_text, verdict_text
from upheld.report.files.whole_folder import SUMMARY, WholeFolder

Row = Mapping[str, Any]

TICKETS: Final = "tickets.jsonl"
COMMITMENTS: Final = "commitments.csv"
CHARGES: Final = "charges.csv"
REMEDIES: Final = "remedies.csv"
OWED: Final = "owed.csv"
AVAILABILITY: Final = "availability.csv"
FILES: Final = (TICKETS, COMMITMENTS, CHARGES, SUMMARY)
OF_SOME: Final = (REMEDIES, OWED, AVAILABILITY)
"""Files that stand there only where the policy has something for them."""
TABLE_FILES: Final = tuple(
    f"{table}.parquet"
    for table in "tickets clocks moves refused flags charges effects timers nonconforming remedies owed availability "
    "balances".split()
)
"""Files that stand there instead where the tables were asked for as Parquet."""

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


def judged_texts(judged: Iterable[Judged], *, tables: bool = False) -> Iterator[VerdictText]:
    """The same of tickets that are judged, each as soon as it is."""
    if tables:
        yield from as_texts((each.verdict() for each in judged), tables=True)
        return
    for each in judged:
        yield VerdictText(each.head["ticket"], judged_text(each))


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
        self._folder = WholeFolder(path, (*FILES, *OF_SOME, *TABLE_FILES))
        self._opened = ExitStack()
        self._files: list[TextIO] = []
        self._tickets, self._commitments, self._charges = (self._begun(name, HEADS.get(name, ())) for name in TEXTS)
        self._remedies: TextIO | None = None

    def passed(self, verdicts: Iterable[VerdictText]) -> Iterator[VerdictText]:
        """The same verdicts, each written on its way."""
        for verdict in verdicts:
            with self._folder.told():
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
        with self._folder.told():
            for key, name, columns in (("remedies", OWED, OWED_ROW), ("availability", AVAILABILITY, UPTIME)):
                if key in summary:
                    file = self._begun(name, columns)
                    file.write(rows_text(tuple(_cell(row[column]) for column in columns) for row in summary[key]))
            for each in self._files:
                each.flush()
                os.fsync(each.fileno())
            self._opened.close()
            self._folder.finish(summary_text(header, summary))

    def __enter__(self) -> VerdictFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # a disk that is full says so again while files are closed
            self._opened.close()
        self._folder.close()

    def _begun(self, name: str, columns: tuple[str, ...]) -> TextIO:
        """A file that is written, with the head of a table where it is one."""
        file = self._opened.enter_context((self._folder.new / name).open("w", encoding="utf-8", newline=""))
        self._files.append(file)
        if columns:
            Sheet(file, columns)
        return file


def summary_text(header: Row, summary: Row) -> str:
    """What stands in ``summary.json``."""
    return f"{json_text({**header, 'summary': summary}, indent=2)}\n"


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
