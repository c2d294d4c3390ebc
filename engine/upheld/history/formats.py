"""Formats: every kind of export that upheld reads by itself, and which of them a file is.

    >>> list(FORMATS)[:2]
    ['jsonl', 'csv']

Source: DESIGN section 6, "Other formats come in through importers".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from upheld.core.errors import HistoryError
from upheld.core.nearest import listed, nearest, quoted
from upheld.history.file import HistoryFile
from upheld.history.file.packing import bare_name
from upheld.history.foreign import is_binary, what_it_is
from upheld.history.format import csv_table, json_lines, json_row, xes
from upheld.history.format.ocel import log_rows
from upheld.history.format.table import arrow_table, html_table, workbook, xml_workbook
from upheld.history.format.tracker import bugzilla, github, gitlab, jira, launchpad, phabricator, redmine, zendesk
from upheld.history.importer import ProvidedImporter as Format

JSON: Final = ".json"
LINES: Final = (".jsonl", ".ndjson")
PAGES: Final = (".html", ".htm")
OCEL: Final = (".jsonocel", ".xmlocel", ".sqliteocel", ".sqlite", ".sqlite3", ".db", ".ocel", JSON, ".xml")

FORMATS: Final[Mapping[str, Format]] = {
    each.name: each
    for each in (
        Format("jsonl", "JSON Lines", (*LINES, JSON), json_lines.rows, json_lines.begins),
        Format("csv", "CSV", (".csv", ".tsv"), csv_table.rows, csv_table.begins),
        Format("ocel", "Object-centric event log (OCEL 2.0)", OCEL, log_rows.rows, log_rows.begins),
        Format("zendesk", "Zendesk ticket audits", (JSON, *LINES), zendesk.rows, zendesk.begins),
        Format("jira", "Jira issues with changelog", (JSON, *LINES), jira.rows, jira.begins),
        Format("redmine", "Redmine issues with journals", (JSON, *LINES), redmine.rows, redmine.begins),
        Format("bugzilla", "Bugzilla bugs with history", (JSON, *LINES), bugzilla.rows, bugzilla.begins),
        Format("github", "GitHub issues with events", (JSON, *LINES), github.rows, github.begins),
        Format("gitlab", "GitLab issues with events and notes", (JSON, *LINES), gitlab.rows, gitlab.begins),
        Format("phabricator", "Phabricator tasks", (JSON, *LINES), phabricator.rows, phabricator.begins),
        Format("launchpad", "Launchpad bug tasks with activity", (JSON, *LINES), launchpad.rows, launchpad.begins),
        Format("xlsx", "Excel workbook", (".xlsx", ".xlsm", ".xlsb"), workbook.rows, workbook.begins_packed),
        Format("xls", "Excel workbook of old", (".xls",), workbook.rows, workbook.begins_old),
        Format("ods", "OpenDocument spreadsheet", (".ods",), workbook.rows, workbook.begins_open),
        Format("xml-spreadsheet", "Excel 2003 XML", (".xls", ".xml"), xml_workbook.rows, xml_workbook.begins),
        Format("html-table", "Web page with a table", (*PAGES, ".xls"), html_table.rows, html_table.begins),
        Format("parquet", "Parquet", (".parquet", ".pq"), arrow_table.parquet_rows, arrow_table.begins_parquet),
        Format("arrow", "Arrow IPC (Feather)", (".arrow", ".feather"), arrow_table.ipc_rows, arrow_table.begins_ipc),
        Format("xes", "XES event log (IEEE 1849)", (".xes",), xes.rows, xes.begins),
        Format("json", "JSON, a row for each object", (JSON,), json_row.rows, json_row.begins),
    )
}
"""Those that upheld has itself, in the order in which a file is tried."""

BINARY: Final = frozenset({"xlsx", "xls", "ods", "parquet", "arrow", "ocel"})
"""Those whose files may be no text, and whose first bytes always tell."""

_PRINTED: Final = re.compile(rb"[\t\n\r\x20-\xff]*")
_XML: Final = re.compile(
    rb"\s*<\?xml\b[^>]{0,200}>(?:\s|<!--[^>]{0,1000}-->|<[?!][^>]{0,1000}>)*<([A-Za-z_][\w.:-]{0,40})[\s/>]"
)
_OBJECT: Final = re.compile(rb'[\[{]\s*\\?["{\[]')
"""How an object or a list begins, wherever it does."""

BESIDE: Final = tuple(".md .rst .yaml .yml .toml .ini .pdf .doc .docx .png .jpg .jpeg .py .sql .sh .log".split())
"""How the names of files end that lie beside exports, whatever their first line looks like."""


def format_of(file: HistoryFile, name: str = "", formats: Mapping[str, Format] = FORMATS) -> Format:
    """The format that somebody named, or the one that the file's name tells, or else its first bytes.

    Raises: HistoryError with the formats there are, and where the first bytes tell that it is none of ours.
    """
    head = file.head
    chosen = _named(file, name, formats) if name else _found(file, head, formats)
    is_text = chosen is not None and chosen is FORMATS.get(chosen.name) and chosen.name not in BINARY
    if chosen is None or (is_text and is_binary(head)):
        if not head:
            raise HistoryError(file.name, "this file is empty")
        if is_binary(head):
            raise _binary(file.name, head)
        if name := _element(file.text_head):
            told = f"this is XML (`{name}`), of which logs (XES, OCEL) and tables of spreadsheets are read"
            raise HistoryError(file.name, f"{told}: export it as CSV or JSON instead")
        problem = "neither its name nor its first bytes tell the format"
        raise HistoryError(file.name, f"{problem}: say it with `--from`; there are {_those(formats)}")
    return chosen


def _element(head: bytes) -> str:
    """The element that an XML document begins with; ``""`` for what is none."""
    found = _XML.match(head)
    return found[1].decode() if found else ""


def _binary(name: str, head: bytes) -> HistoryError:
    """Why what begins so is not read: what it is, or where a text is damaged."""
    before, *_ = head.partition(b"\0")
    if b"\n" in before and not what_it_is(head) and not is_binary(before) and _PRINTED.fullmatch(before):
        line = len(before.splitlines(keepends=True)) + before.endswith((b"\n", b"\r"))
        return HistoryError(f"{name}:{line}", "this line holds bytes of nothing (NUL): the file is damaged here")
    no_text = "this is no text, and no kind of workbook or table that is known: save it as CSV"
    return HistoryError(name, what_it_is(head) or no_text)


def _named(file: HistoryFile, name: str, formats: Mapping[str, Format]) -> Format:
    if name not in formats:
        near = nearest(name, formats)
        advice = f"did you mean `{near}`?" if near else f"there are {_those(formats)}"
        raise HistoryError(file.name, f"no format {quoted(name)}; {advice}")
    return formats[name]


def _found(file: HistoryFile, head: bytes, formats: Mapping[str, Format]) -> Format | None:
    """The format that the name and the first bytes tell; a name may be wrong of what is no text, and its bytes not."""
    likely = _by_name(file, formats)
    sure = [each for each in likely if each is not FORMATS.get(each.name) or each.name not in BINARY]
    if len(likely) == 1 and sure and not is_binary(head):
        return sure[0]
    known = head if is_binary(head) else file.text_head
    found = next((each for each in likely if _begins(each, known)), None)
    if found is None and bare_name(file.name).endswith(LINES):
        return formats["jsonl"]
    if found is None and bare_name(file.name).endswith(JSON) and _OBJECT.search(known):
        return formats["json"]  # which says what stands before it
    found = found or next((each for each in formats.values() if head and _begins(each, known)), None)
    return found or (likely[0] if len(likely) == 1 else None)


def is_history(file: HistoryFile, name: str = "", formats: Mapping[str, Format] = FORMATS) -> bool:
    """Whether a file that nobody named, but its folder, is of the format that somebody named, or of any there is."""
    beside = BESIDE if name else (*BESIDE, *PAGES)
    if file.name.lower().endswith(beside) or not file.head:
        return False
    asked = {name: formats[name]} if name in formats else formats
    if _by_name(file, asked):
        return True
    head = file.head if is_binary(file.head) else file.text_head
    return any(_begins(each, head) for each in asked.values())


def _by_name(file: HistoryFile, formats: Mapping[str, Format]) -> list[Format]:
    bare = bare_name(file.name)
    return [each for each in formats.values() if bare.endswith(each.suffixes)]


def _begins(each: Format, head: bytes) -> bool:
    return each.begins is not None and each.begins(head)


def _those(formats: Mapping[str, Format]) -> str:
    return listed(formats, most=len(formats))
