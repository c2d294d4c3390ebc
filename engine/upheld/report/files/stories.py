"""Stories of tickets for programs: everything that the page of `upheld explain` tells, as data.

Instants are UTC with ``Z``, lengths of time whole seconds, amounts minor units. What
rests on a clause or an assumption names it; what each says stands once, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from upheld.core.billing.state import ChargeRow
from upheld.core.clocks.state import NO_MARK
from upheld.core.clocks.story import ClockStory, Standstill, Waiting
from upheld.core.condition.domain import Domain, Held, Many
from upheld.core.condition.ordered import Instant
from upheld.core.decision.decision import AskedEffect, Decision, Move
from upheld.core.lifecycle.explanation import where
from upheld.core.lifecycle.plan import fact_domains
from upheld.core.policy.commitment import Mark, Trigger
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Grounds
from upheld.core.record.event import Event
from upheld.core.record.json_text import json_text
from upheld.core.record.message import percent, spoken
from upheld.core.record.reason import Reason, Told
from upheld.core.story.episode import ChangedFact, ClockTurn, Episode, Omission
from upheld.core.story.ticket_story import TicketStory
from upheld.core.time.instant import seconds_of, text_of

Document = dict[str, Any]


def as_json(story: TicketStory, language: str, commitment: str = "") -> str:
    """The story; ``commitment`` leaves only the clocks of this one, ``""`` all of them."""
    return json_text(as_document(story, language, commitment), indent=2) + "\n"


def as_document(story: TicketStory, language: str, commitment: str = "") -> Document:
    """The same, ready for JSON. Raises: ArgumentError for a language that there is not."""
    spoken(language)
    policy, standing = story.policy, story.standing
    clocks = (each for each in story.clocks if commitment in ("", each.row.commitment.id))
    waiting = (each for each in story.waiting if commitment in ("", each.commitment.id))
    owed = [each for each in story.bookings if commitment in ("", each.breach.commitment)]
    document: Document = {
        "ticket": story.ticket,
        "policy": {"id": policy.id, "version": policy.version, "digest": policy.digest, "status": policy.status},
        "zone": policy.zone,
        "as_of": _instant(story.as_of_s),
        "audit": story.audit,
        "customer": (standing.customer if standing else "") or None,
        "state": standing.state if standing else None,
        "core_state": standing.core if standing else None,
        "facts": {} if standing is None else _facts(policy, standing.facts),
        "later_records": story.later,
        "episodes": [_episode(policy, each, language) for each in story.episodes],
        "clocks": [_clock(each) for each in clocks],
        **({"remedies": [each.as_document() for each in owed]} if policy.remedies else {}),
        "pending": [_waiting(each) for each in waiting],
        "not_promised": [_absent(policy, each) for each in story.absent if commitment in ("", each.commitment.id)],
    }
    assumed = {*story.assumptions, *_named(document, "assumptions")}
    cited = {*story.clauses, *_named(document, "clauses")}
    cited.update(clause for name in assumed for clause in policy.assumptions[name].of)
    document["clauses"] = {name: each.says.text(language) for name, each in policy.clauses.items() if name in cited}
    document["assumptions"] = {
        name: each.says.text(language) for name, each in policy.assumptions.items() if name in assumed
    }
    return document


def decision_document(policy: Policy, event: Event, decision: Decision, seq: int, language: str) -> Document:
    """What became of one record, in the shapes of an episode. Args: seq: the record's number on its ticket."""
    refusal = decision.refusal
    return {
        "refusal": None if refusal is None else _told(refusal, language),
        "flags": [_told(flag, language) for flag in decision.flags],
        "moves": [_move(move) for move in decision.moves],
        "charges": [_charge(charge, seq) for charge in decision.charges],
        "effects": [_effect(effect) for effect in decision.effects],
        "why": [_reason(policy, why, event) for why in decision.reasons],
        "why_not": [_reason(policy, why, event) for why in decision.against],
    }


def _named(part: object, key: str) -> Iterator[str]:
    """Everything that stands in a list called ``key``, at whatever depth; not what data and facts hold."""
    if isinstance(part, list):
        for each in part:
            yield from _named(each, key)
    elif isinstance(part, dict):
        for name, each in part.items():
            if name == key:
                yield from each
            elif name != "data" and (name != "facts" or isinstance(each, list)):
                yield from _named(each, key)


