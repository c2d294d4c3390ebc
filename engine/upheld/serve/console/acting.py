"""Acting: what a reader may do of a ticket now, as forms, and what was filled in, as an event.

What a role may do in a state the engine's plan says; whether it is then accepted, and which clause stands against it,
is the desk's answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from upheld.core.condition.domain import Boolean, Domain, Many, OneOf, Text, shown
from upheld.core.condition.ordered import Date, Instant, Integer
from upheld.core.policy.event_type import Field as Declared
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.engine import Engine
from upheld.serve.console.contexts import Field, Form, Option
from upheld.serve.console.visit import Visit
from upheld.serve.problems import Problem
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View

DATA = "data."
"""Begins the names of what goes into an event's data."""

Given = Mapping[str, Sequence[str]]
"""What came of a form: the texts of each name, in the order in which they stood there."""


def roles_of(visit: Visit, engine: Engine) -> tuple[str, ...]:
    """The roles in which a reader acts, in the policy's order."""
    return tuple(role for role in engine.policy.roles if visit.known.acts_as(role))


def opening_events(visit: Visit) -> tuple[str, ...]:
    """The events by which a reader may open a ticket."""
    return _able(visit, visit.desk.engine(), None)


def _able(visit: Visit, engine: Engine, state: str | None) -> tuple[str, ...]:
    found = {event for role in roles_of(visit, engine) for event in engine.plan.open_to(role, state)}
    return tuple(name for name in engine.policy.events if name in found)


def forms(
    visit: Visit, view: View, engine: Engine, ticket: str, standing: Standing | None, filled: Given | None = None
) -> tuple[Form, ...]:
    """A form for each event that the reader may submit now; of no ticket, for those that open one.

    Args:
        filled: What was filled in and did not come to anything, which stands in its form again.
    """
    state = None if standing is None else standing.state
    names = _able(visit, engine, state)
    made = tuple(
        Form(
            id=f"act-{number}",
            event=name,
            says=view.naming.event(name),
            ticket=ticket,
            key=secrets.token_urlsafe(12),
            fields=tuple(_fields(visit, view, engine, name, ticket, standing)),
            open=len(names) == 1 and standing is None,
        )
        for number, name in enumerate(names, 1)
    )
    return made if filled is None else tuple(_filled(each, filled) for each in made)


def _filled(form: Form, given: Given) -> Form:
    if form.event != _one(given, "event"):
        return form
    return replace(form, fields=tuple(_put_back(each, given.get(each.name, ())) for each in form.fields), open=True)


def _put_back(field: Field, texts: Sequence[str]) -> Field:
    if field.kind == "fixed":
        return field
    if field.options:
        return replace(field, options=tuple(replace(each, chosen=each.value in texts) for each in field.options))
    return replace(field, value=", ".join(texts))


def given_of(event: Event) -> Given:
    """What was filled in, of an event that was made of it."""
    given: dict[str, Sequence[str]] = {
        "event": [event.event],
        "ticket": [event.ticket],
        "role": [event.actor.partition(":")[0]],
        "channel": [event.channel],
        "customer": [event.customer],
    }
    for name, value in event.data.items():
        given[DATA + name] = [_text(each) for each in (value if isinstance(value, list | tuple) else [value])]
    return given


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _fields(
    visit: Visit, view: View, engine: Engine, event: str, ticket: str, standing: Standing | None
) -> Iterator[Field]:
    state, policy = None if standing is None else standing.state, engine.policy
    roles = [each for each in roles_of(visit, engine) if event in engine.plan.open_to(each, state)]
    if not ticket:
        yield Field(f"{event}-ticket", "ticket", view.say("queue.ticket"), "text", required=True)
    if len(roles) == 1:
        yield Field("", "role", "", "fixed", value=roles[0])
    else:
        options = tuple(Option(each, view.naming.role(each)) for each in roles)
        yield Field(f"{event}-role", "role", visit.say("console.as"), "choice", required=True, options=options)
    if standing is None and not visit.known.customer:
        yield Field(f"{event}-customer", "customer", view.say("customer"), "text")
    plan = engine.plan.events[event]
    if policy.channels and plan.asks_channel.intersection(roles):
        required = plan.asks_channel.issuperset(roles)
        options = tuple(Option(each, view.naming.channel(each)) for each in policy.channels)
        options = options if required else (Option("", view.say("none-promised")), *options)
        yield Field(f"{event}-channel", "channel", view.say("channel"), "choice", required=required, options=options)
    subjects = Subjects(view.naming, (event,))
    for name, each in policy.events[event].fields.items():
        yield _field(visit, view, f"{event}-{name}", name, subjects.name(f"event.{name}"), each, subjects)


