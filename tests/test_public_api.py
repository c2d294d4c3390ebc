"""The public API, used wrongly: whatever a host gives it, the answer is a value or an error of ours, told in words."""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from upheld import (
    Accounts,
    Calendar,
    Contracts,
    Engine,
    Event,
    Policy,
    Ticket,
    UpheldError,
    load_contracts,
    load_policy,
    replay,
)
from upheld.explaining import explain
from upheld.replaying import statements, work_queue
from upheld.testing import outcomes

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SUBMIT = Event("T-1", AT, "submit", "customer")


class Words(str, enum.Enum):  # noqa: UP042  # whose members show themselves otherwise than they are
    SUBMIT = "submit"
    NOTHING = ""


class Number(enum.IntEnum):
    ONE = 1


class Instant(datetime):
    pass


class Plain:
    """Something that nobody here has heard of."""


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6), st.binary(max_size=3),
    st.dates(), st.datetimes(), st.datetimes(timezones=st.just(UTC)), st.decimals(),
    st.sampled_from(["base", "submit", "fr", "acme", "T-1", "2026-03-02T09:00Z", " x", "\n", "x" * 5000, "\ud800"]),
    st.sampled_from([*Words, *Number, Plain, Plain(), Instant(2026, 3, 2, tzinfo=UTC), timedelta(1), SUBMIT, b""]),
    st.lists(st.integers(), max_size=2), st.sets(st.integers(), max_size=2), st.tuples(st.integers()),
    st.dictionaries(st.one_of(st.text(max_size=3), st.integers()), st.one_of(st.none(), st.integers()), max_size=2),
    st.just({"zone": "Etc/UTC", "weekly": {"mon": [7]}}),
)  # fmt: skip


@pytest.fixture(scope="module")
def base() -> Policy:
    return load_policy("base")


@pytest.fixture(scope="module")
def engine(base: Policy) -> Engine:
    return Engine(base)


def opened(engine: Engine) -> Ticket:
    ticket = engine.apply(None, SUBMIT).ticket
    assert ticket is not None
    return ticket


def answered(call: Callable[..., object], *args: object, **named: object) -> None:
    """The call gives a value, or an error of ours that says something."""
    try:
        call(*args, **named)
    except UpheldError as error:
        told = str(error)
    except OSError:  # a path that leads nowhere
        told = call.__name__ if call in (load_policy, load_contracts, outcomes) else ""
    except TypeError:  # what is no whole number
        told = call.__name__ if call.__name__ == "add" else ""
    else:
        return
    assert told


@given(st.tuples(*[ANYTHING] * 8))
def test_an_event_is_one_or_says_why_not(columns: tuple[object, ...]) -> None:
    """By hand and as a record, of whatever."""
    answered(Event, *columns)
    answered(Event, "T-1", AT, *columns[2:])
    answered(Event.from_record, dict(zip(("ticket", "at", "event", "actor", "channel", "data", "x", 7), columns)))
    answered(Event.from_record, columns[0])


@given(ANYTHING, ANYTHING)
@example(SUBMIT, None)
def test_an_engine_answers_whatever_it_is_given(engine: Engine, one: object, other: object) -> None:
    """Ticket, event, accounts and instants of any kind."""
    ticket = opened(engine)
    answered(engine.apply, None, one)
    answered(engine.apply, one, SUBMIT, other)
    answered(engine.apply, ticket, SUBMIT, one)
    answered(engine.apply, one, other)
    answered(engine.due, one)
    answered(engine.pass_time, one, other)
    answered(engine.pass_time, ticket, one)
    answered(engine.accounts, one)
    answered(engine.pass_accounts_time, one, other)
    answered(engine.pass_accounts_time, engine.accounts("acme"), one)


@given(ANYTHING, ANYTHING)
def test_values_are_made_of_what_they_can_be(base: Policy, one: object, other: object) -> None:
    """Engines, accounts and contracts of any kind of thing."""
    answered(Engine, one)
    answered(Engine, base, one)
    answered(Engine, base, language=one)
    answered(Accounts, one, other)
    answered(Accounts, "acme", other)
    answered(lambda: Accounts("acme").balance(one))  # type: ignore[arg-type]  # which is the point
    answered(lambda: Accounts("acme").correcting(one, other))  # type: ignore[arg-type]  # likewise
    answered(Contracts, one)
    answered(lambda: Engine(base, Contracts(one)))  # type: ignore[arg-type]  # likewise


@given(ANYTHING, ANYTHING)
def test_what_reads_answers_too(base: Policy, one: object, other: object) -> None:
    """Policies, contracts, scenarios and histories of any kind."""
    if not isinstance(one, str) or one != "base":
        answered(load_policy, one)
        answered(outcomes, one)
    answered(load_contracts, one, base)
    answered(load_contracts, one, other)
    for run in (replay, work_queue):
        answered(run, one, [SUBMIT])
        answered(run, base, one)
        answered(run, base, [one, SUBMIT])
        answered(run, base, [SUBMIT], one)
        answered(run, base, [SUBMIT], contracts=one)
    answered(replay, base, [SUBMIT], as_of=one)
    answered(replay, base, [SUBMIT], language=one)
    answered(replay, base, [Event("T-1", AT, "submit", "customer", data={"severity": one, "x": other})], journal=True)
    answered(explain, base, [SUBMIT], one)
    answered(explain, base, [one], "T-1", other)
    answered(explain, base, [SUBMIT], "T-1", as_of=one, language=other)
    answered(statements, base, [SUBMIT], one, since=other)


@given(ANYTHING, ANYTHING)
def test_calendars_answer_too(one: object, other: object) -> None:
    """Documents, instants and numbers of any kind."""
    always = Calendar.always()
    answered(Calendar.from_document, one)
    answered(Calendar.from_document, {"zone": one, "weekly": other})
    answered(Calendar.from_document, {"zone": "Etc/UTC", "weekly": {"mon": one}, "closed": other, "special": one})
    answered(Calendar.from_document, {"zone": "Etc/UTC", "weekly": {"mon": ["09:00-17:00"]}, "holidays": one})
    answered(Calendar.always, one)
    for method in (always.is_open, always.next_opening, always.previous_closing):
        answered(method, one)
    for method_of_two in (always.between, always.intervals, always.skipped, always.add):
        answered(method_of_two, one, other)
        answered(method_of_two, AT, other)
    answered(always.add_business_days, AT, one, other)
    answered(always.add_business_days, AT, one, "dates")
