"""Contact: by which ways requests come in, what they have to say, and under which contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from upheld.core.condition.domain import Boolean, Many, OneOf, Text
from upheld.core.condition.ordered import Integer
from upheld.core.policy.event_type import EventType, Fact, Field
from upheld.core.policy.rule import Channel
from upheld.show.page.blocks import Block, Line, Paragraph, bullets, line, section, strong, table
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View


def contact(view: View) -> Iterator[Block]:
    """The channels, and what to say."""
    yield from section(view.say("contact"), _channels(view))
    yield from section(view.say("what-to-say"), _forms(view))


def contracts(view: View) -> Iterator[Block]:
    """The kinds of contract that a customer may hold."""
    yield from section(view.say("contracts"), bullets(_contracts(view)))


def _channels(view: View) -> Iterator[Block]:
    channels = view.policy.channels.values()
    if channels:
        head = tuple(view.say(key) for key in ("channel", "takes", "open", "references"))
        yield table(head, [_channel(view, channel) for channel in channels])
    notes = [_otherwise(view, channel) for channel in channels if channel.message]
    exempt = [role for role in view.policy.roles.values() if role.side == "customer" and not role.needs_channel]
    notes += [line(view.say("no-channel", role=view.locale.quoted(view.naming.name(role))), role) for role in exempt]
    yield from bullets(notes)


def _channel(view: View, channel: Channel) -> tuple[Line, ...]:
    if channel.accepts is not None:
        takes = view.say("only", what=view.naming.events(channel.accepts, "and"))
    elif channel.refuses:
        takes = view.say("all-but", what=view.naming.events(channel.refuses, "and"))
    else:
        takes = view.say("everything")
    hours = view.say("at-any-time")
    if channel.during:
        hours = view.say("during", calendar=view.locale.quoted(view.naming.calendar(channel.during)))
    hours += view.only_when(channel.when)
    return (line(strong(view.naming.name(channel))), line(takes), line(hours), line(channel))


def _otherwise(view: View, channel: Channel) -> Line:
    return view.named(view.naming.name(channel), view.say("otherwise-told", message=view.quote(channel.message)))


def _forms(view: View) -> Iterator[Block]:
    """What a customer gives when opening a ticket, and with what else a customer may do."""
    openers = dict.fromkeys(event for move in view.policy.transitions if move.opens for event in move.on)
    asked = [
        each for each in view.policy.events.values() if each.fields and any(_is_customers(view, by) for by in each.by)
    ]
    told: dict[str, str] = {}
    for event in (each for each in asked if each.id in openers):
        yield Paragraph(line(view.say("gives", event=view.locale.quoted(view.naming.name(event))), event))
        yield from bullets(_field(view, event, field) for field in event.fields.values())
        told |= {
            field.id: told_kind(view, Subjects(view.naming, (event.id,)), field) for field in event.fields.values()
        }
    later = [_further(view, event, told) for event in asked if event.id not in openers]
    if later and told:
        yield Paragraph(line(view.say("gives-later")))
    yield from bullets(later)


def _further(view: View, event: EventType, told: Mapping[str, str]) -> Line:
    """All that an event asks for in one line; what a field may hold is not said again."""
    subjects, fields = Subjects(view.naming, (event.id,)), []
    for field in event.fields.values():
        kind = told_kind(view, subjects, field)
        kind = view.say("takes-value", kind=kind) if kind and told.get(field.id) != kind else ""
        needed = view.say("required") if field.required else ""
        fields.append(f"{subjects.name(f'event.{field.id}')}{needed}{kind}")
    return view.named(view.naming.name(event), view.say("then").join(fields), event)


def _is_customers(view: View, role: str) -> bool:
    return role in view.policy.roles and view.policy.roles[role].side == "customer"


def _field(view: View, event: EventType, field: Field) -> Line:
    subjects = Subjects(view.naming, (event.id,))
    name = subjects.name(f"event.{field.id}")
    needed = view.say("required") if field.required else ""
    usual = ""
    if field.default is not None:
        usual = view.say("unless-given", value=subjects.value(f"event.{field.id}", field.default))
    kind = told_kind(view, subjects, field)
    told = view.say("takes-value", kind=kind) if kind else ""
    return line(strong(name), needed, told, usual, field)


def told_kind(view: View, subjects: Subjects, field: Fact | Field) -> str:
    """What a field or a fact may hold; nothing is said of free text."""
    name = f"event.{field.id}" if isinstance(field, Field) else field.id
    domain = field.domain.of if isinstance(field.domain, Many) else field.domain
    if isinstance(domain, OneOf):
        values = [subjects.value(name, value) for value in domain.values]
        if isinstance(field.domain, Many):
            return view.say("several-of", values=", ".join(values))
        return view.locale.listed(values, "or")
    if isinstance(domain, Text):
        return ""
    if isinstance(domain, Boolean):
        return view.say("yes-or-no")
    kind = view.say(f"kind.{type(domain).__name__.lower()}")
    if isinstance(domain, Integer):
        if domain.low is not None:
            kind += view.say("from-number", number=view.locale.number(domain.low))
        if domain.high is not None:
            kind += view.say("to-number", number=view.locale.number(domain.high))
    return kind + (f" ({field.unit})" if field.unit else "")


def _contracts(view: View) -> Iterator[Line]:
    for contract in view.policy.contracts.values():
        says = []
        if contract.attributes:
            names = [view.naming.name(attribute) for attribute in contract.attributes.values()]
            says.append(view.say("contract-says", names=view.locale.listed(names)))
        if contract.overrides:
            names = [view.naming.among(view.policy.parameters, each) for each in contract.overrides]
            says.append(view.say("contract-sets", names=view.naming.quoted(names, "and")))
        name = view.naming.name(contract)
        yield view.named(name, view.say("then").join(says), contract) if says else line(strong(name), contract)