def _episode(policy: Policy, each: Episode, language: str) -> Document:
    event = each.event
    row: Document = {"seq": each.seq, "at": text_of(each.at_s), "timer": each.timer.id if each.timer else None}
    if event is not None:
        row |= {"event": event.event or None, "state": event.state or None, "actor": event.actor or None}
        row |= {"channel": event.channel or None, "customer": event.customer or None, "data": dict(event.data)}
    row |= {"accepted": each.refusal is None, "opens": each.opens}
    row["refusal"] = None if each.refusal is None else _told(each.refusal, language)
    row["flags"] = [_told(flag, language) for flag in each.flags]
    row["moves"] = [_move(move) for move in each.moves]
    row["facts"] = [_fact(policy, fact) for fact in each.facts]
    row["level"] = each.level
    row["clocks"] = [_turn(turn) for turn in each.turns]
    row["charges"] = [_charge(charge, each.seq) for charge in each.charges]
    row["effects"] = [_effect(effect) for effect in each.effects]
    row["waits"] = [{"timer": name, "due_at": text_of(due_s)} for due_s, name in each.waits]
    row["timers"] = [
        {"id": run.timer, "due_at": text_of(seconds_of(run.due_at)), "observed_at": _when(run.observed_at)}
        for run in each.runs
    ]
    row["why"] = [_reason(policy, why, event) for why in each.reasons]
    row["why_not"] = [_reason(policy, why, event) for why in each.against]
    return row


def _told(told: Told, language: str) -> Document:
    row = {"code": told.code, "rule": told.rule, "message": told.text(language)}
    return row | _cites(told.clauses, told.assumptions)


def _move(move: Move) -> Document:
    row: Document = {"from": move.origin, "to": move.state, "transition": move.transition, "timer": move.timer}
    row |= {"conforms": move.conforms, "possible": list(move.possible)}
    return row | _cites(move.clauses, move.assumptions)


def _fact(policy: Policy, fact: ChangedFact) -> Document:
    domain = fact_domains(policy).get(fact.name)
    row: Document = {"name": fact.name, "before": _held(fact.before, domain), "value": _held(fact.held, domain)}
    return row | (_grounds(fact.case) if fact.case is not None else _cites((), ()) | {"where": None})


def _turn(turn: ClockTurn) -> Document:
    row: Document = {"what": turn.what, "at": text_of(turn.at_s), "commitment": turn.commitment.id, "cycle": turn.cycle}
    mark = None if turn.mark == NO_MARK else turn.commitment.mark(turn.mark)
    row["mark"] = None if mark is None else mark.kind
    row["share"] = percent(mark.share) if mark is not None and mark.kind == "used" else None
    row["length_s"] = _length_s(mark)
    row["status"] = turn.row.status if turn.row else None
    row["due_at"] = _instant(turn.row.due_s) if turn.row else None
    return row | _cites(turn.commitment.clauses, turn.commitment.assumes)


def _length_s(mark: Mark | None) -> int | None:
    """How long before or after due a mark lies, where that is no number of business days."""
    if mark is None or mark.length is None or not mark.length.has_seconds:
        return None
    return mark.length.seconds * max(mark.times, 1)


def _charge(charge: ChargeRow, seq: int | None) -> Document:
    return {**charge.as_document(seq), "raw": charge.raw, "overdrawn": charge.overdrawn}


def _effect(effect: AskedEffect) -> Document:
    row: Document = {"at": _when(effect.at), "kind": effect.kind, "to": effect.to or None, "about": effect.about}
    row |= {"count": effect.count, "commitment": effect.commitment, "cycle": effect.cycle}
    return row | _cites(effect.clauses, effect.assumptions)


def _reason(policy: Policy, why: Reason, event: Event | None) -> Document:
    row: Document = {"kind": why.kind, "id": why.id, "holds": why.holds}
    row["facts"] = {name: _held(held, _domain(policy, name, event)) for name, held in why.facts}
    return row | _cites(why.clauses, why.assumptions) | {"where": why.where or None}


