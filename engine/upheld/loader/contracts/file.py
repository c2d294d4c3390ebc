"""Contracts files: reading what customers have signed, and finding everything that does not fit the policy.

    >>> from upheld import load_policy
    >>> text = b"upheld: 1\\ncustomers: {acme: {contracts: [{kind: flex}]}}"
    >>> contracts, findings = read_contracts(text, "contracts.yaml", load_policy("base"))
    >>> print(findings[0])
    contracts.yaml:2:39: error[UP201]: contract `flex` is not declared (customer `acme`)

Reading, shape and meaning come one after the other, each with all of its problems at
once, as for policies. A file is a document in YAML or JSON, a customer a line in JSON Lines,
or a table in CSV, by its name's ending or else its first line.

Source: DESIGN section 6, "Contracts"; THREATS V03, V06.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Iterator
from datetime import date
from errno import EINVAL
from pathlib import Path
from typing import Final, Literal, NamedTuple

from upheld.core.errors import ArgumentError, DocumentError
from upheld.core.finding import Finding, Place, in_order
from upheld.core.nearest import quoted
from upheld.core.policy.contracts import Contract, Contracts, Customer, Grant, Release
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Path as Keys
from upheld.document import Limits, catalogue, read_document
from upheld.document.catalogue import finding
from upheld.document.characters import read_text, refuse_characters
from upheld.document.problems import MOST, Problems
from upheld.document.source import Source
from upheld.document.tree import Data, mapping
from upheld.loader import digest
from upheld.loader.contracts.customer import CustomerReader, Report, day, entries, items
from upheld.loader.contracts.lines import parts_of_lines
from upheld.loader.contracts.part import Part, of_customer
from upheld.loader.contracts.plain import MOST_CONTRACTS, MOST_CUSTOMERS, MOST_GRANTS, is_plain
from upheld.loader.contracts.recurring import Stated
from upheld.loader.contracts.rows import has_head, parts_of_rows
from upheld.schema.shape import shape_findings

Form = Literal["document", "lines", "table"]

LIMITS: Final = Limits(
    64 * 2**20,
    4_000_000,
    "is this the right file? contracts of more customers fit into CSV, or several files",
    "write so many customers as CSV or JSON Lines, which is read faster too",
)
"""What is read of a contracts file."""

FORMS: Final[dict[str, Form]] = {
    ".yaml": "document",
    ".yml": "document",
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".csv": "table",
    ".tsv": "table",
}
PACKED: Final = {
    b"\x1f\x8b": ("this is a gzip file", "unpack it first: a contracts file is read as it is"),
    b"PK\x03\x04": ("this is a workbook or a zip file", "save the sheet as CSV (UTF-8), and give that"),
}
"""What files begin with that are no text, what they are, and what to do."""


def load_contracts(file: str | Path, policy: Policy) -> Contracts:
    """The contracts in a file.

    Raises: DocumentError with everything that is wrong; OSError when the file cannot be read; ArgumentError for what is
        no path, and no policy.
    """
    if not isinstance(policy, Policy):
        raise ArgumentError(f"{quoted(policy)} is no policy: give what `load_policy` returns")
    try:
        path = Path(file)
        kind = path.stat().st_mode
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{quoted(file)} is no path") from error
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        raise OSError(EINVAL, "this is no file: contracts are read from one that has an end", str(path))
    with path.open("rb") as opened:
        data = opened.read(LIMITS.most_bytes + 1)
    contracts, findings = read_contracts(data, path.as_posix(), policy)
    if contracts is None:
        raise DocumentError(findings)
    return contracts


def read_contracts(data: bytes, name: str, policy: Policy) -> tuple[Contracts | None, list[Finding]]:
    """The contracts in a text, or everything that is wrong with it; ``name`` is what places in it are called."""
    for begin, told in PACKED.items():
        if data.startswith(begin):
            return None, [Finding(catalogue.NOT_UTF8, Place(name, 1, 1), *told)]
    form = _form(data, name)
    gathering = _Gathering(policy)
    try:
        if form == "document":
            document = read_document(data, name, limits=LIMITS)
            part = Part(
                document.root,
                document.place,
                misshapen=lambda: shape_findings(document, "contracts", of_customer, MOST),
            )
            gathering.take(part)
            content = digest(document.root) if not gathering.findings else ""
        else:
            problems = Problems(_lined(read_text(data, name, LIMITS)))
            text = refuse_characters(problems)
            for part in parts_of_lines(problems) if form == "lines" else parts_of_rows(problems, text, policy):
                gathering.take(part)
            gathering.finish()
            if problems:
                gathering.findings += problems.error().findings
            content = f"sha256:{hashlib.sha256(problems.source.text.encode()).hexdigest()}"
    except DocumentError as error:
        gathering.findings += error.findings
    if gathering.findings:
        return None, in_order(gathering.findings)
    return gathering.contracts(content), []


def contracts_from(root: Data, policy: Policy, report: Report | None = None) -> Contracts:
    """The contracts that a mapping of the schema's shape states.

    Args:
        report: Told of everything that does not fit the policy; what does not fit is left out.
    """
    reader = CustomerReader(policy, report or _silent)
    customers = {name: reader.customer(("customers", name), mapping(each)) for name, each in items(root, "customers")}
    return Contracts(customers, _in_time(_releases(root)), digest(root))


def _silent(code: str, path: Keys, message: str, hint: str, key: bool) -> None:
    """Nobody asked."""


def _releases(root: Data) -> Iterator[Release]:
    for each in entries(root, "releases"):
        yield Release(str(each["version"]), day(each, "date") or date.max)


def _in_time(releases: Iterator[Release] | list[Release]) -> tuple[Release, ...]:
    return tuple(sorted(releases, key=lambda release: release.date))


def _form(data: bytes, name: str) -> Form:
    """What a contracts file is, by its name, or else by its first line."""
    known = FORMS.get(Path(name).suffix.lower())
    if known is not None:
        return known
    begin = data[:65_536].lstrip(b"\xef\xbb\xbf \t\r\n")
    line = re.split(rb"[\r\n]", begin, maxsplit=1)[0].decode(errors="replace").strip()
    if line.startswith("{") and ('"customer"' in line or ('"releases"' in line and '"customers"' not in line)):
        return "lines"
    return "table" if has_head(line) else "document"


class _Rows(NamedTuple):
    """What the rows of a customer said so far; of grants that recur, in which part."""

    contracts: list[Contract]
    grants: list[Grant]
    stated: list[tuple[Stated, Part]]


def _lined(source: Source) -> Source:
    """A table or lines whose ends are all a carriage return alone, as old spreadsheets write, with those of today."""
    old = "\r" in source.text and "\n" not in source.text
    return Source(source.name, source.text.replace("\r", "\n")) if old else source


class _Gathering:
    """The contracts of a file, part by part, and what is wrong with them."""

    def __init__(self, policy: Policy) -> None:
        self.findings: list[Finding] = []
        self._reader = CustomerReader(policy, self._report)
        self._customers: dict[str, Customer] = {}
        self._rows: dict[str, _Rows] = {}
        self._releases: list[Release] = []
        self._part: Part | None = None

    def take(self, part: Part) -> None:
        """Read one part more. Raises: DocumentError once there are too many findings."""
        self._part = part
        wrong = [] if is_plain(part.root) else part.shape_findings()
        for each in wrong:
            self._add(each)
        if wrong:
            return
        self._releases += _releases(part.root)
        for name, spec in items(part.root, "customers"):
            path: Keys = ("customers", name)
            if part.whole and name in self._customers:
                self._report("UP203", path, f"customer {quoted(name)} is given twice", "say it all in one place", True)
            if len(self._customers) == MOST_CUSTOMERS and name not in self._customers:
                message = f"there are more than {MOST_CUSTOMERS} customers"
                self._report("UP107", path, message, "leave those out of whom no history tells", True)
                continue
            if part.whole:
                self._customers[name] = self._reader.customer(path, mapping(spec))
            else:
                self._merge(path, name, mapping(spec), part)

    def _merge(self, path: Keys, name: str, spec: Data, part: Part) -> None:
        """Take what some rows say; a grant that recurs waits for the contracts of all of them."""
        self._customers.setdefault(name, Customer())
        rows = self._rows.setdefault(name, _Rows([], [], []))
        contracts, grants, stated = self._reader.said(path, spec)
        rows.contracts.extend(contracts)
        rows.grants.extend(grants)
        rows.stated.extend((each, part) for each in stated)
        made = len(rows.grants) + len(rows.stated)
        for key, most, size in (("contracts", MOST_CONTRACTS, len(rows.contracts)), ("grants", MOST_GRANTS, made)):
            if size > most:
                message = f"this customer has more than {most} {key}"
                self._report("UP107", (*path, key, 0), message, "leave those out that are long over", False)
                rows.contracts.clear()
                rows.grants.clear()
                rows.stated.clear()

    def finish(self) -> None:
        """Settle what only all rows of a customer together say. Raises: DocumentError on too many findings."""
        for name, (contracts, grants, stated) in self._rows.items():
            recurring = []
            for each, self._part in stated:
                found = self._reader.settled(each, contracts, self._report)
                recurring += [] if found is None else [found]
            self._customers[name] = Customer(tuple(contracts), tuple(grants), tuple(recurring))

    def contracts(self, content: str) -> Contracts:
        """All of them; ``content`` is the file's digest."""
        return Contracts(self._customers, _in_time(self._releases), content)

    def _report(self, code: str, path: Keys, message: str, hint: str, key: bool) -> None:
        assert self._part is not None, "something is being read"
        self._add(finding(code, self._part.place(path, key=key), f"{message}{of_customer(path)}", hint))

    def _add(self, found: Finding) -> None:
        self.findings.append(found)
        if len(self.findings) == MOST:
            message, hint = f"reading stopped here, after {MOST} problems", "mend those above, then try again"
            raise DocumentError([Finding(catalogue.TOO_MANY_PROBLEMS, found.place, message, hint)])
