"""Names read: whatever a decision looks up is among the names that its policy says it may look up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from reference.agreement import made_examples
from small_desk import contracts, desk, submit
from small_desk import event as record

from upheld.bulk.keys.fineness import Fineness
from upheld.calendars.schedule import schedule_of
from upheld.core.condition.condition import HookAtom
from upheld.core.condition.domain import OneOf
from upheld.core.decision.engine import Decided, Engine
from upheld.core.decision.names_read import NamesRead
from upheld.core.lifecycle.moment import Moment
from upheld.core.policy.contracts import Contracts, Customer
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.history.reading import read_history
from upheld.loader.contracts import contracts_from, load_contracts
from upheld.loading import load_policy

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
VENDORS = ["entropics", "greenmash", "manao", "mapping", "proconcept"]
SEED, NUMBER = 23, 400
Looked = dict[frozenset[str], set[str]]
"""The names that were looked up, by the events one of which has to read them; ``""``: timers, and time alone.

What is asked as of when a clock began has to be read by what happened on the ticket at that instant. One that counts
from a date of its own may have begun with anything that happened.
"""


class Hook:
    """A condition of a plugin that reads some names of its own."""

    def __init__(self, *reads: str) -> None:
        self.reads = reads

    def holds(self, facts: Mapping[str, object]) -> bool:
        return len(str(sorted(facts.items()))) % 2 == 0


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Looked:
    """What moments are asked, while a test lasts."""
    found: Looked = defaultdict(set)
    happened: dict[str, list[tuple[int, str]]] = defaultdict(list)
    decide = Engine.decide

    def noted(engine: Engine, standing: Standing | None, event: Event) -> Decided:
        happened[event.ticket].append((event.at_s, event.event))
        return decide(engine, standing, event)

    def note(moment: Moment, name: str, by: Iterable[str] = ()) -> None:
        event = "" if moment.event is None else moment.event.event
        found[frozenset(by) or frozenset((event,))].add(name.removeprefix("at-start:"))

    def asked(moment: Moment, name: str) -> object:
        note(moment, name)
        return dict.__getitem__(moment, name)

    def asked_at(moment: Moment, name: str, at_s: int) -> object:
        all_of = happened[moment.event.ticket] if moment.event is not None else []
        note(moment, name, [event for then_s, event in all_of if then_s == at_s] or [event for _, event in all_of])
        return moment.world.time.held(name, at_s, moment.customer, moment.__getitem__)

    monkeypatch.setattr(Engine, "decide", noted)
    monkeypatch.setattr(Moment, "__getitem__", asked)
    monkeypatch.setattr(Moment, "at_time", asked_at)
    return found


def engine_of(policy: Policy, signed: Contracts, plugins: Mapping[str, Hook] = {}) -> Engine:
    releases = [each.date for each in signed.releases]
    return Engine(policy, schedule_of(policy, releases, signed.override, signed.hours), signed, plugins=plugins)


def decide_all(engine: Engine, events: Iterable[Event]) -> None:
    """Decide every record, and ask for all that can be told of it."""
    standings: dict[str, Standing | None] = {}
    for event in events:
        made = engine.decide(standings.get(event.ticket), event)
        standings[event.ticket] = made.standing
        made.trace.details()
        for told in made.flags if made.trace.refusal is None else (*made.flags, made.trace.refusal):
            assert isinstance(told.message, str)
            assert isinstance(told.reasons, tuple)


def unknown(engine: Engine, looked: Looked, plugins: Mapping[str, Hook] = {}) -> Looked:
    """What was looked up beyond the names that the policy tells."""
    names = NamesRead(engine.plan, engine.clocks.rules.terms, engine.schedule, plugins)
    read = {event: {*names.of(event), *names.reading(event).charging} for event in engine.policy.events}
    read[""] = {*names.by_itself}
    found = {by: asked.difference(*(read[event] for event in by & read.keys())) for by, asked in looked.items()}
    looked.clear()
    return {by: beyond for by, beyond in found.items() if beyond and by <= read.keys()}


def test_no_decision_of_random_policies_looks_up_another_name(looked: Looked, some: Callable[[int], int]) -> None:
    """Conditions, settings, targets, texts, refusals and reasons: whatever the language has."""
    seen: set[str] = set()
    for number, made, policy in made_examples(SEED, 0, some(NUMBER)):
        engine = engine_of(policy, contracts_from(made.contracts, policy))
        decide_all(engine, map(Event.from_record, made.records))
        seen.update(name for asked in looked.values() for name in asked)
        assert {} == unknown(engine, looked), f"example {number} of seed {SEED}"
    families = {name.partition(".")[0] for name in seen}
    assert {"severity", "state", "event", "before", "contract", "opening", "flagged", "record"} <= families


def told(engine: Engine, standing: Standing | None, event: Event, fact: str) -> object:
    """What a decision says, but for a fact."""
    made = engine.decide(standing, event)
    after, refusal = made.standing, made.trace.refusal
    facts = {} if after is None else {name: held for name, held in after.facts.items() if name != fact}
    texts = [(each.code, str(each.message)) for each in (*made.flags, *(() if refusal is None else (refusal,)))]
    return (None if after is None else after._replace(facts=facts)), texts, made.trace.moves, [*made.trace.effects()]


def alike(engine: Engine, standing: Standing, event: str) -> Iterator[tuple[str, Standing]]:
    """Facts that an event only compares, and the same ticket with other values of which comparisons say the same."""
    compared = engine.names_read.reading(event).compared if event in engine.policy.events else {}
    for fact in sorted(compared.keys() & standing.facts.keys()):
        domain, held = engine.plan.fact_domains[fact], standing.facts[fact]
        kind = Fineness.of_atoms(compared[fact]).kind
        for other in domain.values if isinstance(domain, OneOf) else ():
            if other != held and kind(fact, other) == kind(fact, held):
                yield fact, standing._replace(facts={**standing.facts, fact: other})


@pytest.mark.parametrize("vendor", ["greenmash", "manao"])
def test_values_that_an_event_only_compares_are_decided_alike(vendor: str) -> None:
    """Wherever all of the comparisons say the same of them, and whether there is one."""
    policy = load_policy(vendor)
    engine = engine_of(policy, load_contracts(EXAMPLES / vendor / "contracts.yaml", policy)).unbilled()
    standings, compared = dict[str, Standing](), 0
    for _, event in read_history(str(EXAMPLES / vendor / "history.jsonl"), policy, "jsonl"):
        assert isinstance(event, Event)
        before = standings.get(event.ticket)
        for fact, other in () if before is None else alike(engine, before, event.event):
            assert told(engine, before, event, fact) == told(engine, other, event, fact), f"{fact} at {event}"
            compared += 1
        after = engine.decide(before, event).standing
        standings |= {} if after is None else {event.ticket: after}
    assert compared


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_decision_of_a_vendors_month_looks_up_another_name(vendor: str, looked: Looked) -> None:
    """The policies that people wrote."""
    policy = load_policy(vendor)
    engine = engine_of(policy, load_contracts(EXAMPLES / vendor / "contracts.yaml", policy))
    read = read_history(str(EXAMPLES / vendor / "history.jsonl"), policy, "jsonl")
    decide_all(engine, [found for _, found in read if isinstance(found, Event)])
    assert looked
    assert {} == unknown(engine, looked)


MARKS = [{"minutes": each, "urgent": each > 30} for each in (5, 45, 61)]


def test_what_a_plugin_reads_is_read_where_it_is_asked(looked: Looked) -> None:
    """The answer of a hook hangs on the names that its plugin declares."""
    hooks = {"acme.odd": Hook("event.minutes", "contract", "vip")}
    first, *others = (replace(each, when=HookAtom("acme.odd")) for each in desk().rules if each.id == "well-marked")
    engine = engine_of(replace(desk(), rules=(first, *others)), contracts(), hooks)
    marks = [record(f"04T{hour}:00", "mark", data=data) for hour, data in zip(range(11, 14), MARKS, strict=True)]
    decide_all(engine, [submit("04T10:00"), *marks])
    assert {"hook.acme.odd", "event.minutes", "contract", "vip"} <= looked[frozenset(("mark",))]
    assert {} == unknown(engine, looked, hooks)


def test_the_names_are_those_of_each_event() -> None:
    """A key is no longer than need be: no event is told by what another one reads."""
    engine = engine_of(desk(), contracts())
    names = NamesRead(engine.plan, engine.clocks.rules.terms, engine.schedule, {})
    assert ("state", "actor", "record.channel") == tuple(
        name for name in ("state", "actor", "record.channel", "type") if name in names.of("answer")
    )
    assert {"event.into", "state", "type"} == {*names.of("split")}
    assert {"vip", "opening.office"} <= {*names.reading("take").deciding}
    assert {"tags", "event.tag"} == names.reading("tag").setting
    assert "parameter.answer-within" not in names.of("rate")


def test_whose_channel_is_open_matters_where_somebody_has_hours_of_their_own() -> None:
    """Of the calendars by which channels open; otherwise as many customers are decided alike."""
    policy, theirs = load_policy("manao"), {"weekly": {"mon-fri": ["10:00-12:00"]}}
    read = {
        calendar: engine_of(policy, Contracts({"c-1": Customer(calendars={calendar: theirs})})).names_read.of("submit")
        for calendar in ("support", "another")
    }
    assert "opening.support" in read["another"]
    assert {"customer", "record.customer"} == {*read["support"]} - {*read["another"]}


def test_a_promise_that_is_fixed_later_reads_hours_as_of_its_beginning() -> None:
    """When the severity is told at last, the hours of that instant make no difference."""
    read = engine_of(load_policy("greenmash"), Contracts()).names_read.reading
    hours = {"opening.call-centre", "opening-left.call-centre"}
    assert hours <= read("submit").judging
    assert {"severity"} == read("set-severity").judging & {"severity", *hours}
