"""Texts of effects as columns: filled in once everything is decided, and yet as the engine tells them."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from bulk.noise import noisy
from bulk.test_columns import Record, differences
from small_desk import policy_of

from upheld import Event
from upheld.bulk.automaton.steps import Steps
from upheld.bulk.keys.placeholders import Placeholder, filled, is_placeholder, placeholders_in
from upheld.bulk.keys.records import records_of
from upheld.bulk.reading.history_table import batch_of, history_table
from upheld.engine import Engine
from upheld.loader.contracts import contracts_from

DESK = """
upheld: 1
policy: telling
version: 1.0.0
zone: Europe/Paris
vendor: {name: Telling, language: en}
sources: {terms: {title: Terms}}
clauses: {T-1: {says: everything}}
facts:
  type:
    one-of: {question: {en: a question, fr: une question}, fault: {en: a fault, fr: un défaut}}
    clauses: [T-1]
  urgent: {boolean: true, default: false}
calendars:
  office: {zone: Europe/Paris, weekly: {mon-fri: ["09:00-17:00"]}, clauses: [T-1]}
contracts:
  gold: {clauses: [T-1]}
roles: {customer: {}, agent: {}}
severities: [{id: high, clauses: [T-1]}, {id: low, clauses: [T-1]}]
channels:
  portal: {accepts: all, clauses: [T-1]}
  phone: {accepts: all, clauses: [T-1]}
states:
  open: {core: qualified}
  asked: {core: qualified, waits-for: customer}
  closed: {core: closed}
events:
  submit:
    by: [customer, agent]
    data: {type: {required: true}, severity: {}, subject: {text: true, clauses: [T-1]}}
    sets: {type: event.type, severity: event.severity}
    effects:
    - kind: notify
      to: agent
      about: {en: "{customer} by {channel}: {type} ({event.type}), {event.subject}, of {record.customer}",
              fr: "{customer} par {channel} : {type} ({event.type}), {event.subject}, de {record.customer}"}
    clauses: [T-1]
  greet: {by: [customer, agent], ticket: not-needed, effects: [{kind: notify, to: agent,
          about: "hello {customer} {record.customer} {record.channel} {actor}"}], clauses: [T-1]}
  set-severity:
    by: agent
    data: {severity: {required: true}, urgent: {default: true}}
    sets: {severity: event.severity, urgent: event.urgent}
    effects: [{kind: notify, to: customer, about: "{severity} not {before.severity}, {event.urgent} by {actor-id}"}]
    clauses: [T-1]
  ask: {by: agent, data: {subject: {text: true}}, clauses: [T-1]}
  answer: {by: customer, data: {subject: {text: true}}, clauses: [T-1]}
  close: {by: [agent, customer], clauses: [T-1]}
transitions:
- {id: opening, on: submit, opens: true, to: open, clauses: [T-1]}
- id: asking
  on: ask
  from: open
  to: asked
  effects: [{kind: notify, to: customer, about: {en: "{actor}: {event.subject}", fr: "{actor} : {event.subject}"}}]
  clauses: [T-1]
- {id: answering, on: answer, from: asked, to: open, clauses: [T-1]}
- {id: closing, on: close, from: [open, asked], to: closed, clauses: [T-1]}
rules:
- {id: hasty, on: close, flag: always, effects: [{kind: notify, to: agent, about: "{record.channel} {customer}"}],
   clauses: [T-1]}
timers:
- {id: remind, in: asked, after: 8h, calendar: office, clauses: [T-1],
   effects: [{kind: notify, to: customer, about: "{customer}, you wrote by {channel}: {type}"}]}
commitments:
- {id: answered, start: {on: submit}, stop: {on: ask}, calendar: office, within: 4h, clauses: [T-1]}
"""
SUBJECTS = ("", "it broke", "l’été", "{customer}", "a\tb", "x" * 300)
EVENTS = ("greet", "set-severity", "ask", "answer", "close", "ask", "answer")


def engine(language: str, customers: int) -> Engine:
    policy = policy_of(DESK)
    signed = {f"c{each}": {"contracts": [{"kind": "gold"}]} for each in range(customers)}
    return Engine(policy, contracts_from({"customers": signed}, policy), language=language)


def record(ticket: int, at: datetime, event: str, customer: str, chance: random.Random) -> Record:
    data: dict[str, Any] = {}
    if event in ("submit", "ask", "answer"):
        data["subject"] = chance.choice(SUBJECTS)
    if event == "submit":
        data["type"] = chance.choice(("question", "fault"))
    if event == "set-severity":
        data["severity"] = chance.choice(("high", "low"))
    by = "customer" if event in ("submit", "answer") else "agent"
    return {
        "ticket": f"t{ticket}",
        "at": at.isoformat(),
        "event": event,
        "actor": f"{by}:{chance.choice('abc')}",
        "channel": chance.choice(("portal", "phone")),
        "customer": customer,
        "data": {name: held for name, held in data.items() if held != ""},
    }


def history(tickets: int, customers: int) -> list[Record]:
    """The same tickets, whosever they are."""
    found = []
    for ticket in range(tickets):
        chance, whose = random.Random(ticket), f"c{ticket % customers}"
        at = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=1))) + timedelta(minutes=ticket)
        found.append(record(ticket, at, "submit", whose, chance))
        for event in chance.choices(EVENTS, k=6):
            at += timedelta(hours=chance.choice((1, 30)))
            found.append(record(ticket, at, event, whose if chance.random() < 0.7 else "", chance))
    return found


@pytest.mark.parametrize("language", ("en", "fr"))
def test_texts_are_those_of_the_engine(language: str) -> None:
    """Customers, channels, actors, fields with labels and without, facts; on events, transitions, rules and timers."""
    found, fallbacks = differences(engine(language, 8), history(80, 8))

    assert ([], {}) == (found, dict(fallbacks))


@pytest.mark.parametrize("seed", (1, 2, 3))
def test_texts_are_those_of_the_engine_where_records_are_spoilt(seed: int) -> None:
    """Before the ticket is opened, of other customers than the ticket's, with data that are wrong."""
    desk = engine("fr", 8)

    assert [] == differences(desk, noisy(history(80, 8), [*desk.policy.events], seed))[0]


def test_customers_multiply_nothing() -> None:
    """The engine is asked as often about tickets of one customer as about those of many."""
    asked = []
    for customers in (1, 60):
        records = [Event.from_record(each) for each in history(240, customers)]
        steps = Steps(engine("en", 60), records_of(history_table([batch_of(records)])))
        steps.walk()
        asked.append((steps.asking.asked, len(steps.statuses)))

    assert asked[0] == asked[1]


def test_a_text_is_told_with_its_holes_filled() -> None:
    """Each by its name and its language; whatever else stands in it stays."""
    text = "a {b} \0customer en\0, \0event.subject \0, \0customer en\0"

    assert (Placeholder("customer", "en"), Placeholder("event.subject", "")) == placeholders_in(text)
    assert "a {b} <customer en>, <event.subject >, <customer en>" == filled(text, lambda *held: f"<{' '.join(held)}>")
    assert ["customer", "event.x"] == [
        each for each in ("customer", "state", "event.x", "before.x") if is_placeholder(each)
    ]
