"""Expectations: whether the words of what a scenario expects are the policy's own."""

from __future__ import annotations

from upheld.check.inspection import KEY
from upheld.check.scenarios.scenario import Scenario
from upheld.core.nearest import listed, quoted
from upheld.core.policy.provenance import Path
from upheld.core.policy.rule import Rule
from upheld.core.record.reason import FLAGS, REFUSALS
from upheld.document.tree import Data, mapping, sequence

OF_A_TICKET: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("states", ("state",)),
    ("severities", ("severity",)),
    ("queues", ("queue",)),
    ("levels", ("level",)),
    ("facts", ("facts", KEY)),
    ("events", ("accepted",)),
    ("events", ("accepted", "event")),
    ("transitions", ("accepted", "transition")),
    ("rules", ("refused", "rule")),
    ("rules", ("flags", "rule")),
    ("events", ("flags", "event")),
    ("states", ("nonconforming", "from")),
    ("states", ("nonconforming", "to")),
    ("moves", ("moves",)),
    ("states", ("moves", "from")),
    ("states", ("moves", "to")),
    ("transitions", ("moves", "transition")),
    ("timers", ("moves", "timer")),
    ("commitments", ("clocks", KEY)),
    ("severities", ("clocks", "*", "severity")),
    ("timers", ("timers", KEY)),
    ("remedies", ("remedies", KEY)),
    ("commitments", ("remedies", "*", "commitment")),
    ("charges", ("charges",)),
    ("charges", ("charges", "charge")),
    ("accounts", ("charges", "account")),
    ("receivers", ("effects", "to")),
    ("commitments", ("effects", "commitment")),
)
"""What an expectation names, and where: the section that must declare it, and the keys that lead to it."""

OF_ALL_TICKETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tickets", ("tickets", KEY)),
    ("objectives", ("objectives", KEY)),
    ("availability", ("availability", KEY)),
    ("remedies", ("owed", KEY)),
    *(("customers", (section, "*", "customer")) for section in ("availability", "owed")),
    ("accounts", ("balances", KEY)),
    ("customers", ("balances", "*", "customer")),
    ("tickets", ("order",)),
)

TOGETHER = ("tickets", "objectives", "availability", "owed", "balances", "order", "because", "assumes")
"""Keys that speak of all tickets, or of none in particular."""
CITING = {"because": "clauses", "assumes": "assumptions"}


def expected_codes(spec: Data, ticket: object, seq: int) -> set[str]:
    """The codes of refusals that the scenario expects of a ticket's record, or of one it does not tell."""
    expect = mapping(spec.get("expect"))
    of_ticket = mapping(mapping(expect.get("tickets")).get(ticket)) if isinstance(ticket, str) else {}
    codes = set()
    for entry in (*sequence(expect.get("refused")), *sequence(of_ticket.get("refused"))):
        if isinstance(entry, str):
            codes.add(entry)
        elif mapping(entry).get("seq", seq) == seq:
            codes.add(str(mapping(entry).get("code")))
    return codes


def check_expectations(scenario: Scenario) -> None:
    """Unknown names, and expectations that say too little or too much."""
    expect = mapping(scenario.spec.get("expect"))
    _check_ticket(scenario, ("expect",), expect)
    for name, spec in mapping(expect.get("tickets")).items():
        _check_ticket(scenario, ("expect", "tickets", name), mapping(spec))
    for section, pattern in OF_ALL_TICKETS:
        if section == "customers" and not scenario.names["customers"]:
            continue
        for path, word in scenario.spots("expect", *pattern):
            scenario.refer(section, path, word, key=pattern[-1] == KEY)
    _check_citations(scenario, ("expect",), expect)
    _says_of_which(scenario, expect)


def _check_ticket(scenario: Scenario, at: Path, expect: Data) -> None:
    """What is expected of one ticket."""
    for section, pattern in OF_A_TICKET:
        for path, word in scenario.spots(*map(str, at), *pattern):
            scenario.refer(section, path, word, key=pattern[-1] == KEY)
    for name, value in mapping(expect.get("facts")).items():
        if name in scenario.vocabulary.facts and value is not None:
            scenario.hold(scenario.vocabulary.facts[name], (*at, "facts", name), value, name)
    level = expect.get("level")
    if isinstance(level, int) and level > len(scenario.names["levels"]):
        hint = f"there are {len(scenario.names['levels'])}"
        scenario.report("UP801", (*at, "level"), f"escalation level `{level}` is not declared", hint)
    for index, entry in enumerate(sequence(expect.get("refused"))):
        event = mapping(entry).get("event")
        if mapping(entry).get("code") != "unknown-event":
            scenario.refer("events", (*at, "refused", index, "event"), event)
    _check_strikes(scenario, (*at, "refused"), expect.get("refused"), "refuse")
    _check_strikes(scenario, (*at, "flags"), expect.get("flags"), "flag")


def _check_strikes(scenario: Scenario, at: Path, entries: object, verdict: str) -> None:
    """Each refusal or flag is a rule that refuses or flags, or a code."""
    codes = REFUSALS if verdict == "refuse" else FLAGS
    for index, entry in enumerate(sequence(entries)):
        name = entry if isinstance(entry, str) else mapping(entry).get("rule")
        path = (*at, index) if isinstance(entry, str) else (*at, index, "rule")
        rule = next((each for each in scenario.policy.rules if each.id == name), None)
        if rule is not None:
            _strikes_so(scenario, path, rule, verdict)
        elif isinstance(entry, str) and entry not in codes:
            known = [*scenario.names["rules"], *codes]
            hint = scenario.meant(entry, known, f"name a rule, or one of {listed(codes, most=len(codes))}")
            what = "rule or code of a refusal" if verdict == "refuse" else "rule or code of a flag"
            scenario.report("UP801", path, f"{what} {quoted(entry)} is not known", hint)
        code = mapping(entry).get("code")
        if name is not None and isinstance(entry, dict) and code not in (None, "rule"):
            message = f"a rule, and the code `{code}`, which is no rule's"
            scenario.report("UP802", (*at, index), message, "leave out one of them")


def _strikes_so(scenario: Scenario, path: Path, rule: Rule, verdict: str) -> None:
    """A rule that only flags is never among the refusals, nor the other way round."""
    if rule.verdict != verdict:
        does, where = ("flags", "flags") if rule.verdict == "flag" else ("refuses", "refused")
        scenario.report("UP802", path, f"rule `{rule.id}` {does}", f"expect it under `{where}:`")


def _check_citations(scenario: Scenario, path: Path, value: object) -> None:
    """Every clause and assumption that has to be cited, at whatever depth."""
    if isinstance(value, dict):
        for key, entry in value.items():
            section = CITING.get(key)
            if section and isinstance(entry, list):
                for index, word in enumerate(entry):
                    scenario.refer(section, (*path, key, index), word)
            else:
                _check_citations(scenario, (*path, key), entry)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            _check_citations(scenario, (*path, index), entry)


def _says_of_which(scenario: Scenario, expect: Data) -> None:
    """Of several tickets each has its own expectation; and something beside the citations is asserted."""
    tickets = scenario.names["tickets"]
    alone = [key for key in expect if key not in TOGETHER]
    if alone and len(tickets) > 1:
        hint = f"put it under `tickets:`, by {listed(tickets)}"
        scenario.report("UP802", ("expect", alone[0]), f"`{alone[0]}` does not say of which ticket", hint, key=True)
    if not set(expect) - set(CITING):
        message = "this scenario cites, and asserts nothing that could be cited for"
        scenario.report("UP802", ("expect",), message, "add what has to come of it, such as `state:` or `clocks:`")
