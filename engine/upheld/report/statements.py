"""Statements for people, spreadsheets and programs: text, CSV and JSON of the same lines.

Source: DESIGN section 9; THREATS F02, F13, F16.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final

from upheld.core.instant import text_of
from upheld.core.message import printable
from upheld.core.statement import Statement, StatementLine
from upheld.report.spreadsheet import table

HEADER: Final = (
    *("customer", "account", "unit", "number", "at", "worked_at", "kind", "of", "ticket", "work", "actor", "rule"),
    *("clauses", "assumptions", "raw", "billed", "held", "lots", "change", "balance"),
)
COLUMNS: Final = ("at", "kind", "ticket", "work", "rule", "clauses", "raw", "billed", "lots", "change", "balance")
NUMBERS: Final = frozenset({"raw", "billed", "change", "balance"})


def as_json(statements: Iterable[Statement]) -> str:
    """A list of statements."""
    return json.dumps([each.as_document() for each in statements], ensure_ascii=False, indent=2) + "\n"


def as_csv(statements: Iterable[Statement]) -> str:
    """One table of all lines; the opening and closing of each statement are lines of their own."""
    rows: list[Sequence[str | int | None]] = []
    for each in statements:
        whose = (each.customer, each.account, each.unit)
        blank = (None,) * 12
        rows.append((*whose, None, text_of(each.from_s), None, "opening", *blank, each.opening))
        rows += [(*whose, *_cells(line)) for line in each.lines]
        rows.append((*whose, None, text_of(each.until_s), None, "closing", *blank, each.closing))
    return table(HEADER, rows)


def as_text(statements: Iterable[Statement]) -> str:
    """Each statement as a table, with its sums below; the sums are those of the rows shown."""
    return "\n".join(_text(each) for each in statements)


def _cells(line: StatementLine) -> tuple[str | int | None, ...]:
    whose = (line.number, text_of(line.at_s), text_of(line.worked_s), line.kind, line.of)
    work = (line.ticket, line.event, line.actor, line.rule, " ".join(line.clauses), " ".join(line.assumptions))
    amounts = (line.raw, line.billed, line.held, " ".join(map(str, line.lots)), line.change, line.balance)
    return (*whose, *work, *amounts)


def _text(each: Statement) -> str:
    title = f"{printable(each.customer)}: {each.account} ({each.unit})"
    period = f"from {text_of(each.from_s)} until {text_of(each.until_s)}"
    rows = [COLUMNS, *(_row(line) for line in each.lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    lines = [_aligned(row, widths) for row in rows] if each.lines else ["nothing happened"]
    sums = f"opening {each.opening} + in {each.into} - out {each.out} = closing {each.closing}"
    return "\n".join((title, period, "", *lines, "", sums, ""))


def _row(line: StatementLine) -> tuple[str, ...]:
    cells = dict(zip(HEADER[3:], _cells(line), strict=True))
    return tuple(printable(str(cells[name])) for name in COLUMNS)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        cell.rjust(width) if name in NUMBERS else cell.ljust(width)
        for name, cell, width in zip(COLUMNS, row, widths, strict=True)
    )
    return "  ".join(cells).rstrip()
