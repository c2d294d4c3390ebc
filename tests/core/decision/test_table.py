"""Decision tables: where what was decided is looked up, every decision is the one that the engine makes by itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.agreement import loaded, made_examples
from reference.choices import from_seed
from reference.differential import Example
from reference.histories import observed
from reference.strategies import examples
from small_desk import DESK, contracts, desk, policy_of, submit
from small_desk import event as record

from upheld.core.condition.condition import HookAtom
from upheld.core.decision.engine import Decided, Engine
from upheld.core.decision.table import DecisionTable
from upheld.core.errors import PluginError
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.core.replay.replay import Replay
from upheld.engine import Engine as InstalledEngine
from upheld.history.importer import Bad
from upheld.history.mapping.mapping_file import load_mapping
from upheld.history.mapping.translation import records as translated
from upheld.history.reading import read_history
from upheld.loader.contracts import contracts_from, load_contracts
from upheld.loading import load_policy

ROOT = Path(__file__).resolve().parents[3]
VENDORS = ["entropics", "greenmash", "manao", "mapping", "proconcept"]
LOGS = {
    "helpdesk": "helpdesk-it/helpdesk.xes.gz",
    "volvo-incidents": "bpic2013-incidents/BPI_Challenge_2013_incidents.xes.gz",
}
SEED, NUMBER = 37, 300
FEW, SOME = 5, 20_000
EVERY_TIME = "cycles: many, on-reopen: ignore, breached: true, clauses: [D-7]"


def verdicts(engine: Engine, events: Iterable[Event], outcomes_max: int, as_of_s: int | None = None) -> str:
    """The whole answer of a replay, as it is written."""
    run = Replay(engine, as_of_s, outcomes_max=outcomes_max)
    run.take_all(events)
    return written(run)


def written(run: Replay) -> str:
    """It but for the digest of opening hours, which tells whose were looked at."""
    return json.dumps({key: held for key, held in run.result().items() if key != "opening_hours"})


def told(made: Decided) -> tuple[object, ...]:
    """All that can be told of a decision, in words too."""
    standing, flags, trace, accounts = made
    return (
        standing,
        flags,
        trace.refusal,
        trace.details(),
        accounts,
        list(trace.course.assumed() if trace.course else ()),
    )


def decide_all(engine: Engine, events: Iterable[Event], table: DecisionTable | None) -> Iterator[Decided]:
    """Every record of every ticket, without accounts."""
    standings: dict[str, Standing | None] = {}
    for event in events:
        made = engine.decide(standings.get(event.ticket), event, None, table)
        standings[event.ticket] = made.standing
        yield made


def engine_of(made: Example, policy: Policy, audit: bool = False) -> InstalledEngine:
    return InstalledEngine(policy, contracts_from(made.contracts, policy), audit=audit)


def test_a_table_changes_no_verdict_of_random_policies(some: Callable[[int], int]) -> None:
    """The whole language, records in any order and half of them refused; a table that is full is asked no more."""
    roomy, turned_away, kept, examples = 10_000, Counter[int](), Counter[int](), some(NUMBER)
    for number, made, policy in made_examples(SEED, 0, examples):
        events = [Event.from_record(each) for each in made.records]
        alone = verdicts(engine_of(made, policy), events, 0)
        for outcomes_max in (roomy, FEW):
            run = Replay(engine_of(made, policy), outcomes_max=outcomes_max)
            run.take_all(events)
            assert alone == written(run), f"example {number} of seed {SEED}, {outcomes_max} outcomes"
            assert run.table.count <= outcomes_max
            turned_away[outcomes_max] += run.table.turned_away
            kept[outcomes_max] += run.table.count
    assert min(kept.values()) > examples
    assert turned_away[roomy] <= examples < turned_away[FEW]


def test_one_table_tells_of_all_histories_of_a_policy_what_the_engine_tells(some: Callable[[int], int]) -> None:
    """Messages, reasons, clock changes, effects and assumptions are those of the record, and of no other one."""
    table: DecisionTable | None = None
    engine: InstalledEngine | None = None
    last: Policy | None = None
    for number, made, policy in made_examples(SEED, NUMBER, NUMBER + some(NUMBER)):
        made = replace(made, contracts={}) if number % 2 else made
        if engine is None or policy is not last:
            engine = engine_of(made, policy)
            table, last = engine.table(), policy
        events = [Event.from_record(each) for each in made.records]
        both = zip(decide_all(engine, events, None), decide_all(engine, events, table), strict=True)
        for one, other in both:
            assert told(one) == told(other), f"example {number} of seed {SEED}"


@settings(max_examples=25, deadline=None)
@given(examples(), st.randoms(use_true_random=False))
def test_a_table_changes_no_verdict_of_a_noisy_history(made: Example, random: object) -> None:
    """Records told twice, at equal instants, out of order, of strangers and in ways that nobody declared."""
    policy = loaded(made.policy)
    noisy = [*made.records]
    for each in made.records:
        kind = random.randrange(6)  # type: ignore[attr-defined]
        noise = [{}, {"actor": "nobody"}, {"channel": "pigeon"}, {"event": "unheard"}, {"customer": "c-9"}, None][kind]
        if noise is not None:
            noisy.insert(random.randrange(len(noisy)), {**each, **noise})  # type: ignore[attr-defined]
    engine, events = engine_of(made, policy), [Event.from_record(each) for each in noisy]
    assert verdicts(engine, events, 0) == verdicts(engine, events, 10_000)


def test_a_table_changes_no_verdict_of_what_a_tracker_kept() -> None:
    """Audit mode: what events there are among the states observed is looked up, too."""
    for number, made, policy in made_examples(SEED, 0, NUMBER // 3):
        engine = engine_of(made, policy, audit=True)
        records = observed(from_seed(f"table/{number}"), made.policy, made.records)
        events = [Event.from_record(each) for each in records]
        assert verdicts(engine, events, 0) == verdicts(engine, events, 10_000), f"example {number}"


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_table_changes_no_verdict_of_a_vendors_month(vendor: str) -> None:
    """The policies that people wrote, with their customers' contracts and accounts."""
    policy = load_policy(vendor)
    engine = InstalledEngine(policy, load_contracts(ROOT / "examples" / vendor / "contracts.yaml", policy))
    read = read_history(str(ROOT / "examples" / vendor / "history.jsonl"), policy, "jsonl")
    events = [found for _, found in read if isinstance(found, Event)]
    assert len(events) > 100
    assert verdicts(engine, events, 0) == verdicts(engine, events, 10_000)


