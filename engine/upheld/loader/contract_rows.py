"""Contracts as a table in CSV: a contract, a grant or a release in each row, as a spreadsheet has them.

::

    customer;kind;from;until;grant.account;grant.at;grant.amount;grant.expires
    acme;flex;2024-01-01;2024-12-31;flex;2024-01-01T00:00Z;600;2024-12-31
    acme;;;;flex;2024-07-01T00:00Z;10h;2024-12-31

A column is a key of a contract - ``kind``, ``from``, ``until``, an attribute of its kind - or begins with
``parameters.``, ``grant.`` or ``release.``. What a row leaves empty it does not say. A customer has as many rows as
needed, in any place. Cells are told apart by the comma, semicolon or tab that the head uses.

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
from upheld.document import codes
from upheld.document.characters import normal_text
from upheld.document.problems import Problems
from upheld.loader.contract_part import Part

SEPARATORS: Final = ",;\t"
CUSTOMER: Final = "customer"
FIXED: Final[Mapping[str, Keys]] = {
    "kind": ("contracts", 0, "kind"),
    "from": ("contracts", 0, "from"),
    "until": ("contracts", 0, "until"),
    "grant.account": ("grants", 0, "account"),
    "grant.at": ("grants", 0, "at"),
    "grant.amount": ("grants", 0, "amount"),
    "grant.expires": ("grants", 0, "expires"),
    "release.version": ("releases", 0, "version"),
    "release.date": ("releases", 0, "date"),
}
"""Columns of every policy, each with where its cells stand in a customer, or in the file."""

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
    kinds: dict[str, dict[Keys, Domain]] = {
        name: {("contracts", 0, each): attribute.domain for each, attribute in kind.attributes.items()}
        for name, kind in policy.contracts.items()
    }
    kind_at = paths.index(FIXED["kind"]) if FIXED["kind"] in paths else None
    for start, cells in table.rows():
        if len(cells) > len(paths):
            message = f"this row has {len(cells)} cells, and the head {len(paths)}"
            problems.add(codes.SYNTAX, start, message, f"put a cell with a `{table.separator}` in quotes")
            continue
        texts = [cell.strip() for cell in cells]
        if not "".join(texts).isascii():
            texts = [normal_text(problems, cell, start) for cell in texts]
        kind = texts[kind_at] if kind_at is not None and kind_at < len(texts) else ""
        yield from _part(table, start, paths, texts, kinds.get(kind, {}))


def has_head(line: str) -> bool:
    """Whether a first line names the columns of such a table."""
    separator = max(SEPARATORS, key=line.count)
    names = {name.strip(' "\r').lower() for name in line.split(separator)}
    return CUSTOMER in names and len(names) > 1


class _Table:
    """A table that is being read.

    Attributes:
        names: Of its columns, in lower case, each with its offset.
        separator: What stands between its cells.
    """

    def __init__(self, problems: Problems, text: str) -> None:
        self.problems = problems
        self._text = text
        self._next = 0
        head = next((line for line in StringIO(text, newline="\n") if line.strip()), "")
        self.separator = max(SEPARATORS, key=head.count)
        self._rows = self._read()
        start, cells = next(self._rows, (0, []))
        self.names = [(cell.strip().lower(), self.cell(start, number)) for number, cell in enumerate(cells)]

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

    def _read(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._lines(), delimiter=self.separator, strict=True)
        while True:
            start = self._next
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                hint = "close each quote, and write a quote within a cell twice"
                self.problems.add(codes.QUOTE, start, "this row is no row of CSV, and none after it is read", hint)
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
    for name, offset in table.names:
        *values, last = name.split(".", 2)
        in_table = len(values) == 2
        if name in seen:
            problems.add(codes.DUPLICATE_KEY, offset, f"column {quoted(name)} stands here twice", "keep one of them")
        elif name == CUSTOMER:
            paths.append(())
        elif name in FIXED:
            paths.append(FIXED[name])
        elif name in attributes:
            paths.append(("contracts", 0, name))
        elif parameters.get(".".join(name.split(".")[:2])) is in_table:
            paths.append(("contracts", 0, *values, last))
        else:
            near = nearest(name, known)
            hint = f"did you mean `{near}`?" if near else f"the columns are {listed(known, most=16)}"
            problems.add("UP101", offset, f"unknown column {quoted(name)}", hint)
        seen.add(name)
    if not seen:
        problems.add(codes.EMPTY_DOCUMENT, 0, "there is nothing in the table", "name the columns: `customer,kind,from`")
    elif CUSTOMER not in seen and "release.version" not in seen:
        problems.add("UP102", 0, f"column `{CUSTOMER}` is missing", "name the columns in the first row")
    return paths


def _part(
    table: _Table, start: int, paths: Sequence[Keys], cells: Sequence[str], domains: Mapping[Keys, Domain]
) -> Iterator[Part]:
    spec: dict[str, list[dict[str, object]]] = {}
    name = ""
    for path, cell in zip(paths, cells, strict=False):
        if not path:
            name = cell
        elif cell:
            section, keys = str(path[0]), path[2:]
            place = spec.setdefault(section, [{}])[0]
            for key in keys[:-1]:
                place = place.setdefault(str(key), {})  # type: ignore[assignment]  # only parameters lie deeper
            place[str(keys[-1])] = _value(cell, path, domains)
    root: dict[str, object] = {"upheld": 1}
    if "releases" in spec:
        root["releases"] = spec.pop("releases")
    if name:
        root["customers"] = {name: spec}
    elif spec:
        table.problems.add("UP102", start, "`customer` is missing in this row", "say whose contract or grant it is")
        return

    def place_of(path: Keys, *, key: bool = False) -> Place:
        inner = path[2:] if path[:1] == ("customers",) else path
        while inner and inner not in paths:
            inner = inner[:-1]
        column = paths.index(inner) if inner in paths else 0
        return table.problems.source.place(table.cell(start, column))

    yield Part(root, place_of, whole=False)


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
    counts = isinstance(domain, Integer) or path == FIXED["grant.amount"] or path[2:3] == ("parameters",)
    return int(cell) if counts and _NUMBER.fullmatch(cell) else cell
