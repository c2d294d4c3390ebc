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
from upheld.history.format import csv_table, jira, json_lines, redmine, xes, zendesk
from upheld.history.format.table import workbook
from upheld.history.importer import ProvidedImporter as Format

FORMATS: Final[Mapping[str, Format]] = {
    each.name: each
    for each in (
        Format("jsonl", "JSON Lines", (".jsonl", ".ndjson"), json_lines.rows, json_lines.begins),
        Format("csv", "CSV", (".csv", ".tsv"), csv_table.rows, csv_table.begins),
        Format("zendesk", "Zendesk ticket audits", (".json",), zendesk.rows, zendesk.begins),
        Format("jira", "Jira issues with changelog", (".json",), jira.rows, jira.begins),
        Format("redmine", "Redmine issues with journals", (".json",), redmine.rows, redmine.begins),
        Format("xlsx", "Excel workbook", (".xlsx", ".xlsm", ".xlsb"), workbook.rows, workbook.begins_packed),
        Format("xls", "Excel workbook of old", (".xls",), workbook.rows, workbook.begins_old),
        Format("ods", "OpenDocument spreadsheet", (".ods",), workbook.rows, workbook.begins_open),
        Format("xes", "XES event log (IEEE 1849)", (".xes",), xes.rows, xes.begins),
    )
}
"""Those that upheld has itself, in the order in which a file is tried."""

ZIP: Final = b"PK\x03\x04"
"""How ZIP files begin."""

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
    bare = file.name.lower().removesuffix(".gz")
    likely = [each for each in formats.values() if bare.endswith(each.suffixes)]
    if len(likely) == 1:
        return likely[0]
    head = file.head
    for each in likely or formats.values():
        if head and each.begins is not None and each.begins(head):
            return each
    if not head:
        raise HistoryError(file.name, "this file is empty")
    if head.startswith(ZIP):
        raise HistoryError(file.name, "this is a ZIP file: unpack it")
    problem = "neither its name nor its first bytes tell the format"
    raise HistoryError(file.name, f"{problem}: say it with `--from`; there are {_those(formats)}")


def _those(formats: Mapping[str, Format]) -> str:
    return listed(formats, most=len(formats))
