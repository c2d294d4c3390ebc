"""Embedding: what a host may do with the values of the public API (DESIGN section 8)."""

from __future__ import annotations

import copy
import enum
import pickle
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing import get_context

import pytest

from upheld import (
    Accounts,
    ArgumentError,
    Contracts,
    Engine,
    Event,
    RecordError,
    Ticket,
    TicketError,
    load_policy,
    replay,
)
from upheld.explaining import explain
from upheld.report.files.stories import as_document
from upheld.show import show_markdown, show_text

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Severity(enum.StrEnum):
    MAJOR = "major"
    MINOR = "minor"


class Shouted(str):
    """A text that shows itself otherwise than it is, as those that are safe in a page do."""

    __slots__ = ()

    def __str__(self) -> str:
        return "SHOUTED"

    __repr__ = __format__ = __str__  # type: ignore[assignment]  # likewise


class Instant(datetime):
    """What libraries of dates have."""


@cache
def base(language: str = "") -> Engine:
    return Engine(load_policy("base"), language=language)


def submit(**columns: object) -> Event:
    return Event(**{"ticket": "T-1", "at": AT, "event": "submit", "actor": "customer:kim", **columns})  # type: ignore[arg-type]


def opened(engine: Engine, event: Event | None = None) -> Ticket:
    ticket = engine.apply(None, event or submit()).ticket
    assert ticket is not None
    return ticket


# Another policy's ticket.


def test_a_ticket_is_looked_at_by_its_own_policy_alone() -> None:
    """Also by a scheduler that asks when timers fire, and lets time pass (THREATS S08, V02)."""
    ticket = opened(base())
    for name in ("greenmash", "manao", "proconcept"):
        other = Engine(load_policy(name))
        for call in (
            lambda other=other: other.apply(ticket, Event("T-1", AT, "close", "customer")),
            lambda other=other: other.due(ticket),
            lambda other=other: other.pass_time(ticket, AT + timedelta(days=60)),
        ):
            with pytest.raises(TicketError, match="was opened under another policy, or another version of it"):
                call()


# Values of a host's own classes.


def test_texts_of_other_classes_are_taken_as_what_they_hold() -> None:
    """In every column; what stays on the ticket needs no class of the host's when it is unpickled."""
    columns = {"ticket": "T-1", "event": "submit", "actor": "customer:kim", "customer": "acme"}
    event = submit(**{name: Shouted(text) for name, text in columns.items()}, at=Instant(2026, 3, 2, 9, tzinfo=UTC))
    ticket = opened(base(), event)

    assert submit(**columns) == event
    assert {str} == {type(getattr(event, name)) for name in (*columns, "role", "actor_id")}
    assert datetime is type(event.at)
    assert submit(**columns) == Event.from_record({**{k: Shouted(v) for k, v in columns.items()}, "at": AT})
    assert b"Shouted" not in pickle.dumps((event, ticket))
    assert opened(base(), submit(customer="acme")) == ticket


def test_data_of_other_classes_are_taken_as_what_they_hold() -> None:
    """A ``StrEnum`` is what a host has for severities."""
    engine = Engine(load_policy("greenmash"))
    severity = next(iter(engine.policy.severities)).id
    assert Severity.MAJOR != severity
    refused = engine.apply(None, submit(data={"severity": Severity.MAJOR}))

    assert refused.refusal is not None
    assert "`major`" in refused.refusal.message
    assert Severity.__module__.encode() not in pickle.dumps(refused)


# What is no event, no ticket, no accounts.


@pytest.mark.parametrize(
    "columns, told",
    [
        ({"ticket": None}, "`ticket` is missing"),
        ({"ticket": ""}, "`ticket` is missing"),
        ({"ticket": 7}, "`ticket` is a text, and `7` is none"),
        ({"ticket": " T-1"}, "`ticket` has blanks around `T-1`: leave them out"),
        ({"actor": None}, "`actor` is a text, and nothing is none: leave it out"),
        ({"actor": "agent "}, "`actor` has blanks around `agent`"),
        ({"customer": "a\nb"}, "`customer` is too long, or holds a character that does not print"),
        ({"customer": "x" * 4001}, "`customer` is too long"),
        ({"channel": "\ud800"}, "`channel` is too long, or holds a character that does not print"),
        ({"event": ""}, "give either `event` or `state`"),
        ({"state": "open"}, "give either `event` or `state`"),
        ({"data": None}, "`data` is a mapping of fields to values"),
        ({"data": [1]}, "`data` is a mapping of fields to values"),
        ({"at": None}, "`at` is missing"),
        ({"at": "2026-03-02T09:00Z"}, "`at` is a datetime with its zone, and `2026-03-02T09:00Z` is none"),
    ],
)
def test_an_event_that_is_none_says_why(columns: dict[str, object], told: str) -> None:
    """In the words in which a record does, all problems at once."""
    with pytest.raises(RecordError) as caught:
        submit(**columns)
    with pytest.raises(RecordError) as both:
        submit(**{"data": 7, "actor": [], **columns})

    assert [told] == [each[: len(told)] for each in caught.value.problems]
    assert len(both.value.problems) > 1


