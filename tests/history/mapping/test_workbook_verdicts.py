"""Two of the samples as workbooks, with instants as a spreadsheet keeps them: the verdicts are those of the CSV."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from history_exports import Verdict, counted, replayed
from independent.readings import READINGS, Courses
from table_files import workbooks

from upheld.cli import main

INSTANTS = {
    "topdesk.csv": ("callDate", "targetDate", "responseDate", "completedDate", "closedDate", "onHoldDate"),
    "servicenow-incidents.csv": ("Opened", "Updated", "Resolved", "Closed"),
}
MAPPINGS = {"topdesk.csv": "topdesk", "servicenow-incidents.csv": "servicenow-list"}


def workbook(export: Path, folder: Path) -> Path:
    """The table on a sheet, its instants as days since the end of 1899."""
    with export.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    instants = [head.index(name) for name in INSTANTS[export.name]]
    for row in rows:
        for at in instants:
            if row[at]:
                since = datetime.fromisoformat(row[at][:19]) - datetime.fromisoformat("1899-12-30")
                row[at] = (since.total_seconds() / 86400, workbooks.DATE_TIME)
    path = folder / f"{export.stem}.xlsx"
    path.write_bytes(workbooks.xlsx({"Sheet 1": [head, *rows]}))
    return path


@pytest.mark.parametrize("sample", MAPPINGS)
def test_a_workbook_has_the_verdicts_of_its_table(root: Path, sample: str, tmp_path: Path) -> None:
    table, mapping = root / "examples" / "exports" / sample, MAPPINGS[sample]
    export = workbook(table, tmp_path)

    found = replayed(root, export, root / "examples" / "mappings" / f"{mapping}.yaml")

    assert counted(READINGS[sample, mapping](table)) == found


@pytest.mark.parametrize("sample", MAPPINGS)
def test_so_it_has_under_its_draft(root: Path, sample: str, tmp_path: Path) -> None:
    table, mapping = root / "examples" / "exports" / sample, tmp_path / "mapping.yaml"
    export = workbook(table, tmp_path)

    policy = root / "examples" / "mappings" / "policy.yaml"
    done = CliRunner().invoke(main, ["map", str(export), "--policy", str(policy)])
    mapping.write_text(done.stdout, encoding="utf-8")

    courses: Courses = READINGS[sample, MAPPINGS[sample]](table)
    expected: dict[str, list[Verdict]] = counted(courses)
    assert expected == replayed(root, export, mapping)
