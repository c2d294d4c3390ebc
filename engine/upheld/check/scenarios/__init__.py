"""Scenarios: whether what they name is there, so that none passes, or fails, for a misspelt word.

Whether a scenario holds is for running it. Here only its words are looked at: every
event, state, role, field and clause must be the policy's own. A word that is wrong on
purpose is left alone where the refusal it tests is expected.

May import: the other checks, `calendars`, `loader`, `schema`, `document` and the core.

Source: DESIGN section 5, "Scenarios".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from upheld.calendars.public_holidays import calendar_problems
from upheld.check.scenarios.expectations import check_expectations, expected_codes
from upheld.check.scenarios.scenario import Scenario, names_of
from upheld.core.condition.domain import Domain, OneOf
from upheld.core.finding import Finding, in_order
from upheld.core.nearest import listed, quoted
from upheld.core.policy.parameter import Parameter, column_path
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Path
from upheld.document import Document
from upheld.document.tree import Data, mapping, sequence
from upheld.loader.contracts import contracts_from
from upheld.loader.contracts.nominal_days import (
    SAY_WHAT_A_DAY_IS_WORTH,
    UNEQUAL_DAYS,
    counted_in_days,
    is_worth_a_day,
)
from upheld.loader.vocabulary import Vocabulary

CONTRACT_WORDS = ("kind", "from", "until", "parameters")
"""Keys of a contract that are no attributes."""


def check_scenarios(policy: Policy, vocabulary: Vocabulary, documents: Sequence[Document]) -> list[Finding]:
    """Everything that is wrong with the words of these files of scenarios, in the order of their places.

    Args:
        policy: The policy that the scenarios test.
        vocabulary: The names that its conditions may read.
        documents: The files, each of the shape that ``scenario.schema.json`` asks for.
    """
    findings: list[Finding] = []
    names = names_of(policy, vocabulary)
    told: dict[str, str] = {}
    for document in documents:
        for index, entry in enumerate(document.items):
            spec = mapping(entry)
            own = {**names, "customers": _customers(spec), "tickets": _tickets(spec)}
            scenario = Scenario(policy, vocabulary, own, document, index, spec, findings)
            _told_once(scenario, told)
            _check_given(scenario)
            _check_records(scenario)
            check_expectations(scenario)
    return in_order(findings)


def _tickets(spec: Data) -> Collection[str]:
    """The tickets that the scenario names."""
    named = (mapping(record).get("ticket") for record in sequence(spec.get("events")))
    return dict.fromkeys(name for name in named if isinstance(name, str))


def _customers(spec: Data) -> Collection[str]:
    """The customers of whom something is given."""
    given = mapping(spec.get("given"))
    return dict.fromkeys(name for each in ("contracts", "grants", "calendars") for name in mapping(given.get(each)))


def _told_once(scenario: Scenario, told: dict[str, str]) -> None:
    """A name stands for one scenario of the policy, since reports name it."""
    name = str(scenario.spec.get("name"))
    if name in told:
        message = f"scenario {quoted(name)} is told twice"
        scenario.report("UP203", ("name",), message, f"the first stands at {told[name]}; say what differs")
    else:
        told[name] = str(scenario.document.place((scenario.index, "name")))


def _check_given(scenario: Scenario) -> None:
    for path, entry in scenario.spots("given", "contracts", "*"):
        if isinstance(entry, str):
            scenario.refer("contracts", path, entry)
        elif scenario.refer("contracts", (*path, "kind"), mapping(entry).get("kind")):
            _check_contract(scenario, path, mapping(entry))
    for path, account in scenario.spots("given", "grants", "*", "account"):
        scenario.refer("accounts", path, account)
    _check_grants(scenario)
    for path, hours in scenario.spots("given", "calendars", "*", "*"):
        if scenario.refer("calendars", path, path[-1], key=True):
            _check_own_hours(scenario, path, str(path[-1]), hours)


def _check_grants(scenario: Scenario) -> None:
    """What of the grants does not fit their accounts and contracts, as in a contracts file."""
    given = mapping(scenario.spec.get("given"))
    held, granted = mapping(given.get("contracts")), mapping(given.get("grants"))
    customers = {
        name: {
            "contracts": [{"kind": each} if isinstance(each, str) else each for each in sequence(held.get(name))],
            "grants": grants,
        }
        for name, grants in granted.items()
    }

    def report(code: str, path: Path, message: str, hint: str, key: bool) -> None:
        if path[2:3] == ("grants",) and code != "UP201":  # of names that nobody declared is told already
            scenario.report(code, ("given", "grants", path[1], *path[3:]), message, hint, key=key)

    contracts_from({"customers": customers}, scenario.policy, report)


def _check_own_hours(scenario: Scenario, path: Path, calendar: str, hours: object) -> None:
    """Opening times of a customer's own, in place of a calendar of the policy."""
    if not scenario.policy.calendars[calendar].per_customer:
        hint = "say `per-customer: true` there, where customers have hours of their own"
        scenario.report("UP802", path, f"calendar `{calendar}` is the same for everybody", hint, key=True)
        return
    problems = calendar_problems(hours)
    for problem in problems:
        at_key = problem.at_key or not problem.path
        scenario.report("UP507", (*path, *problem.path), problem.message, problem.hint, key=at_key)
    if not problems and calendar in counted_in_days(scenario.policy) and not is_worth_a_day(hours):
        message = UNEQUAL_DAYS.format(calendar=calendar)
        scenario.report("UP506", path, message, SAY_WHAT_A_DAY_IS_WORTH, key=True)