def _field(visit: Visit, view: View, id: str, name: str, says: str, declared: Declared, subjects: Subjects) -> Field:
    domain, default = declared.domain, declared.default
    value = "" if default is None else shown(domain, default)
    told = f"{says} ({declared.unit})" if declared.unit else says
    element = domain.of if isinstance(domain, Many) else domain
    options = tuple(
        Option(each, subjects.value(f"event.{name}", _scalar(element, each)), each == value) for each in _words(element)
    )
    if isinstance(domain, Many) and options:
        return Field(id, DATA + name, told, "many", declared.required, options=options)
    if options:
        blank = () if declared.required and value else (Option("", view.say("none-promised")),)
        return Field(id, DATA + name, told, "choice", declared.required, options=(*blank, *options))
    if isinstance(domain, Integer):
        low, high = ("" if each is None else str(each) for each in (domain.low, domain.high))
        return Field(id, DATA + name, told, "number", declared.required, value, low=low, high=high)
    if isinstance(domain, Date):
        return Field(id, DATA + name, told, "date", declared.required, value)
    note = "" if isinstance(element, Text) else _note(visit, domain, element)
    return Field(id, DATA + name, told, "text", declared.required, value, note)


def _note(visit: Visit, domain: Domain, element: Domain) -> str:
    if isinstance(element, Instant):
        return visit.say("console.instant")
    return visit.say("console.several") if isinstance(domain, Many) else ""


def _words(domain: Domain) -> tuple[str, ...]:
    if isinstance(domain, Boolean):
        return "true", "false"
    return domain.values if isinstance(domain, OneOf) else ()


def _scalar(domain: Domain, word: str) -> str | bool:
    return word == "true" if isinstance(domain, Boolean) else word


def event_of(visit: Visit, engine: Engine, given: Given) -> Event:
    """What was filled in, as an event of this reader at this instant.

    Raises: Problem for a role in which the reader does not act; RecordError for what cannot be a record.
    """
    role, name = _one(given, "role"), _one(given, "event")
    if role not in roles_of(visit, engine):
        raise Problem("forbidden")
    declared = engine.policy.events.get(name)
    data: dict[str, object] = {}
    for key, texts in given.items():
        if key.startswith(DATA) and any(texts):
            field = None if declared is None else declared.fields.get(key.removeprefix(DATA))
            data[key.removeprefix(DATA)] = _value(field, [each for each in texts if each])
    return Event(
        ticket=_one(given, "ticket").strip(),
        at=visit.at.replace(microsecond=0),
        event=name,
        actor=f"{role}:{visit.called}" if visit.called else role,
        channel=_one(given, "channel"),
        customer=visit.known.customer or _one(given, "customer").strip(),
        data=data,
    )


def _value(field: Declared | None, texts: Sequence[str]) -> object:
    """A field as records have it: what its domain cannot read is left for the engine to refuse."""
    domain = None if field is None else field.domain
    if isinstance(domain, Many):
        several = texts if isinstance(domain.of, OneOf) else texts[0].split(",")
        return [_read(domain.of, each.strip()) for each in several]
    return _read(domain, texts[0].strip())


def _read(domain: Domain | None, text: str) -> object:
    if isinstance(domain, Boolean):
        return {"true": True, "false": False}.get(text, text)
    if isinstance(domain, Integer) and text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 19:
        return int(text)
    return text


def _one(given: Given, name: str) -> str:
    return next(iter(given.get(name, ())), "")
