"""Statements as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json

import pytest

from upheld.core.billing.booking import Allowance, debit, grant
from upheld.core.billing.ledger import Ledger
from upheld.core.billing.state import Cause
from upheld.core.billing.statement import statement
from upheld.report.files.spreadsheet import safe, table
from upheld.report.files.statements import HEADER, as_csv, as_json

DAY = 86_400


def acme(ticket="T-1"):
    cause = Cause(ticket, 3600, "work", "kim", "usual", 40, 45, ("D-1", "D-2"), ("steps",))
    ledger = debit(grant(Ledger(), 40, 0), 45, "support", 3600, Allowance("warn"), cause)
    return statement("acme", "flex", "min", ledger, 0, DAY)


def test_csv_holds_every_line_between_opening_and_closing():
    """As many cells in each row as there are columns; amounts are numbers, also below zero."""
    rows = list(csv.reader(io.StringIO(as_csv([acme()]))))

    assert list(HEADER) == rows[0]
    assert {len(HEADER)} == {len(row) for row in rows}
    assert ["opening", "grant", "debit", "closing"] == [row[6] for row in rows[1:]]
    assert ["0", "40", "-5", "-5"] == [row[-1] for row in rows[1:]]
    assert ["45", "0", "0", "0", "1", "-45"] == rows[3][-7:-1]


def test_json_says_the_same():
    """Opening, in, out, closing and the lines."""
    (told,) = json.loads(as_json([acme()]))

    assert (0, 40, 45, -5) == (told["opening"], told["in"], told["out"], told["closing"])
    assert ["grant", "debit"] == [line["kind"] for line in told["lines"]]


@pytest.mark.parametrize(
    "cell",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u2003=1"),
        *("＝1", "＋1", "－1", "＠1", "fine\n=1", "fine\r\n+1", "fine\r@1", "\tfine"),
    ],
    ids=repr,
)
def test_no_cell_is_a_formula(cell):
    """Whatever a ticket is called, on whatever line of it (THREATS F02)."""
    for line in safe(cell).split("\n"):
        assert line.lstrip(" \t\u00a0\u2003")[:1] not in set("=+-@＝＋－＠")
        assert not line.startswith(("\t", "\r"))
    assert "'" in safe(cell)
    assert safe(cell) == next(csv.reader(io.StringIO(table([cell], []), newline="")))[0]


@pytest.mark.parametrize("cell", ["T-1", "2026-03-02T09:00:00Z", "a=b", "", "it's 5 - 3", "é"], ids=repr)
def test_harmless_cells_stay_what_they_are(cell):
    """No apostrophe where none is needed."""
    assert cell == safe(cell)
