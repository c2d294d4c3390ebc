"""Contracts files: reading what customers have signed, and finding everything that does not fit the policy.

    >>> from upheld import load_policy
    >>> text = b"upheld: 1\\ncustomers: {acme: {contracts: [{kind: flex}]}}"
    >>> contracts, findings = read_contracts(text, "contracts.yaml", load_policy("base"))
    >>> print(findings[0])
    contracts.yaml:2:39: error[UP201]: contract `flex` is not declared

Reading, shape and meaning come one after the other, each with all of its problems at
once, as for policies.

Source: DESIGN section 6, "Contracts".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from upheld.core.condition.domain import Domain, Held, Many, OneOf, Scalar, Wrong
from upheld.core.errors import ArgumentError, DocumentError
from upheld.core.finding import Finding, in_order
from upheld.core.nearest import listed, meant, quoted
from upheld.core.policy.contracts import Contract, Contracts, Customer, Grant, Release
from upheld.core.policy.parameter import Parameter, ParameterValue
from upheld.core.policy.policy import ContractKind, Policy
from upheld.core.policy.provenance import Path as Keys
from upheld.core.time.duration import Duration
from upheld.document import read_document
from upheld.document.catalogue import finding
from upheld.document.tree import Data, mapping, sequence
from upheld.loader import digest
from upheld.schema.formats import parse_amount, parse_instant
from upheld.schema.shape import shape_findings

WORDS = ("kind", "from", "until", "parameters")
"""Keys of a contract that are no attributes of its kind."""

Report = Callable[[str, Keys, str, str, bool], None]
"""Code, path, message, hint, and whether the key is meant."""


def load_contracts(file: str | Path, policy: Policy) -> Contracts:
    """The contracts in a file.

    Raises: DocumentError with everything that is wrong; OSError when the file cannot be read; ArgumentError for what is
        no path, and no policy.
    """
    if not isinstance(policy, Policy):
        raise ArgumentError(f"{quoted(policy)} is no policy: give what `load_policy` returns")
    try:
        path = Path(file)
        data = path.read_bytes()
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{quoted(file)} is no path") from error
    contracts, findings = read_contracts(data, path.as_posix(), policy)
    if contracts is None:
        raise DocumentError(findings)
    return contracts


def read_contracts(data: bytes, name: str, policy: Policy) -> tuple[Contracts | None, list[Finding]]:
    """The contracts in a text, or everything that is wrong with it; ``name`` is what places in it are called."""
    try:
        document = read_document(data, name)
    except DocumentError as error:
        return None, list(error.findings)
    findings = shape_findings(document, "contracts")
    if findings:
        return None, findings

    def report(code: str, path: Keys, message: str, hint: str, key: bool) -> None:
        findings.append(finding(code, document.place(path, key=key), message, hint))

    contracts = contracts_from(document.root, policy, report)
    return (None, in_order(findings)) if findings else (contracts, [])


def contracts_from(root: Data, policy: Policy, report: Report | None = None) -> Contracts:
    """The contracts that a mapping of the schema's shape states.

    Args:
        report: Told of everything that does not fit the policy; what does not fit is left out.
    """
    reader = _Reader(policy, report or _silent)
    customers = {name: reader.customer(("customers", name), mapping(each)) for name, each in _items(root, "customers")}
    releases = [Release(str(each["version"]), _day(each, "date") or date.max) for each in _entries(root, "releases")]
    return Contracts(customers, tuple(sorted(releases, key=lambda release: release.date)), digest(root))


def _silent(code: str, path: Keys, message: str, hint: str, key: bool) -> None:
    """Nobody asked."""


class _Reader:
    def __init__(self, policy: Policy, report: Report) -> None:
        self.policy = policy
        self.report = report

    def customer(self, path: Keys, spec: Data) -> Customer:
        contracts = [self._contract((*path, "contracts", i), e) for i, e in enumerate(_entries(spec, "contracts"))]
        grants = [self._grant((*path, "grants", i), e) for i, e in enumerate(_entries(spec, "grants"))]
        return Customer(
            tuple(each for each in contracts if each is not None), tuple(each for each in grants if each is not None)
        )

    def _known(self, what: str, section: Iterable[str], path: Keys, word: object) -> bool:
        known = list(section)
        if word in known:
            return True
        there = f"there are {listed(known)}" if known else f"the policy declares no {what}"
        self.report(
            "UP201", path, f"{what} {quoted(word)} is not declared", meant(word, known, there), path[-1] == word
        )
        return False

    def _contract(self, path: Keys, spec: Data) -> Contract | None:
        if not self._known("contract", self.policy.contracts, (*path, "kind"), spec.get("kind")):
            return None
        kind = self.policy.contracts[str(spec["kind"])]
        since, until = _day(spec, "from"), _day(spec, "until")
        if since is not None and until is not None and until < since:
            message = f"this contract ends on `{until}`, before it begins on `{since}`"
            self.report("UP104", (*path, "until"), message, "the last day is included: it may be the first one", False)
        attributes: dict[str, Held] = {}
        for key, value in spec.items():
            if key in kind.attributes:
                held = self._held(kind.attributes[key].domain, (*path, key), value, key)
                if held is not None:
                    attributes[key] = held
            elif key not in WORDS:
                self._unknown_key(path, key, kind)
        parameters = {
            name: self._values((*path, "parameters", name), self.policy.parameters[name], values)
            for name, values in _items(spec, "parameters")
            if self._overrides((*path, "parameters", name), name, kind)
        }
        return Contract(kind.id, since, until, attributes, parameters)

    def _unknown_key(self, path: Keys, key: str, kind: ContractKind) -> None:
        known = [*WORDS, *kind.attributes]
        hint = meant(key, known, f"the keys here are {listed(known)}")
        self.report("UP101", (*path, key), f"a contract of kind `{kind.id}` has no {quoted(key)}", hint, True)

    def _held(self, domain: Domain, path: Keys, value: object, name: str) -> Held:
        """What an attribute holds; a list where it holds many values."""
        if isinstance(value, list) and not isinstance(domain, Many):
            self.report("UP209", path, f"`{name}` holds one value, not a list", "give one value", False)
            return None
        members: list[Scalar] = []
        for index, each in enumerate(sequence(value)):
            read = domain.read(each, name)
            if isinstance(read, Wrong):
                at = (*path, index) if isinstance(value, list) else path
                self.report("UP209", at, read.message, read.hint, False)
            else:
                members.append(read)
        if isinstance(domain, Many):
            return frozenset(members) or None
        return members[0] if members else None

    def _overrides(self, path: Keys, name: str, kind: ContractKind) -> bool:
        if not self._known("parameter", self.policy.parameters, path, name):
            return False
        if name in kind.overrides:
            return True
        there = f", where there are {listed(kind.overrides)}" if kind.overrides else ""
        message = f"a contract of kind `{kind.id}` does not override `{name}`"
        self.report("UP104", path, message, f"list it under `parameters:` of the kind{there}", True)
        return False

    def _values(self, path: Keys, parameter: Parameter, values: object) -> dict[str, ParameterValue]:
        """The values of a parameter by column; the one key ``""`` where it is no table."""
        columns = self._columns(parameter)
        if isinstance(values, dict) != bool(parameter.by):
            message = f"`{parameter.id}` is {'a table' if parameter.by else 'one value'}"
            hint = f"give a value for some of {listed(columns)}" if parameter.by else "give the value alone"
            self.report("UP104", path, message, hint, False)
            return {}
        found: dict[str, ParameterValue] = {}
        for key, value in values.items() if isinstance(values, dict) else [("", values)]:
            if parameter.by and key not in columns:
                hint = meant(key, columns, f"it can be {listed(columns)}")
                self.report("UP104", (*path, key), f"`{parameter.by}` cannot be {quoted(key)}", hint, True)
            elif isinstance(value, (str, int)):
                found[key] = value
        return found

    def _columns(self, parameter: Parameter) -> tuple[str, ...]:
        """The columns that a table may have: every value of the name that chooses one, where that is known."""
        if parameter.by == "severity":
            return tuple(each.id for each in self.policy.severities)
        fact = self.policy.facts.get(parameter.by.removeprefix("event."))
        written = tuple(dict.fromkeys(column for row in parameter.rows for column in row.values))
        return fact.domain.values if fact is not None and isinstance(fact.domain, OneOf) else written

    def _grant(self, path: Keys, spec: Data) -> Grant | None:
        if not self._known("account", self.policy.accounts, (*path, "account"), spec.get("account")):
            return None
        account = self.policy.accounts[str(spec["account"])]
        amount = parse_amount(spec["amount"])  # type: ignore[arg-type]  # a text or an integer, by the schema
        if isinstance(amount, Duration):
            if account.unit != "min" or amount.seconds % 60:
                message = f"account `{account.id}` counts in `{account.unit}`, and `{amount}` is no such amount"
                self.report("UP602", (*path, "amount"), message, "write whole minor units, such as `600`", False)
                return None
            amount = amount.seconds // 60
        return Grant(account.id, parse_instant(str(spec["at"])), amount, _day(spec, "expires"))


def _items(spec: Data, key: str) -> Iterable[tuple[str, object]]:
    return mapping(spec.get(key)).items()


def _entries(spec: Data, key: str) -> list[Data]:
    return [mapping(each) for each in sequence(spec.get(key))]


def _day(spec: Data, key: str) -> date | None:
    value = spec.get(key)
    return date.fromisoformat(value) if isinstance(value, str) else None