def _clock(each: ClockStory) -> Document:
    row = each.row.as_document()
    row |= {"label": each.row.commitment.label.text("en") or None, "calendar": each.row.calendar}
    row["counting_from"] = text_of(each.counting_s)
    row["began_by"] = None if each.began is None else _trigger(each.began)
    row["ended"] = _end(each)
    row["allowed"] = {
        "case": _grounds(each.case),
        "parameter": each.parameter.id if each.parameter else None,
        "column": each.column,
        "row_from": str(each.table.since) if each.table else None,
        "own_contract": each.parameter is not None and each.table is None,
    }
    row["due"] = {
        "unpaused_at": _instant(each.unpaused_due_s),
        "because": each.because or None,
        "day": str(each.day) if each.day else None,
        "moved_by_pauses_s": each.moved_s,
    }
    row["intervals"] = [{"what": part.what, **_span(part.from_s, part.until_s)} for part in each.parts]
    row["ahead"] = [_span(from_s, until_s) for from_s, until_s in each.ahead]
    row["pauses"] = [_pause(pause) for pause in each.standstills]
    row["skipped"] = [{"date": str(day), "name": name} for day, name in each.skipped]
    row["excuses"] = [
        {"excuse": declared.excuse.id, **_span(declared.from_s, declared.until_s), **_grounds(declared.excuse)}
        for declared in each.excuses
    ]
    return row


def _end(each: ClockStory) -> Document | None:
    if each.end is None:
        return None
    row: Document = {"how": each.end.how, "at": text_of(each.end.at_s), "recorded_at": text_of(each.end.seen_s)}
    return row | {"by": None if each.ended is None else _trigger(each.ended)}


def _pause(pause: Standstill) -> Document:
    row = _span(pause.from_s, pause.until_s)
    row["states"] = list(pause.pause.states) if pause.pause else []
    row["began_by"] = _trigger(pause.began) if pause.began else None
    row["ended_by"] = _trigger(pause.ended) if pause.ended else None
    return row | (_grounds(pause.pause) if pause.pause else {"reopening": True})


def _waiting(each: Waiting) -> Document:
    start = text_of(each.start_s)
    return {"id": each.commitment.id, "cycle": each.cycle, "started_at": start, "awaits": list(each.awaits)}


def _absent(policy: Policy, each: Omission) -> Document:
    row: Document = {"id": each.commitment.id, "seq": each.seq}
    row["facts"] = {name: _held(held, _domain(policy, name, None)) for name, held in each.facts}
    return row | _grounds(each.commitment)


def _trigger(trigger: Trigger) -> Document:
    row: Document = {"on": list(trigger.on), "enters": list(trigger.enters), "leaves": list(trigger.leaves)}
    return row | _grounds(trigger)


def _grounds(part: Grounds) -> Document:
    return _cites(part.clauses, part.assumes) | {"where": where(part)}


def _cites(clauses: Iterable[str], assumptions: Iterable[str]) -> Document:
    return {"clauses": list(clauses), "assumptions": list(assumptions)}


def _span(from_s: int, until_s: int | None) -> Document:
    return {"from": text_of(from_s), "until": _instant(until_s)}


def _instant(at_s: int | None) -> str | None:
    return None if at_s is None else text_of(at_s)


def _when(at: datetime | None) -> str | None:
    return None if at is None else text_of(seconds_of(at))


def _facts(policy: Policy, facts: Mapping[str, Held]) -> Document:
    """The facts that hold something."""
    domains = fact_domains(policy)
    return {name: _held(held, domains.get(name)) for name, held in facts.items() if held is not None}


def _domain(policy: Policy, name: str, event: Event | None) -> Domain | None:
    """What a name of a condition may hold, where that is a fact or a field of the event."""
    family, _, field = name.partition(".")
    if family == "event" and event is not None and event.event in policy.events:
        found = policy.events[event.event].fields.get(field)
        return found.domain if found else None
    return fact_domains(policy).get(name)


def _held(held: Held, domain: Domain | None) -> object:
    """A value as a verdict writes it: a set as a list, an instant as a text."""
    element = domain.of if isinstance(domain, Many) else domain
    values = sorted(held, key=str) if isinstance(held, frozenset) else [held]
    told = [text_of(int(each)) if isinstance(element, Instant) and each is not None else each for each in values]
    return told if isinstance(held, frozenset) else told[0]