def test_marks_and_blanks_within_a_text_are_its_own() -> None:
    """Only at its ends does nobody see a blank; longest texts are read."""
    for text in ("a | b", "|", "| a", "a |", "x" * 4000, "é è", "🙂"):
        assert text == submit(customer=text).customer


def test_what_is_no_ticket_and_no_accounts_is_told() -> None:
    """With what to give instead; no attribute of anything is missed."""
    with pytest.raises(RecordError, match="`nonsense` is no event: make one with"):
        base().apply(None, "nonsense")  # type: ignore[arg-type]  # which is the point
    with pytest.raises(TicketError, match="`T-1` is no ticket: give that of the last decision"):
        base().apply("T-1", submit())  # type: ignore[arg-type]  # likewise
    with pytest.raises(ValueError, match="`acme` is no customer's accounts"):
        base().apply(None, submit(), "acme")  # type: ignore[arg-type]  # likewise
    with pytest.raises(ArgumentError, match="`base` is no policy: give what `load_policy` returns"):
        Engine("base")  # type: ignore[arg-type]  # likewise
    with pytest.raises(ArgumentError, match="a mapping` is no contracts|a mapping is no contracts"):
        Engine(load_policy("base"), {})  # type: ignore[arg-type]  # likewise


@pytest.mark.parametrize("switch", ["no", "", 0, 1, None])
def test_a_switch_is_on_or_off(switch: object) -> None:
    """`no` would be true."""
    policy = load_policy("base")
    with pytest.raises(ArgumentError, match="`audit` is `True` or `False`, and .* is neither"):
        Engine(policy, audit=switch)  # type: ignore[arg-type]  # which is the point
    with pytest.raises(ArgumentError, match="`audit` is `True` or `False`, and .* is neither"):
        replay(policy, [], audit=switch)  # type: ignore[arg-type]  # likewise
    with pytest.raises(ArgumentError, match="`journal` is `True` or `False`, and .* is neither"):
        replay(policy, [], journal=switch)  # type: ignore[arg-type]  # likewise


def test_what_a_ticket_remembers_cannot_be_changed() -> None:
    """Nor what all tickets of a policy begin with, nor what all customers do."""
    ticket, accounts = opened(base()), Accounts("acme")
    for held in (ticket.facts, ticket.standing.facts, accounts.books):
        with pytest.raises(TypeError):
            held["severity"] = "x"  # type: ignore[index]  # which is the point


# Elsewhere.


def test_an_engine_can_be_pickled_and_copied() -> None:
    """Another process decides the same, in the same language and mode."""
    engine = Engine(load_policy("proconcept"), Contracts(digest="x"), language="en", audit=True)
    for again in (pickle.loads(pickle.dumps(engine)), copy.copy(engine), copy.deepcopy(engine)):
        assert (engine.policy, engine.contracts, "en", True) == (
            again.policy,
            again.contracts,
            again.language,
            again.audit,
        )
    again = pickle.loads(pickle.dumps(base("fr")))
    for event in (submit(), submit(event="nothing"), submit(actor="x")):
        assert base("fr").apply(None, event) == again.apply(None, event)
    ticket = opened(base())
    assert base().due(ticket) == pickle.loads(pickle.dumps(base())).due(pickle.loads(pickle.dumps(ticket)))


def test_another_process_decides_the_same() -> None:
    """One that begins from nothing, as they do on Windows and macOS."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert base().apply(None, submit()) == pool.submit(base().apply, None, submit()).result()


@pytest.mark.parametrize("language", ["de", "EN", "xx"])
def test_an_unknown_language_is_an_error(language: str) -> None:
    """It names those that there are; nothing is told in another one without a word."""
    policy, story = load_policy("base"), explain(load_policy("base"), [submit()], "T-1")
    for call in (
        lambda: Engine(policy, language=language),
        lambda: replay(policy, [submit()], language=language),
        lambda: explain(policy, [submit()], "T-1", language=language),
        lambda: as_document(story, language),
        lambda: show_markdown(policy, language),  # type: ignore[arg-type]  # which is the point
        lambda: show_text(policy, language),  # type: ignore[arg-type]  # likewise
    ):
        with pytest.raises(ArgumentError, match=f"there is no language `{language}` here: there are `en`, `fr`"):
            call()


def test_an_event_keeps_what_it_was_given() -> None:
    """A host that uses its mapping again changes no event made of it."""
    data = {"minutes": 10}
    event = Event("T-1", AT, "work", "agent", data=data)
    data["minutes"] = 99

    assert {"minutes": 10} == event.data
