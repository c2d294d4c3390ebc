"""What names hold while an event is looked at: the ticket's, the record's, those of time, and a plugin's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import pytest
from small_desk import DESK, contracts, desk, event, instant, policy_of, submit, ticket_after

from upheld.calendars.schedule import schedule_of
from upheld.core.condition.domain import Held
from upheld.core.decision.engine import Engine as CoreEngine
from upheld.core.errors import PluginError
from upheld.core.lifecycle.moment import PluginValue
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.record.ticket import Ticket
from upheld.engine import Engine
from upheld.loader.contracts import contracts_from

EVERYTHING = {
    "customers": {
        "acme": {
            "contracts": [
                {"kind": "gold", "until": "2024-03-04"},
                {"kind": "gold", "sites": ["a"]},
                {"kind": "gold", "sites": ["b"]},
            ]
        }
    },
    "releases": [{"version": "2.0", "date": "2024-03-05"}, {"version": "1.0", "date": "2024-03-04"}],
}


class Spy:
    """An engine whose effect on `spy` tells what a name holds, before the event and after it."""

    def __init__(self, text: str = DESK) -> None:
        self.policy: Policy = policy_of(text)
        self.engine = Engine(self.policy, contracts_from(EVERYTHING, self.policy))

    def before(self, ticket: Ticket | None, each: Event) -> Callable[[str], Held]:
        standing = None if ticket is None else ticket.standing
        values = self.engine.plan.events[each.event].form.read(each.data)
        assert isinstance(values, dict), values
        return self.engine._outcomes.before(standing, each, values).__getitem__


SPY = Spy()


@pytest.mark.parametrize(
    "name, opening, later",
    [
        ("state", None, "open"),
        ("core", None, "open"),
        ("channel", None, "portal"),
        ("customer", None, "acme"),
        ("severity", None, "high"),
        ("vip", None, False),
        ("before.vip", None, False),
        ("level", 1, 1),
        ("flagged", None, None),
        ("actor", "customer", "agent"),
        ("actor-id", None, "kim"),
        ("record.channel", "portal", None),
        ("record.customer", "acme", "acme"),
        ("event.minutes", None, 5),
        ("event.summary", "a", None),
        ("contract", frozenset({"gold"}), frozenset({"gold"})),
        ("contract.gold.sites", frozenset({"a", "b"}), frozenset({"a", "b"})),
        ("release.latest", "1.0", "2.0"),
        ("opening.office", "open", "closed"),
        ("opening-left.office", 7 * 3600, 8 * 3600),
        ("opening-left.always", 14 * 3600, 17 * 3600),
        ("day.office", "mon", "tue"),
        ("parameter.answer-within", None, "1h"),
        ("opening.nowhere", None, None),
        ("banana", None, None),
    ],
)
def test_what_a_name_holds_before_an_event(name: str, opening: Held, later: Held) -> None:
    """On the opening, Monday at 10:00, facts hold nothing; on Tuesday at 7:00 they are known."""
    first = submit("04T10:00", customer="acme", data={"summary": "a"})
    ticket = SPY.engine.apply(None, first).ticket
    second = event("05T07:00", "mark", "agent:kim", channel="fax", customer="acme", data={"minutes": 5})

    assert opening == (SPY.before(None, first)(name) or None)
    held = SPY.before(ticket, second)(name)
    assert later == held or (later is None and held == frozenset())


def test_opening_time_left_is_that_of_the_date() -> None:
    """All of it before opening, none after closing and on closed days, whether it is open now or not."""
    ticket = SPY.engine.apply(None, submit("04T10:00")).ticket
    left = {
        at: SPY.before(ticket, event(at, "take"))("opening-left.office")
        for at in ("05T00:00", "05T08:59", "05T09:00", "05T16:59", "05T17:00", "09T12:00")
    }

    assert [28_800, 28_800, 28_800, 60, 0, 0] == list(left.values())


def test_a_contract_counts_up_to_its_last_day_in_the_zone_of_the_policy() -> None:
    """The day ends at midnight in Paris, not in Greenwich."""
    engine = Engine(
        desk(),
        contracts_from({"customers": {"acme": {"contracts": [{"kind": "gold", "until": "2024-03-04"}]}}}, desk()),
    )
    queues = []
    for at in ("2024-03-04T23:59:59+01:00", "2024-03-05T00:00:00+01:00"):
        ticket = engine.apply(None, submit(at, customer="acme")).ticket
        assert ticket is not None
        queues.append(ticket.queue)

    assert ["first", "second"] == queues


def test_the_opening_decides_whose_ticket_it_is() -> None:
    """A later record that names another customer changes nothing; what the record says can be asked."""
    ticket = ticket_after(submit(customer="acme"), event("04T11:00", "take", customer="globex"))

    assert "acme" == ticket.customer


@dataclass
class Asked:
    """A plugin's condition, which remembers what it was asked."""

    reads: tuple[str, ...]
    answer: object = True
    seen: list[Mapping[str, PluginValue]] = field(default_factory=list)

    def holds(self, facts: Mapping[str, PluginValue]) -> bool:
        self.seen.append(facts)
        return self.answer  # type: ignore[return-value]  # a plugin may return anything