@pytest.mark.parametrize("name", LOGS)
def test_a_table_changes_no_verdict_of_a_public_log(name: str, shared: Path, some: Callable[[int], int]) -> None:
    """Thousands of records that people and machines made; most are states that a tracker kept."""
    folder = ROOT / "examples" / name
    policy, mapping = load_policy(folder / "policy.yaml"), load_mapping(folder / "mapping.yaml")
    file = str(shared / "data" / LOGS[name])
    read = read_history(file, policy, "xes", partial(translated, mapping), audit=True)
    events = [found[1] for found in islice(read, some(SOME)) if not isinstance(found, Bad)]
    assert len(events) == some(SOME)
    one, other = (InstalledEngine(policy, audit=True) for _ in range(2))
    assert verdicts(one, events, 0) == verdicts(other, events, 10_000)


class Hook:
    """A condition of a plugin that reads the minutes, and counts how often it is asked."""

    reads = ("event.minutes",)

    def __init__(self) -> None:
        self.asked = 0

    def holds(self, facts: Mapping[str, object]) -> bool:
        self.asked += 1
        if facts["event.minutes"] == 45:
            raise PluginError("plugin `odd` fails on 45")
        return facts["event.minutes"] == 5


def with_hook(hooks: Mapping[str, Hook]) -> Engine:
    """The desk whose rule about marks asks a plugin."""
    rules = tuple(replace(each, when=HookAtom("acme.odd")) for each in desk().rules if each.id == "well-marked")
    plain = InstalledEngine(desk(), contracts())
    return Engine(replace(desk(), rules=rules), plain.schedule, contracts(), plugins=hooks)