def _check_contract(scenario: Scenario, path: Path, entry: Data) -> None:
    """The attributes and parameters of a contract whose kind is known."""
    kind = scenario.policy.contracts[str(entry.get("kind"))]
    for key, value in entry.items():
        if key in kind.attributes:
            scenario.hold(kind.attributes[key].domain, (*path, key), value, key)
        elif key not in CONTRACT_WORDS:
            known = [*CONTRACT_WORDS, *kind.attributes]
            hint = scenario.meant(key, known, f"the keys here are {listed(known)}")
            message = f"a contract of kind `{kind.id}` has no {quoted(key)}"
            scenario.report("UP801", (*path, key), message, hint, key=True)
    for name, values in mapping(entry.get("parameters")).items():
        at = (*path, "parameters", name)
        if not scenario.refer("parameters", at, name, key=True):
            continue
        if name not in kind.overrides:
            message = f"a contract of kind `{kind.id}` does not override `{name}`"
            hint = f"list it under `parameters:` of the kind, where there are {listed(kind.overrides)}"
            alone = "list it under `parameters:` of the kind"
            scenario.report("UP802", at, message, hint if kind.overrides else alone, key=True)
        _check_columns(scenario, at, scenario.policy.parameters[name], values)


def _check_columns(scenario: Scenario, path: Path, parameter: Parameter, values: object) -> None:
    """The columns of a table that a contract overrides."""
    if parameter.across and isinstance(values, dict):
        whole = dict.fromkeys(column_path(column)[0] for row in parameter.rows for column in row.values)
        for key, inner in values.items():
            if key not in whole or not isinstance(inner, dict):
                hint = scenario.meant(key, whole, f"it can be {listed(whole)}")
                scenario.report("UP801", (*path, key), f"`{parameter.across}` cannot be {quoted(key)}", hint, key=True)
            else:
                _check_columns(scenario, (*path, key), replace(parameter, across=""), inner)
        return
    domain = scenario.vocabulary.any_event.get(parameter.by)
    written = (column for row in parameter.rows for column in row.values)
    columns = domain.values if isinstance(domain, OneOf) else tuple(dict.fromkeys(written))
    for key in mapping(values):
        if parameter.by and key not in columns:
            hint = scenario.meant(key, columns, f"it can be {listed(columns)}")
            scenario.report("UP801", (*path, key), f"`{parameter.by}` cannot be {quoted(key)}", hint, key=True)
    if isinstance(values, dict) != bool(parameter.by):
        message = f"`{parameter.id}` is {'a table' if parameter.by else 'one value'}"
        hint = f"give a value for some of {listed(columns)}" if parameter.by else "give the value alone"
        scenario.report("UP802", path, message, hint)


def _check_records(scenario: Scenario) -> None:
    counted: dict[object, int] = {}
    for index, entry in enumerate(sequence(scenario.spec.get("events"))):
        record, path = mapping(entry), ("events", index)
        ticket = record.get("ticket")
        counted[ticket] = counted.get(ticket, 0) + 1
        meant_wrong = expected_codes(scenario.spec, ticket, counted[ticket])
        _says_enough(scenario, path, record)
        if scenario.names["customers"]:
            scenario.refer("customers", (*path, "customer"), record.get("customer"))
        scenario.refer("states", (*path, "state"), record.get("state"))
        if "channel-not-accepted" not in meant_wrong:
            scenario.refer("channels", (*path, "channel"), record.get("channel"))
        if "not-allowed" not in meant_wrong:
            scenario.refer(
                "roles", (*path, "actor"), str(record["actor"]).partition(":")[0] if "actor" in record else None
            )
        if "unknown-event" not in meant_wrong and not scenario.refer("events", (*path, "event"), record.get("event")):
            continue
        if "invalid-data" not in meant_wrong:
            _check_data(scenario, path, record)


def _role(record: Data) -> str | None:
    """The role in ``role`` or ``role:name``."""
    actor = record.get("actor")
    return actor.partition(":")[0] if isinstance(actor, str) else None


def _says_enough(scenario: Scenario, path: Path, record: Data) -> None:
    """A record says what happened, who did it, and to which ticket."""
    audit = bool(scenario.spec.get("audit"))
    if ("event" in record) == ("state" in record):
        said = "both an event and a state" if "event" in record else "neither an event nor a state"
        scenario.report("UP802", path, f"this record says {said}", "give `event`, or `state` with `audit: true`")
    elif "state" in record and not audit:
        message = "a state is observed, and this scenario observes none"
        scenario.report(
            "UP802", (*path, "state"), message, "add `audit: true` to the scenario, or give an event", key=True
        )
    elif "event" in record and "actor" not in record:
        hint = f"add `actor:`, one of {listed(scenario.names['roles'])}"
        scenario.report("UP802", path, "this record does not say who acts", hint)
    if scenario.names["tickets"] and "ticket" not in record:
        hint = f"add `ticket:`, such as {listed(scenario.names['tickets'], most=1).partition(' ')[0]}"
        scenario.report("UP802", path, "this record does not say to which ticket it happens", hint)


def _check_data(scenario: Scenario, path: Path, record: Data) -> None:
    """The fields of an event's data; on a state observed, facts."""
    event = scenario.policy.events.get(str(record.get("event")))
    known: dict[str, Domain] = {}
    if event is not None:
        known, what = {name: field.domain for name, field in event.fields.items()}, f"event `{event.id}`"
    elif "state" in record:
        known, what = scenario.vocabulary.facts, "a state observed"
    else:
        return
    for key, value in mapping(record.get("data")).items():
        at = (*path, "data", key)
        if key not in known:
            hint = scenario.meant(key, known, _taken(known))
            scenario.report("UP801", at, f"{what} takes no field {quoted(key)}", hint, key=True)
        else:
            scenario.hold(known[key], at, value, key)


def _taken(fields: Iterable[str]) -> str:
    names = listed(fields)
    return f"it takes {names}" if names else "it takes no data"