HOOKED = DESK.replace(
    "rules:\n", "rules:\n  - {id: asked, on: mark, when: {hook: acme.odd}, flag: always, clauses: [D-4]}\n", 1
)


def hooked(condition: Asked | None) -> CoreEngine:
    from upheld.loading import examine

    policy = examine(HOOKED.encode(), "desk.yaml").policy
    assert policy is not None
    return CoreEngine(
        policy, schedule_of(policy), contracts(policy), plugins={"acme.odd": condition} if condition else {}
    )


def test_a_plugin_sees_what_it_reads_and_nothing_else() -> None:
    """Instants are aware datetimes and dates are dates; it is asked once for an event."""
    condition = Asked(("event.at", "event.on", "severity", "noted-at", "tags", "contract"))
    engine = hooked(condition)
    ticket = engine.apply(None, submit(customer="acme")).ticket
    data = {"at": "2024-03-04T09:00Z", "on": "2024-02-29", "minutes": 1}
    decision = engine.apply(ticket, event("04T11:00", "mark", data=data))

    assert ["asked"] == [flag.rule for flag in decision.flags]
    (facts,) = condition.seen
    at, on = datetime.fromisoformat("2024-03-04T09:00+00:00"), date(2024, 2, 29)
    expected = {"event.at": at, "event.on": on, "severity": "high", "noted-at": None, "tags": None}
    assert {**expected, "contract": frozenset({"gold"})} == dict(facts)


def test_a_plugin_that_is_not_there_is_an_error_of_ours() -> None:
    """And no answer: nothing is decided without it (THREATS F10)."""
    engine = hooked(None)
    ticket = engine.apply(None, submit()).ticket

    with pytest.raises(PluginError, match=r"no installed plugin decides condition `acme.odd`"):
        engine.apply(ticket, event("04T11:00", "mark", data={"minutes": 1}))


def test_a_plugin_that_fails_leaves_the_ticket_as_it_was() -> None:
    """The error goes to the host; the ticket is a value, so nothing has to be undone."""

    class Broken(Asked):
        def holds(self, facts: Mapping[str, PluginValue]) -> bool:
            raise PluginError("plugin `acme` failed in condition `acme.odd`: ValueError")

    engine = hooked(Broken(()))
    ticket = engine.apply(None, submit()).ticket
    assert ticket is not None
    standing = ticket.standing
    with pytest.raises(PluginError):
        engine.apply(ticket, event("04T11:00", "mark", data={"minutes": 1}))

    assert ticket.standing is standing
    assert engine.apply(ticket, event("04T11:00", "take")).accepted
    assert instant("04T10:00") == ticket.last_at
