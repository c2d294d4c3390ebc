"""Reading for a draft: the mapping that an export needs for the states drafted of it, and the records that it makes.

The mapping is that of `upheld map`, with every state named; so what was read to draft a policy is read again, word for
word, when the policy replays it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from upheld.core.errors import HistoryError, PolicyError
from upheld.core.finding import Finding
from upheld.core.nearest import listed
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.drafting.severity_scale import Scale, severity_scale
from upheld.drafting.state_words import Names, StateWords, state_words
from upheld.history.draft.column_guess import can_be_written
from upheld.history.draft.draft_text import draft_text
from upheld.history.draft.export_survey import ExportSurvey
from upheld.history.draft.mapping_draft import MOST_KINDS, MOST_STATUSES, MappingDraft
from upheld.history.draft.policy_names import PolicyNames
from upheld.history.draft.proposal import Proposal, RoleLine
from upheld.history.importer import Bad, Row
from upheld.history.mapping.mapping_file import read_mapping
from upheld.history.mapping.tally import Tally
from upheld.history.mapping.translation import records
from upheld.history.part import Part
from upheld.history.reading import events_of
from upheld.loading import examine

MOST_TICKETS: Final = 5
"""Columns that a question names."""


@dataclass(slots=True)
class Export:
    """An export that a policy is drafted from.

    Attributes:
        name: What its first file is called.
        format: What it was read as.
        found: What a survey found in it.
        rows: Reads its rows once more.
        zone: Where people work and the clock was read, ``""`` where nobody has said.
        machines: Actors that are no people.
        encoding, head, part: What was said of the file, for the mapping.
        severity: The column of the severity, ``""`` for the one guessed.
        scale: Its words, the highest first; none where their ranks are to tell.
    """

    name: str
    format: str
    found: ExportSurvey
    rows: Callable[[], Iterator[Row | Bad]] = field(repr=False)
    zone: str = ""
    machines: tuple[str, ...] = ()
    encoding: str = ""
    head: int = 0
    part: Part = field(default_factory=Part)
    severity: str = ""
    scale: tuple[str, ...] = ()


@dataclass(slots=True)
class Vocabulary:
    """The names that a draft gives to the words of an export."""

    states: list[StateWords]
    scale: Scale
    channels: dict[str, str]

    @classmethod
    def of(cls, export: Export) -> Vocabulary:
        """The names for an export. Raises: HistoryError where it does not tell tickets, instants or statuses."""
        draft = MappingDraft.of(export.found, export.name, export.format)
        _refuse(export, draft)
        states = state_words(draft)
        if not states:
            raise HistoryError(export.name, "no row tells a status that can be written down: is this the right column?")
        return cls(states, severity_scale(draft, export.severity, export.scale), _channels(draft))

    def kept(self, states: dict[str, object]) -> Vocabulary:
        """The same with these states alone, in their order."""
        known = {each.id: each for each in self.states}
        return Vocabulary([known[name] for name in states], self.scale, self.channels)


def mapping_of(export: Export, names: Vocabulary, policy: Policy) -> str:
    """The mapping for a policy that has these names."""
    draft = MappingDraft(export.found, export.name, export.format, PolicyNames(policy))
    draft.encoding, draft.head, draft.part = export.encoding, export.head, export.part
    if export.zone:
        draft.settled.add(("zone", ""))
    draft.propose()
    draft.constant = ""
    known = {words: each.id for each in names.states for words in each.words}
    if draft.moments:
        _say_moments(draft, {words[0]: name for words, name in known.items()})
    else:
        severity = {words: said for words, said in draft.statuses.items() if said.degree}
        draft.statuses = {words: severity.get(words, _state(known, words)) for words in draft.statuses}
        has_more = len(draft.statuses) > MOST_STATUSES
        if has_more or not all(can_be_written(word) for words in draft.statuses for word in words):
            draft.unknown = "skip"
    draft.severity, draft.degrees = names.scale.column, {}
    if names.scale.column:
        draft.degrees = {word: each.id for each in names.scale.degrees for word in each.words}
        draft.degrees |= {word: "" for word, _ in names.scale.left_out if can_be_written(word)}
    draft.channels = {word: name for word, name in names.channels.items() if name in policy.channels}
    actor = export.found.guess.actor
    machines = tuple(each for each in export.machines if actor and each in export.found.columns[actor].counts)
    if machines:
        draft.roles.insert(0, RoleLine(actor, machines, "system"))
    if draft.role not in policy.roles:
        draft.role = "system"  # nobody else acted
    draft.read_instants()
    return draft_text(draft, schema=".upheld/mapping.schema.json")


def events_by(export: Export, mapping: str, policy: Policy, tally: Tally) -> Iterator[Event]:
    """The records of an export by a mapping; what is bad is counted by the ``tally``."""
    read, findings = read_mapping(mapping.encode(), "mapping.yaml")
    assert read is not None, f"a draft of a mapping can be read: {findings}"
    for found in events_of(records(read, export.rows(), policy, tally), audit=True):
        if isinstance(found, Bad):
            tally.bad_steps += 1
        else:
            yield found[1]


def policy_of(text: str) -> Policy:
    """The policy of a draft. Raises: PolicyError for one that is not whole, which is our mistake."""
    return examined(text)[0]


def examined(text: str) -> tuple[Policy, tuple[Finding, ...]]:
    """The same with the warnings that it has."""
    found = examine(text.encode(), "policy.yaml")
    if found.errors or found.policy is None:
        raise PolicyError(found.errors)
    return found.policy, found.warnings


def _state(known: dict[tuple[str, ...], str], words: tuple[str, ...]) -> Proposal:
    return Proposal("state", known[words]) if words in known else Proposal()


def _say_moments(draft: MappingDraft, known: dict[str, str]) -> None:
    for column in draft.moments:
        draft.moments[column] = Proposal("state", known[column]) if column in known else Proposal()


def _refuse(export: Export, draft: MappingDraft) -> None:
    """Refuse an export of which nobody can know what happened to which ticket, and when."""
    guess, columns = export.found.guess, listed([*export.found.columns][:MOST_TICKETS])
    if not guess.ticket:
        raise HistoryError(export.name, f"no column is like a ticket: name it with `--ticket`, such as {columns}")
    if not draft.instants():
        dated = listed(guess.dated) or "none of which holds dates that can be read"
        raise HistoryError(export.name, f"no column tells when it happened: name it with `--at`, such as {dated}")
    if not guess.status and not draft.moments:
        raise HistoryError(export.name, f"no column is like a status: name it with `--status`, such as {columns}")


def _channels(draft: MappingDraft) -> dict[str, str]:
    """The channels of an export; a column with too many words is none."""
    column = draft.found.guess.channel
    if not column:
        return {}
    words = [word for word in draft.found.columns[column].counts if word not in draft.found.guess.nulls]
    if not words or len(words) > MOST_KINDS or not draft.found.columns[column].are_all:
        return {}
    names, found = Names("channel"), dict[str, str]()
    for word in sorted(filter(can_be_written, words)):
        same = next((found[each] for each in found if each.casefold() == word.casefold()), "")
        found[word] = same or names.of(word)
    return found
