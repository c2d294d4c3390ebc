"""The text of a drafted policy: YAML, with what each line was read from beside it.

Every text of the export is written as `draft_text.scalar` writes it, so that no word of a stranger is anything but a
word; comments have its words between signs that no word can close.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from upheld.core.change.fit import Group
from upheld.core.policy.lifecycle import ENDED
from upheld.core.record.message import percent
from upheld.drafting.holiday_trial import Trial
from upheld.drafting.kept_times import KeptTime
from upheld.drafting.lifecycle import DraftLifecycle
from upheld.drafting.observed import Move, Observed
from upheld.drafting.reading import Vocabulary
from upheld.drafting.skeleton import severity_event
from upheld.drafting.state_words import Names
from upheld.drafting.working_hours import WorkingHours
from upheld.history.draft.draft_text import noted, scalar, shown

ROLES = {"customer": "customer", "agent": "vendor"}
TAKE_UP, RESOLVE = "take-up", "resolve"

WORDS = {
    "customer": "Customer",
    "agent": "Support",
    TAKE_UP: "Taken up",
    RESOLVE: "Resolved",
    "waived": "no more than this is seen in the history",
}
"""What is called how, where nobody says it in another language."""

CORE_BY = {
    "word": "its word says so",
    "stayed": "no word says so; nearly all that came here stayed",
    "moves": "its word says otherwise, and tickets go on from here as only this core may",
    "nothing": "nothing says which core it is",
}


@dataclass(slots=True)
class PolicyDraft:
    """All that a policy is written from.

    Attributes:
        said: Sentences of the assumptions, by id.
        words: What roles and commitments are called, and why a warning is waived.
        tells_actors: Whether a column tells who acted; where none does, all count as support.
        times: ``None`` while they are not known yet: each commitment is then of one hour.
        waived: Warnings that say what the history shows, by code and item.
    """

    id: str
    vendor: str
    language: str
    title: str
    source: str
    zone: str
    zone_note: str
    found: Observed
    names: Vocabulary
    lifecycle: DraftLifecycle
    hours: WorkingHours | None
    hours_note: str
    trial: Trial | None
    share: Fraction
    said: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=lambda: dict(WORDS))
    tells_actors: bool = True
    times: Sequence[KeptTime] | None = None
    waived: tuple[tuple[str, str], ...] = ()

    @property
    def calendar(self) -> str:
        """The calendar that commitments count in."""
        return "hours" if self.hours is not None and not self.hours.is_always else "always"

    @property
    def roles(self) -> list[str]:
        """The roles that made a move; support, where machines alone or nobody did."""
        actors = self.actors().values()
        is_unknown = any(not any(by[role] for role in ROLES) for by in actors)
        seen = [role for role in ROLES if any(by[role] for by in actors)]
        return [role for role in ROLES if role in seen or (is_unknown and role == "agent")]

    @property
    def channels(self) -> list[str]:
        """The channels that some record came in by."""
        return sorted(self.found.channels)

    @property
    def set_severity(self) -> bool:
        """Whether the severity of a ticket changes."""
        return bool(self.names.scale.degrees and self.found.severity_changes)

    def commitments(self) -> list[str]:
        """Those that have a time, or will be given one."""
        possible = []
        if self.waiting_to_begin():
            possible.append(TAKE_UP)
        if self.started():
            possible.append(RESOLVE)
        if self.times is None:
            return possible
        told = {each.id for each in self.times if each.target}
        return [name for name in possible if name in told]

    def waiting_to_begin(self) -> list[str]:
        """The states that tickets are opened in, and taken up from."""
        life = self.lifecycle
        begun = [name for name in life.opening if life.states[name].core == "open"]
        return [name for name in begun if any(life.states[each].core != "open" for each in life.onward(name))]

    def started(self) -> list[str]:
        """The states that tickets are opened in, that are no end, and lead to one."""
        life = self.lifecycle
        begun = [name for name in life.opening if life.states[name].core not in ENDED]
        return [name for name in begun if any(life.states[each].core in ENDED for each in life.onward(name))]

    @staticmethod
    def event(move: Move) -> str:
        """The event of a move."""
        origin, target = move
        return f"opened-as-{target}" if origin is None else f"to-{target}"

    def actors(self) -> dict[str, Counter[str]]:
        """Who made the moves of each event."""
        counted: dict[str, Counter[str]] = {}
        for move in self.lifecycle.moves:
            counted.setdefault(self.event(move), Counter()).update(self.found.by[move])
        return counted


def policy_text(draft: PolicyDraft) -> str:
    """The policy, line by line."""
    return "\n".join(_Text(draft).lines()) + "\n"


class _Text:
    def __init__(self, draft: PolicyDraft) -> None:
        self._draft, self._found, self._life = draft, draft.found, draft.lifecycle
        self._ids = Names("move")

    def lines(self) -> Iterator[str]:
        yield from self._head()
        yield from self._assumptions()
        yield from self._parameters()
        yield from self._calendars()
        yield from self._people()
        yield from self._states()
        yield from self._events()
        yield from self._transitions()
        yield from self._commitments()
        yield from self._waivers()

    def _waivers(self) -> Iterator[str]:
        if self._draft.waived:
            yield "checks:"
        reason = scalar(self._draft.words["waived"])
        for code, item in self._draft.waived:
            yield f"  - {{waive: {code}, of: {item}, reason: {reason}}}"

    def _head(self) -> Iterator[str]:
        draft, found = self._draft, self._found
        yield "# yaml-language-server: $schema=.upheld/policy.schema.json"
        counts = f"{_of(found.records, 'record')} of {_of(found.tickets, 'ticket')}"
        yield f"# A draft, read from {shown(draft.source)}: {counts}. What stands beside a line was counted there."
        yield "# No contract was read: whether anything of it was promised, nobody has said."
        yield "upheld: 1"
        yield f"policy: {scalar(draft.id)}"
        yield "version: 0.1.0"
        yield "status: draft"
        yield noted(f"zone: {draft.zone}", draft.zone_note)
        vendor = draft.vendor or draft.id
        note = "" if draft.vendor else "a blank: the export does not say whose it is"
        yield noted(f"vendor: {{name: {scalar(vendor)}, language: {draft.language}}}", note)
        yield f"title: {scalar(draft.title)}"
        yield ""

    def _assumptions(self) -> Iterator[str]:
        yield "assumptions:                                 # there is no clause to cite: all rests on what was seen"
        for name, says in self._used().items():
            yield f"  {name}: {{says: {scalar(says)}, confidence: low}}"

    def _used(self) -> dict[str, str]:
        draft = self._draft
        used = {"seen": True, "hours-seen": self._has_calendar(), "times-kept": bool(draft.commitments())}
        return {name: says for name, says in draft.said.items() if used.get(name)}

    def _has_calendar(self) -> bool:
        return self._draft.calendar != "always" and bool(self._draft.commitments())

    def _parameters(self) -> Iterator[str]:
        tables = [each for each in self._draft.times or () if each.by_severity and each.target]
        if not tables:
            return
        yield "parameters:"
        for each in tables:
            yield f"  {each.id}-within:"
            yield "    by: severity"
            yield "    values:"
            first = True
            for degree, target in each.by_severity.items():
                yield noted(
                    f"      {'-' if first else ' '} {scalar(degree)}: {target}", self._clocks(each.degrees[degree])
                )
                first = False
            yield "    assumes: [times-kept]"

    def _clocks(self, group: Group) -> str:
        """What a time was read from."""
        share = self._draft.share
        between = group.interval(share)
        low, high = (None if each is None else group.tightest(each) for each in (between.from_s, between.to_s))
        if low is None and high is None:
            bounds = "too few to say anything of all tickets"
        else:
            bounds = f"of all tickets between {low or 'nothing'} and {high or 'more than was seen'}"
        left = [
            f"{number} {what}"
            for what, number in (("open", group.running), ("closed otherwise", group.cancelled))
            if number
        ]
        held = f", {' and '.join(left)}" if left else ""
        return f"kept by {percent(share)} of {group.number}{held}; {bounds}"

    def _calendars(self) -> Iterator[str]:
        draft, hours = self._draft, self._draft.hours
        if not self._has_calendar() or hours is None:
            if draft.hours_note:
                yield f"# {draft.hours_note}"
            return
        yield "calendars:"
        yield noted("  hours:", draft.hours_note)
        yield f"    zone: {draft.zone}"
        yield "    weekly:"
        for name, (acts, inside) in hours.acts.items():
            windows = hours.weekly.get(name, ())
            if windows:
                told = ", ".join(f'"{each}"' for each in windows)
                yield noted(f"      {name}: [{told}]", f"{inside} of {acts} acts")
            else:
                yield f"      # {name}: {_of(acts, 'act')}"
        trial = draft.trial
        if trial is not None and trial.country:
            yield noted(f"    holidays: {{country: {trial.country}}}", holidays_note(trial))
        elif trial is not None:
            yield f"    # {holidays_note(trial)}"
        yield "    assumes: [hours-seen]"

    def _people(self) -> Iterator[str]:
        draft, found = self._draft, self._found
        yield "roles:"
        for role in draft.roles:
            own = (
                ", channel: none" if role == "customer" and (not draft.channels or found.without_channel[role]) else ""
            )
            label = scalar(draft.words[role])
            told = "" if draft.tells_actors else ", of which no column tells who acted"
            yield noted(f"  {role}: {{label: {label}{own}}}", f"{_of(found.roles[role], 'record')}{told}")
        if found.roles["system"]:
            yield f"  # {_of(found.roles['system'], 'record')} by machines, which are no people"
        if draft.names.scale.degrees:
            order = "somebody has said" if draft.names.scale.is_said else "the words say"
            yield noted("severities:", f"column {shown(draft.names.scale.column)}; {order} which is higher")
            for degree in draft.names.scale.degrees:
                label = scalar(degree.words[0])
                told = f"{_of(degree.rows, 'row')}, {_of(found.severities[degree.id], 'ticket')} opened with it"
                yield noted(f"  - {{id: {scalar(degree.id)}, label: {label}, assumes: [seen]}}", told)
        if draft.channels:
            labels = {name: word for word, name in reversed(draft.names.channels.items())}
            yield "channels:"
            for name in draft.channels:
                line = f"  {scalar(name)}: {{label: {scalar(labels[name])}, accepts: all, assumes: [seen]}}"
                yield noted(line, _of(found.channels[name], "record"))

    def _states(self) -> Iterator[str]:
        known = {each.id: each for each in self._draft.names.states}
        yield noted("states:", "in the order in which tickets usually come there")
        for name, state in self._life.states.items():
            words = known[name]
            waits = ", waits-for: customer" if state.waits else ""
            final = ", final: true" if state.is_final else ""
            line = f"  {scalar(name)}: {{core: {state.core}, label: {scalar(words.label)}{waits}{final}}}"
            stand = self._found.last[name]
            notes = [f"{_of(self._found.entered[name], 'ticket')}, {stand} stand{'s' * (stand == 1)} here at the end"]
            notes.append(f"{state.core}: {CORE_BY[state.core_by]}")
            if state.waits:
                notes.append(self._waits(name, state.waits_by))
            yield noted(line, "; ".join(notes))

    def _waits(self, name: str, by: str) -> str:
        left = self._found.left_by[name]
        if by == "word":
            return "its word says that the customer is waited for"
        told = sum(count for role, count in left.items() if role != "system")
        return f"the customer acts next {left['customer']} times of {told}"

    def _events(self) -> Iterator[str]:
        draft = self._draft
        yield noted("events:", "an export tells where tickets went, not what was done: one for each state")
        labels, own, actors = {each.id: each.label for each in draft.names.states}, draft.roles, draft.actors()
        for event, state in {draft.event(move): move[1] for move in self._life.moves}.items():
            by = actors[event]
            roles = [role for role in own if by[role]] or ["agent"]
            data = ""
            if draft.names.scale.degrees and event.startswith("opened-as-"):
                data = ", data: {severity: {}}, sets: {severity: event.severity}"
            label = scalar(labels[state])
            line = f"  {event}: {{label: {label}, by: {_list(roles)}{data}, assumes: [seen]}}"
            told = [f"{self._who(role)} {count}" for role, count in sorted(by.items())]
            yield noted(line, ", ".join(told))
        if draft.set_severity:
            line = severity_event(_list(own))
            yield noted(line, f"{_of(self._found.severity_changes, 'change')} of it")

    def _who(self, role: str) -> str:
        return role if role and (role != "agent" or self._draft.tells_actors) else "nobody told"

    def _transitions(self) -> Iterator[str]:
        yield noted("transitions:", "every move seen but those left out, with how often it was")
        for move, count in self._life.moves.items():
            origin, target = move
            event = self._draft.event(move)
            where = "opens: true" if origin is None else f"from: {scalar(origin)}"
            name = self._ids.of(event if origin is None else f"{origin[:18]} {event}")
            line = f"  - {{id: {scalar(name)}, on: {event}, {where}, to: {scalar(target)}, assumes: [seen]}}"
            yield noted(line, f"{count}")
        gone = {**self._life.rare, **self._life.astray}
        if gone:
            yield f"# left out: {_of(len(gone), 'move')}, seen {_times(sum(gone.values()))}; the summary names them"

    def _commitments(self) -> Iterator[str]:
        draft, life = self._draft, self._life
        names = draft.commitments()
        if not names:
            return
        yield noted("commitments:", "measured times, written as promises so that they can be judged")
        for name in names:
            time = next((each for each in draft.times or () if each.id == name), None)
            if name == TAKE_UP:
                begun = draft.waiting_to_begin()
                ends = [each for each, state in life.states.items() if state.core != "open"]
            else:
                begun, ends = draft.started(), life.of_core(ENDED)
            yield f"  - id: {name}"
            yield f"    label: {scalar(draft.words[name])}"
            yield "    cycles: one"
            yield f"    start: {{enters: {_list(begun)}}}"
            yield f"    stop: {{enters: {_list(ends)}}}"
            if life.waiting and name == RESOLVE:
                yield noted(f"    pause: {{in: {_list(life.waiting)}, assumes: [times-kept]}}", "the customer's turn")
            yield f"    calendar: {draft.calendar}"
            yield from self._within(name, time)
            yield "    on-reopen: resume"
            yield "    assumes: [times-kept]"

    def _within(self, name: str, time: KeptTime | None) -> Iterator[str]:
        if time is None or time.pooled is None:
            yield "    within: 1h"
        elif time.by_severity:
            yield f"    within: {{parameter: {name}-within}}"
            yield "    on-change: retarget"
        else:
            yield noted(f"    within: {time.target}", self._clocks(time.pooled))


def holidays_note(trial: Trial) -> str:
    """What came of trying holidays."""
    quiet = f"{_of(trial.quiet, 'quiet day')} of {trial.days} that are usually worked"
    if trial.country:
        worked = f"; worked all the same: {', '.join(map(str, trial.worked))}" if trial.worked else ""
        return f"{trial.kept} of its {trial.holidays} holidays were quiet ({quiet}){worked}"
    if trial.countries:
        return f"public holidays: those of {', '.join(trial.countries)} fit alike ({quiet}); say `--country`"
    return f"public holidays: those of no country show ({quiet}; {trial.tried} tried)"


def _list(names: Iterable[str]) -> str:
    return f"[{', '.join(map(scalar, names))}]"


def _of(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
