"""Contracts as a table in CSV: a contract, a grant or a release in each row, as a spreadsheet has them.

::

    customer;kind;from;until;grant.account;grant.at;grant.amount;grant.expires
    acme;flex;2024-01-01;2024-12-31;flex;2024-01-01T00:00Z;600;2024-12-31
    acme;;;;flex;2024-07-01T00:00Z;10h;2024-12-31

A column is a key of a contract - ``kind``, ``from``, ``until``, an attribute of its kind - or begins with
``parameters.``, ``grant.`` or ``release.``. What a row leaves empty it does not say. A customer has as many rows as
needed, in any place. Cells are told apart by the comma, semicolon or tab that the head uses, or that a first line
``sep=;`` names, as some spreadsheets write. Empty cells at the end of a row, the head included, are none.

Source: DESIGN section 6, "Contracts"; RFC 4180.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Final

from upheld.core.condition.domain import Boolean, Domain, Many
from upheld.core.condition.ordered import Integer
from upheld.core.finding import Place
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Path as Keys
from upheld.document import catalogue
from upheld.document.characters import normal_text
from upheld.document.problems import Problems
from upheld.loader.contracts.part import Part

SEPARATORS: Final = ",;\t"
CUSTOMER: Final = "customer"
MOST_ROWS: Final = 1_000
"""Looked at together; a customer may have more."""
FIXED: Final[Mapping[str, Keys]] = {
    "kind": ("contracts", "kind"),
    "from": ("contracts", "from"),
    "until": ("contracts", "until"),
    "grant.account": ("grants", "account"),
    "grant.at": ("grants", "at"),
    "grant.amount": ("grants", "amount"),
    "grant.expires": ("grants", "expires"),
    "grant.every": ("grants", "every"),
    "grant.from": ("grants", "from"),
    "grant.until": ("grants", "until"),
    "grant.counted-from": ("grants", "counted-from"),
    "grant.carry-over.at-most": ("grants", "carry-over", "at-most"),
    "grant.carry-over.for": ("grants", "carry-over", "for"),
    "release.version": ("releases", "version"),
    "release.date": ("releases", "date"),
}
"""Columns of every policy, each with where its cells stand in a customer, or in the file."""

AMOUNTS: Final = (FIXED["grant.amount"], FIXED["grant.carry-over.at-most"])

DECLARED: Final = re.compile(r"\s*\"?sep=([,;\t])\"?\s*", re.ASCII)
"""A first line that is no row, and says what stands between cells."""

_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)


def parts_of_rows(problems: Problems, text: str, policy: Policy) -> Iterator[Part]:
    """The rows of a table; a head that is none, and rows that are none, are among the problems.

    Args:
        text: That of the problems' source, with stand-ins for what is refused.
    """
    table = _Table(problems, text)
    paths = _columns(problems, table, policy)
    if problems:
        return
    attributes: dict[str, dict[Keys, Domain]] = {
        name: {("contracts", each): attribute.domain for each, attribute in kind.attributes.items()}
        for name, kind in policy.contracts.items()
    }
    group = _Group("", 0)
    for start, cells in table.rows():
        if len(cells) > len(paths) and "".join(cells[len(paths) :]).strip():
            message = f"this row has {len(cells)} cells, and the head {len(paths)}"
            problems.add(catalogue.SYNTAX, start, message, f"put a cell with a `{table.separator}` in quotes")
            continue
        texts = [cell.strip() for cell in cells]
        if not "".join(texts).isascii():
            texts = [normal_text(problems, cell, start) for cell in texts]
        said = {path: text for path, text in zip(paths, texts, strict=False) if text}
        name = said.pop((), "")
        if not name and any(path[0] != "releases" for path in said):
            problems.add("UP102", start, "`customer` is missing in this row", "say whose contract or grant it is")
            continue
        if name != group.customer or group.rows == MOST_ROWS:
            yield group.part(table, paths)
            group = _Group(name, start)
        group.take(start, said, attributes.get(said.get(FIXED["kind"], ""), {}))
    yield group.part(table, paths)


def has_head(line: str) -> bool:
    """Whether a first line names the columns of such a table, or what stands between its cells."""
    if DECLARED.fullmatch(line):
        return True
    separator = max(SEPARATORS, key=line.count)
    names = {name.strip(' "\r').lower() for name in line.split(separator)}
    return CUSTOMER in names and len(names) > 1


class _Table:
    """A table that is being read.

    Attributes:
        names: Of its columns, in lower case.
        start: Where its head begins.
        separator: What stands between its cells.
    """

    def __init__(self, problems: Problems, text: str) -> None:
        self.problems = problems
        self._text = text
        self._next = 0
        lines = self._lines()
        head = next((line for line in StringIO(text, newline="\n") if line.strip()), "")
        declared = DECLARED.fullmatch(head)
        if declared is not None:
            while next(lines) != head:
                pass
        self.separator = declared[1] if declared is not None else max(SEPARATORS, key=head.count)
        self._rows = self._read(lines)
        self.start, cells = next(self._rows, (0, []))
        self.names = [cell.strip().lower() for cell in cells]
        while self.names and not self.names[-1]:
            self.names.pop()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row below the head with its offset."""
        return self._rows

    def cell(self, start: int, number: int) -> int:
        """Where a cell begins, of the row that begins at ``start``."""
        text, at = self._text, start
        for _ in range(number):
            if text.startswith('"', at):
                at = text.find('"', at + 1)
                while at >= 0 and text.startswith('""', at):
                    at = text.find('"', at + 2)
            at = text.find(self.separator, at) + 1
            if at <= 0:
                return start
        return at

    def _lines(self) -> Iterator[str]:
        for line in StringIO(self._text, newline="\n"):
            self._next += len(line)
            yield line

    def _read(self, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(lines, delimiter=self.separator, strict=True)
        while True:
            start = self._next
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                hint = "close each quote, and write a quote within a cell twice"
                self.problems.add(catalogue.QUOTE, start, "this row is no row of CSV, and none after it is read", hint)
                return
            if any(cell and not cell.isspace() for cell in cells):
                yield start, cells


def _columns(problems: Problems, table: _Table, policy: Policy) -> list[Keys]:
    """Where the cells of each column stand; ``()`` for that of the customer's name."""
    attributes = dict.fromkeys(name for kind in policy.contracts.values() for name in kind.attributes)
    parameters = {f"parameters.{name}": bool(each.by) for name, each in policy.parameters.items()}
    known = [CUSTOMER, *FIXED, *attributes, *(f"{name}.COLUMN" if by else name for name, by in parameters.items())]
    seen: set[str] = set()
    paths: list[Keys] = []
    for number, name in enumerate(table.names):
        *values, last = name.split(".", 2)
        in_table = len(values) == 2
        if not name:
            hint = "name it, or leave it out with what stands below it"
            problems.add("UP101", table.cell(table.start, number), f"column {number + 1} has no name", hint)
        elif name in seen:
            offset = table.cell(table.start, number)
            message = f"column {quoted(name)} stands here twice"
            problems.add(catalogue.DUPLICATE_KEY, offset, message, "keep one of them")
        elif name == CUSTOMER:
            paths.append(())
        elif name in FIXED:
            paths.append(FIXED[name])
        elif name in attributes:
            paths.append(("contracts", name))
        elif parameters.get(".".join(name.split(".")[:2])) is in_table:
            paths.append(("contracts", *values, *last.split(".")))
        else:
            near = nearest(name, known)
            hint = f"did you mean `{near}`?" if near else f"the columns are {listed(known, most=16)}"
            problems.add("UP101", table.cell(table.start, number), f"unknown column {quoted(name)}", hint)
        seen.add(name)
    if not seen:
        problems.add(
            catalogue.EMPTY_DOCUMENT, 0, "there is nothing in the table", "name the columns: `customer,kind,from`"
        )
    elif CUSTOMER not in seen and "release.version" not in seen:
        problems.add("UP102", 0, f"column `{CUSTOMER}` is missing", "name the columns in the first row")
    return paths


class _Group:
    """Rows of one customer that follow one another."""

    def __init__(self, customer: str, start: int) -> None:
        self.customer = customer
        self.rows = 0
        self._start = start
        self._said: dict[str, list[dict[str, object]]] = {}
        self._starts: dict[str, list[int]] = {}

    def take(self, start: int, said: Mapping[Keys, str], domains: Mapping[Keys, Domain]) -> None:
        """One row more."""
        self.rows += 1
        row: dict[str, dict[str, object]] = {}
        for path, cell in said.items():
            section, *keys, last = path
            place = row.setdefault(str(section), {})
            for key in keys:
                place = place.setdefault(str(key), {})  # type: ignore[assignment]  # only parameters lie deeper
            place[str(last)] = _value(cell, path, domains)
        for section, spec in row.items():
            self._said.setdefault(section, []).append(spec)
            self._starts.setdefault(section, []).append(start)

    def part(self, table: _Table, paths: Sequence[Keys]) -> Part:
        """What they say together."""
        releases = self._said.pop("releases", [])
        customers = {self.customer: self._said} if self.customer else {}

        def place(path: Keys, *, key: bool = False) -> Place:
            inner = path[2:] if path[:1] == ("customers",) else path
            start = self._start
            if len(inner) > 1:
                start, inner = self._starts[str(inner[0])][int(inner[1])], (inner[0], *inner[2:])
            while inner and inner not in paths:
                inner = inner[:-1]
            return table.problems.source.place(table.cell(start, paths.index(inner) if inner in paths else 0))

        return Part({"upheld": 1, "customers": customers, "releases": releases}, place, whole=False)


def _value(cell: str, path: Keys, domains: Mapping[Keys, Domain]) -> object:
    """What a cell says; the text itself where it says nothing that could stand there."""
    domain = domains.get(path)
    if isinstance(domain, Many):
        if cell.startswith("["):
            try:
                members = json.loads(cell)
            except (ValueError, RecursionError):
                return cell
            return members if isinstance(members, list) else cell
        domain = domain.of
    if isinstance(domain, Boolean) and cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    counts = isinstance(domain, Integer) or path in AMOUNTS or path[1] == "parameters"
    return int(cell) if counts and _NUMBER.fullmatch(cell) else cell
