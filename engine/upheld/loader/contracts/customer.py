"""Customers of a contracts file: what each has signed and was granted, or what of it does not fit the policy.

The file's form does not matter here: a mapping of YAML, a line of JSON and a row of CSV say a customer alike.

Source: DESIGN section 6, "Contracts".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

from upheld.calendars.public_holidays import calendar_problems
from upheld.core.billing.amount import parse_amount
from upheld.core.condition.domain import Domain, Held, Many, OneOf, Scalar, Wrong
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.policy.charge import LEAST_AMOUNT, Account
from upheld.core.policy.contracts import CarryOver, Contract, Customer, Grant, RecurringGrant
from upheld.core.policy.currency import MINUTES
from upheld.core.policy.parameter import Parameter, ParameterValue
from upheld.core.policy.policy import ContractKind, Policy
from upheld.core.policy.provenance import Path as Keys
from upheld.core.time.duration import Duration
from upheld.document.tree import Data, mapping, sequence
from upheld.loader.contracts.nominal_days import (
    SAY_WHAT_A_DAY_IS_WORTH,
    UNEQUAL_DAYS,
    counted_in_days,
    is_worth_a_day,
)
from upheld.loader.contracts.recurring import MONTHS, ONCE, RECURS, Outside, Stated, settled
from upheld.schema.formats import message_and_hint, parse_instant, parse_months

WORDS = ("kind", "from", "until", "parameters")
"""Keys of a contract that are no attributes of its kind."""

Report = Callable[[str, Keys, str, str, bool], None]
"""Code, path, message, hint, and whether the key is meant."""

_instant_s = lru_cache(maxsize=65_536)(parse_instant)


class CustomerReader:
    """Makes customers of what has the schema's shape; equal contracts and grants are made once.

    Args:
        report: Told of everything that does not fit the policy; what does not fit is left out.
    """

    def __init__(self, policy: Policy, report: Report) -> None:
        self.policy = policy
        self.report = report
        self._contracts: dict[Contract, Contract] = {}
        self._grants: dict[Grant, Grant] = {}
        self._recurring: dict[RecurringGrant, RecurringGrant] = {}
        self._in_days = counted_in_days(policy)

    def customer(self, path: Keys, spec: Data) -> Customer:
        """One customer, all of it."""
        contracts, grants, stated = self.said(path, spec)
        recurring = [self.settled(each, contracts, self.report) for each in stated]
        within = tuple(each for each in recurring if each is not None)
        return Customer(tuple(contracts), tuple(grants), within, dict(self._calendars(path, spec)))

    def said(self, path: Keys, spec: Data) -> tuple[list[Contract], list[Grant], list[Stated]]:
        """What is said of a customer in one place; in which contract a grant recurs, another place may say."""
        contracts = [self._contract((*path, "contracts", i), e) for i, e in enumerate(entries(spec, "contracts"))]
        grants = [self._grant((*path, "grants", i), e) for i, e in enumerate(entries(spec, "grants"))]
        return (
            [each for each in contracts if each is not None],
            [each for each in grants if isinstance(each, Grant)],
            [each for each in grants if isinstance(each, Stated)],
        )

    def settled(self, stated: Stated, contracts: Sequence[Contract], report: Report) -> RecurringGrant | None:
        """A grant that recurs, within its contract; one that lies outside is reported."""
        found = settled(stated, contracts)
        if isinstance(found, Outside):
            report("UP610", (*stated.path, found.key), found.message, found.hint, found.key == "every")
            return None
        return self._recurring.setdefault(found, found)

    def _calendars(self, path: Keys, spec: Data) -> Iterator[tuple[str, Data]]:
        """The calendars that it has of its own."""
        for name, document in items(spec, "calendars"):
            if self._fits((*path, "calendars", name), name, document):
                yield name, mapping(document)

    def _fits(self, path: Keys, name: str, document: object) -> bool:
        """Whether opening times may stand for a calendar of the policy."""
        if not self._known("calendar", self.policy.calendars, path, name):
            return False
        if not self.policy.calendars[name].per_customer:
            hint = "say `per-customer: true` there, where customers have hours of their own"
            self.report("UP104", path, f"calendar `{name}` is the same for everybody", hint, True)
            return False
        problems = calendar_problems(document)
        for problem in problems:
            message, hint = problem.message, problem.hint
            if not hint:
                message, hint = message_and_hint(ValueError(message))
            self.report("UP507", (*path, *problem.path), message, hint, problem.at_key or not problem.path)
        if not problems and name in self._in_days and not is_worth_a_day(document):
            self.report("UP506", path, UNEQUAL_DAYS.format(calendar=name), SAY_WHAT_A_DAY_IS_WORTH, True)
            return False
        return not problems

    def _known(self, what: str, section: Collection[str], path: Keys, word: object) -> bool:
        if word in section:
            return True
        known = list(section)
        near = nearest(str(word), known)
        there = f"there are {listed(known)}" if known else f"the policy declares no {what}"
        hint = f"did you mean `{near}`?" if near else there
        self.report("UP201", path, f"{what} {quoted(word)} is not declared", hint, path[-1] == word)
        return False

    def _contract(self, path: Keys, spec: Data) -> Contract | None:
        if not self._known("contract", self.policy.contracts, (*path, "kind"), spec.get("kind")):
            return None
        kind = self.policy.contracts[str(spec["kind"])]
        since, until = day(spec, "from"), day(spec, "until")
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
            for name, values in items(spec, "parameters")
            if self._overrides((*path, "parameters", name), name, kind)
        }
        contract = Contract(kind.id, since, until, attributes, parameters)
        return self._contracts.setdefault(contract, contract)

    def _unknown_key(self, path: Keys, key: str, kind: ContractKind) -> None:
        known = [*WORDS, *kind.attributes]
        near = nearest(key, known)
        hint = f"did you mean `{near}`?" if near else f"the keys here are {listed(known)}"
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
        for key, value in _flat(values) if isinstance(values, dict) else [("", values)]:
            if parameter.by and key not in columns:
                near = nearest(key, columns)
                hint = f"did you mean `{near}`?" if near else f"it can be {listed(columns)}"
                at = (*path, key) if isinstance(values, dict) and key in values else (*path, *key.split("."))
                self.report("UP104", at, f"{_together(parameter.names)} cannot be {quoted(key)}", hint, True)
            elif isinstance(value, (str, int)):
                found[key] = value
        return found

    def _columns(self, parameter: Parameter) -> tuple[str, ...]:
        """The columns that a table may have: every value of the name that chooses one, where that is known."""
        if parameter.across:
            return tuple(dict.fromkeys(column for row in parameter.rows for column in row.values))
        if parameter.by == "severity":
            return tuple(each.id for each in self.policy.severities)
        fact = self.policy.facts.get(parameter.by.removeprefix("event."))
        written = tuple(dict.fromkeys(column for row in parameter.rows for column in row.values))
        return fact.domain.values if fact is not None and isinstance(fact.domain, OneOf) else written

    def _grant(self, path: Keys, spec: Data) -> Grant | Stated | None:
        if not self._known("account", self.policy.accounts, (*path, "account"), spec.get("account")):
            return None
        account = self.policy.accounts[str(spec["account"])]
        amount = self._amount(account, (*path, "amount"), spec["amount"])
        wrong = [key for key in (ONCE if "every" in spec else RECURS) if key in spec]
        for key in wrong:
            message = f"a grant that recurs has no `{key}`" if "every" in spec else f"a grant made once has no `{key}`"
            hint = (
                "leave it out; its days are `from:` and `until:`"
                if "every" in spec
                else "leave it out, or say `every:`"
            )
            self.report("UP104", (*path, key), message, hint, True)
        if amount is None or wrong:
            return None
        if "every" in spec:
            return self._stated(account, path, spec, amount)
        grant = Grant(account.id, _instant_s(str(spec["at"])), amount, day(spec, "expires"))
        return self._grants.setdefault(grant, grant)

    def _stated(self, account: Account, path: Keys, spec: Data, amount: int) -> Stated | None:
        """A grant that recurs."""
        said, carry = spec.get("carry-over"), None
        if isinstance(said, dict):
            most = (
                self._amount(account, (*path, "carry-over", "at-most"), said["at-most"]) if "at-most" in said else None
            )
            if most is None and "at-most" in said:
                return None
            carry = CarryOver(most, parse_months(str(said["for"])) if "for" in said else None)
        days = (day(spec, "from"), day(spec, "until"))
        return Stated(path, account.id, amount, MONTHS[str(spec["every"])], *days, carry, day(spec, "counted-from"))

    def _amount(self, account: Account, path: Keys, said: object) -> int | None:
        """An amount in the account's minor unit; what is none is reported."""
        try:
            amount = parse_amount(said, LEAST_AMOUNT)  # type: ignore[arg-type]  # by the schema
        except ValueError as error:
            self.report("UP105", path, *message_and_hint(error), False)
            return None
        if isinstance(amount, Duration):
            if account.unit != MINUTES or amount.seconds % 60:
                message = f"account `{account.id}` counts in `{account.unit}`, and `{amount}` is no such amount"
                hint = "write how many, such as `5`" if account.counts else "write whole minor units, such as `600`"
                self.report("UP602", path, message, hint, False)
                return None
            return amount.seconds // 60
        return amount


def items(spec: Data, key: str) -> Iterable[tuple[str, object]]:
    """What stands in a mapping under a key, by its own keys."""
    return mapping(spec.get(key)).items()


def entries(spec: Data, key: str) -> list[Data]:
    """The mappings in the list under a key."""
    return [mapping(each) for each in sequence(spec.get(key))]


def day(spec: Data, key: str) -> date | None:
    """The date under a key."""
    value = spec.get(key)
    return date.fromisoformat(value) if isinstance(value, str) else None


def _flat(values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The values of a table by column; those of one by two names stand one deeper, or have both in their key."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{inner}", each) for inner, each in value.items())
        else:
            yield key, value


def _together(names: tuple[str, ...]) -> str:
    return " and ".join(f"`{name}`" for name in names)