def marks(*minutes: int) -> list[Event]:
    return [record(f"04T{hour}:00", "mark", data={"minutes": each}) for hour, each in enumerate(minutes, 11)]


def test_a_plugin_is_asked_once_for_what_it_reads() -> None:
    """Its answer hangs on the names that it declares, as a condition's does."""
    hook = Hook()
    engine = with_hook({"acme.odd": hook})
    events = [submit("04T10:00"), *marks(5, 7, 5, 7, 7)]
    made = [told(each) for each in decide_all(engine, events, engine.table())]
    asked = hook.asked
    assert made == [told(each) for each in decide_all(engine, events, None)]
    assert asked < hook.asked - asked


def test_what_a_plugin_fails_on_fails_every_time() -> None:
    """Nothing is kept of it, and what else was kept stays right."""
    engine = with_hook({"acme.odd": Hook()})
    table, opened = engine.table(), next(decide_all(engine, [submit("04T10:00")], None)).standing
    for _ in range(2):
        with pytest.raises(PluginError, match="fails on 45"):
            engine.decide(opened, marks(45)[0], None, table)
        assert engine.decide(opened, marks(7)[0], None, table).trace.refusal is None
    lacking = with_hook({})
    with pytest.raises(PluginError, match="no installed plugin decides condition"):
        lacking.decide(opened, marks(7)[0], None, lacking.table())


def test_a_date_beyond_the_calendar_is_refused_after_one_that_is_not() -> None:
    """What was kept of an opening says nothing of when its clocks fall due."""
    engine = InstalledEngine(desk(), contracts())
    table = engine.table()
    opened = engine.decide(None, submit("2050-12-28T10:00+01:00"), None, table)
    late = engine.decide(None, submit("2050-12-30T16:30+01:00"), None, table)
    assert (None, 1) == (opened.trace.refusal, table.count)
    assert late.trace.refusal is not None
    assert ("invalid-data", None, ()) == (late.trace.refusal.code, late.standing, late.trace.moves)


def test_a_promise_that_is_broken_as_it_begins_warns_of_no_other() -> None:
    """A date may be agreed that has passed, so that the warning comes with the start; another one lies ahead."""
    kept = "kept, start: {on: mark}, stop: {enters: doing}, calendar: office, within: {at: {ref: event.at}}"
    engine = InstalledEngine(
        policy_of(DESK.replace("commitments:\n", f"commitments:\n  - {{id: {kept}, {EVERY_TIME}}}\n"))
    )
    table = engine.table()
    for agreed, expected in (("03-01", ["warned"]), ("03-08", []), ("03-01", ["warned"])):
        opened = engine.decide(None, submit("04T10:00"), None, table).standing
        mark = record("04T11:00", "mark", data={"at": f"2024-{agreed}T12:00Z"})
        by_table, alone = (engine.decide(opened, mark, None, each).trace for each in (table, None))
        assert alone.changes == by_table.changes
        assert expected == [each.what for each in by_table.changes if each.what == "warned"]


def test_the_hours_of_a_channel_are_told_of_each_record() -> None:
    """When a closed channel opens hangs on the instant, so that refusal is never kept."""
    engine = InstalledEngine(desk(), contracts())
    table = engine.table()
    at_night = [submit(f"0{day}T20:00", channel="phone", ticket=f"T-{day}") for day in (4, 5)]
    first, second = (engine.decide(None, each, None, table).trace.refusal for each in at_night)
    assert first is not None
    assert second is not None
    assert ("2024-03-05T09:00" in first.message, "2024-03-06T09:00" in second.message) == (True, True)
    assert (0, 2) == (table.count, table.turned_away)


def test_a_table_is_of_one_engine() -> None:
    """Contracts are the engine's: another one may decide the same record another way."""
    one, other = InstalledEngine(desk(), contracts()), InstalledEngine(desk())
    with pytest.raises(AssertionError, match="a table is of one engine"):
        other.decide(None, submit("04T10:00"), None, one.table())
