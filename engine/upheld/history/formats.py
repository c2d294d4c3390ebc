"""Formats: every kind of export that upheld reads by itself, and which of them a file is.

    >>> list(FORMATS)[:2]
    ['jsonl', 'csv']

Source: DESIGN section 6, "Other formats come in through importers".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from upheld.core.errors import HistoryError
from upheld.core.nearest import listed, nearest, quoted
from upheld.history.file import HistoryFile
from upheld.history.file.packing import bare_name
from upheld.history.format import csv_table, json_lines, json_row, xes
from upheld.history.format.tracker import bugzilla, github, gitlab, jira, launchpad, phabricator, redmine, zendesk
from upheld.history.importer import ProvidedImporter as Format

JSON: Final = ".json"
LINES: Final = (".jsonl", ".ndjson")

FORMATS: Final[Mapping[str, Format]] = {
    each.name: each
    for each in (
        Format("jsonl", "JSON Lines", (*LINES, JSON), json_lines.rows, json_lines.begins),
        Format("csv", "CSV", (".csv", ".tsv"), csv_table.rows, csv_table.begins),
        Format("zendesk", "Zendesk ticket audits", (JSON, *LINES), zendesk.rows, zendesk.begins),
        Format("jira", "Jira issues with changelog", (JSON, *LINES), jira.rows, jira.begins),
        Format("redmine", "Redmine issues with journals", (JSON, *LINES), redmine.rows, redmine.begins),
        Format("bugzilla", "Bugzilla bugs with history", (JSON, *LINES), bugzilla.rows, bugzilla.begins),
        Format("github", "GitHub issues with events", (JSON, *LINES), github.rows, github.begins),
        Format("gitlab", "GitLab issues with events and notes", (JSON, *LINES), gitlab.rows, gitlab.begins),
        Format("phabricator", "Phabricator tasks", (JSON, *LINES), phabricator.rows, phabricator.begins),
        Format("launchpad", "Launchpad bug tasks with activity", (JSON, *LINES), launchpad.rows, launchpad.begins),
        Format("xes", "XES event log (IEEE 1849)", (".xes",), xes.rows, xes.begins),
        Format("json", "JSON, a row for each object", (JSON,), json_row.rows, json_row.begins),
    )
}
"""Those that upheld has itself, in the order in which a file is tried."""

BESIDE: Final = tuple(".md .rst .yaml .yml .toml .ini .pdf .doc .docx .png .jpg .jpeg .py .sql .sh .log".split())
"""How the names of files end that lie beside exports, whatever their first line looks like."""

ZIP: Final = b"PK\x03\x04"
"""How ZIP files begin, and with them the workbooks of spreadsheets."""

CANONICAL: Final = frozenset({"jsonl", "csv"})
"""Those that hold records as upheld writes them, and so need no mapping."""


def format_of(file: HistoryFile, name: str = "", formats: Mapping[str, Format] = FORMATS) -> Format:
    """The format that somebody named, or the one that the file's name tells, or else its first bytes.

    Raises: HistoryError with the formats there are.
    """
    if name:
        if name not in formats:
            near = nearest(name, formats)
            advice = f"did you mean `{near}`?" if near else f"there are {_those(formats)}"
            raise HistoryError(file.name, f"no format {quoted(name)}; {advice}")
        return formats[name]
    likely = _by_name(file, formats)
    if len(likely) == 1:
        return likely[0]
    head = file.text_head
    for each in likely or formats.values():
        if head and each.begins is not None and each.begins(head):
            return each
    if bare_name(file.name).endswith(LINES):
        return formats["jsonl"]
    if not head:
        raise HistoryError(file.name, "this file is empty")
    if head.startswith(ZIP):
        raise HistoryError(file.name, "this is a workbook or a ZIP file: save its table as CSV, or unpack it")
    problem = "neither its name nor its first bytes tell the format"
    raise HistoryError(file.name, f"{problem}: say it with `--from`; there are {_those(formats)}")


def is_history(file: HistoryFile, name: str = "", formats: Mapping[str, Format] = FORMATS) -> bool:
    """Whether a file that nobody named, but its folder, is of the format that somebody named, or of any there is."""
    if file.name.lower().endswith(BESIDE) or not file.head:
        return False
    asked = {name: formats[name]} if name in formats else formats
    if _by_name(file, asked):
        return True
    head = file.text_head
    return any(each.begins is not None and each.begins(head) for each in asked.values())


def _by_name(file: HistoryFile, formats: Mapping[str, Format]) -> list[Format]:
    bare = bare_name(file.name)
    return [each for each in formats.values() if bare.endswith(each.suffixes)]


def _those(formats: Mapping[str, Format]) -> str:
    return listed(formats, most=len(formats))
