"""Path scenarios: for each path that tickets took, the first of them told as a story, with the end that it has.

What comes of it is the engine's answer, so that every scenario passes; whoever changes the policy sees in them which
of the tickets that really were would be treated otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.replay.replay import Replay
from upheld.core.time.instant import text_of
from upheld.drafting.observed import Path, moves_of
from upheld.drafting.policy_text import PolicyDraft
from upheld.engine import Engine
from upheld.history.draft.draft_text import scalar

LONGEST_NAME = 300
"""Characters of a path in the name of its scenario; a line has 500."""


@dataclass(frozen=True, slots=True)
class PathScenarios:
    """The scenarios of a draft.

    Attributes:
        text: The document, ``""`` where there is none.
        paths, tickets: How many are told, and how many tickets took these.
        of_paths, of_tickets: Of how many that have no move which was left out.
        seen: How many paths there are in all.
    """

    text: str
    paths: int
    tickets: int
    of_paths: int
    of_tickets: int
    seen: int


def path_scenarios(draft: PolicyDraft, policy: Policy, most: int) -> PathScenarios:
    """The scenarios of the paths that most tickets took."""
    found, moves = draft.found, draft.lifecycle.moves
    whole = [path for path in found.paths if all(move in moves for move in moves_of(path))]
    whole.sort(key=lambda path: (-found.paths[path], path))
    told = whole[:most]
    lines = ["# yaml-language-server: $schema=../.upheld/scenario.schema.json"]
    lines.append(
        "# For each path that tickets took, the first of them by its id, as it was; actors without their names."
    )
    names: set[str] = set()
    engine = Engine(policy)
    for path in told:
        lines += _scenario(draft, engine, path, names)
    tickets = [sum(found.paths[path] for path in paths) for paths in (told, whole)]
    text = "\n".join(lines) + "\n" if told else ""
    return PathScenarios(text, len(told), tickets[0], len(whole), tickets[1], len(found.paths))


def _scenario(draft: PolicyDraft, engine: Engine, path: Path, names: set[str]) -> Iterator[str]:
    _, records = draft.found.examples[path]
    events = [*_events(draft, engine.policy, path, records)]
    run = Replay(engine)
    run.take_all(events)
    (verdict,) = run.verdicts()
    assert not verdict["refused"], f"the path {path} is no way through the draft: {verdict['refused']}"
    tickets = draft.found.paths[path]
    route = " → ".join(path)
    name = route if len(route) <= LONGEST_NAME else f"{route[:LONGEST_NAME]} … ({len(path)} states)"
    while name in names:
        name += " again"
    names.add(name)
    yield f"- name: {scalar(name)}"
    yield f"  says: taken by {tickets} ticket{'' if tickets == 1 else 's'}"
    yield "  events:"
    for event in events:
        more = f", channel: {scalar(event.channel)}" if event.channel else ""
        if event.data:
            more += f", data: {{severity: {scalar(str(event.data['severity']))}}}"
        yield f"    - {{at: {text_of(event.at_s)}, event: {event.event}, actor: {event.actor}{more}}}"
    yield "  expect:"
    yield f"    state: {scalar(path[-1])}"
    clocks = [f"{each['id']}: {{status: {each['status']}}}" for each in verdict["commitments"]]
    if clocks:
        yield f"    clocks: {{{', '.join(clocks)}}}"
    yield f"    assumes: [{', '.join(_assumes(clocks))}]"


def _assumes(clocks: Sequence[str]) -> tuple[str, ...]:
    """What such a story rests on."""
    return ("seen", "times-kept") if clocks else ("seen",)


def _events(draft: PolicyDraft, policy: Policy, path: Path, records: Sequence[Event]) -> Iterator[Event]:
    """The commands that would have led a ticket the same way."""
    degrees = {each.id for each in policy.severities}
    for move, record in zip(moves_of(path), records):
        name = draft.event(move)
        by = policy.events[name].by
        role = record.role if record.role in by else by[0]
        needs = policy.roles[role].needs_channel and policy.channels
        channel = (
            record.channel if record.channel in policy.channels else next(iter(policy.channels), "") if needs else ""
        )
        severity = record.data.get("severity")
        data = {"severity": severity} if move[0] is None and severity in degrees else {}
        yield Event("T-1", record.at, name, role, channel, "", data)
