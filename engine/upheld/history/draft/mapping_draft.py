"""Drafts of mappings: what is proposed for an export, line by line.

A draft is made of a survey and, where one is at hand, of a policy; whoever is asked (`upheld map --ask`) changes it.
What it says in the end is written down by `draft_text`.

Source: DESIGN section 6; the command `upheld map`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from upheld.core.policy.lifecycle import ENDED
from upheld.core.policy.policy import Policy
from upheld.history.draft.column_guess import UTC, can_be_written, is_change_of_severity, is_status_field
from upheld.history.draft.column_names import Role
from upheld.history.draft.date_shape import Reading
from upheld.history.draft.export_survey import ExportSurvey
from upheld.history.draft.known_export import KnownExport, known_export
from upheld.history.draft.policy_names import PolicyNames
from upheld.history.draft.proposal import SKIP, Proposal, RoleLine, Topic, Words
from upheld.history.draft.role_words import is_nobody
from upheld.history.draft.severity_words import counts_upwards
from upheld.history.draft.status_words import UNENDED, Meaning, is_unended, meaning_of
from upheld.history.part import Part

MOST_STATUSES: Final = 100
MOST_WORDS: Final = 30
MOST_IDS: Final = 20
"""Ids of tickets that have to look like those of a tracker."""
MOST_KINDS: Final = 20
"""Kinds of actors that a column may tell; one with more names people."""

OF_MOMENT: Final[dict[Role, Meaning]] = {
    "created": "new",
    "assigned": "qualified",
    "first-response": "in-progress",
    "in-progress": "in-progress",
    "waiting": "waiting-for-customer",
    "resolved": "resolved",
    "closed": "closed",
    "reopened": "reopened",
    "cancelled": "cancelled",
}
_TAKEN_UP: Final = ("assigned", "first-response", "in-progress")
_BEFORE_RESPONSE: Final = ("assigned", "in-progress")
"""What would end the wait for a first response, though nobody has answered yet."""


@dataclass(slots=True)
class MappingDraft:
    """What is proposed for an export.

    Attributes:
        found: What the export holds.
        file: What it is called.
        format_name: The format it was read as.
        names: Of the policy, ``None`` where there is none.
        known: The tracker whose words these are, where the columns show it.
        zone: Where the clock was read, ``""`` where every instant says so itself.
        forms: How instants are written.
        reading: What is known of that.
        moments: What happened at the instants of a row, where each ticket has one row; else nothing.
        statuses: What rows mean, by their words.
        degrees: The degree that each word for a severity means, ``""`` for none.
        severity: The column of these; ``""`` for none.
        constant: The degree of every ticket, where no column tells it; a guess until somebody has said so.
        roles: Who acted in which role; the first that applies.
        role: Everybody else's.
        settled: What a person has answered.
        encoding, head: What he said of the file: what it is written in, ``""``, and the line of a table's head, 0.
        part: Which table of the file this is.
        channels: The channel that each word of its column means; none where nobody has said.
        unknown: What becomes of rows of which nothing is said: `error` or `skip`.
    """

    found: ExportSurvey
    file: str
    format_name: str
    names: PolicyNames | None = None
    known: KnownExport | None = None
    zone: str = ""
    forms: list[str] = field(default_factory=list)
    reading: Reading = field(default_factory=Reading)
    moments: dict[str, Proposal] = field(default_factory=dict)
    statuses: dict[Words, Proposal] = field(default_factory=dict)
    degrees: dict[str, str] = field(default_factory=dict)
    severity: str = ""
    constant: str = ""
    roles: list[RoleLine] = field(default_factory=list)
    role: str = "agent"
    settled: set[tuple[str, str]] = field(default_factory=set)
    encoding: str = ""
    head: int = 0
    part: Part = field(default_factory=Part)
    channels: dict[str, str] = field(default_factory=dict)
    unknown: str = "error"

    @classmethod
    def of(cls, found: ExportSurvey, file: str, format_name: str, policy: Policy | None = None) -> MappingDraft:
        """The draft for an export; names of the ``policy`` are proposed."""
        draft = cls(found, file, format_name, None if policy is None else PolicyNames(policy))
        draft.propose()
        return draft

    def propose(self) -> None:
        """Propose everything anew, for the columns as they are guessed or chosen now."""
        names, found = self.names, self.found
        ids = found.columns[found.guess.ticket].frequent(MOST_IDS) if found.guess.ticket else []
        self.known = known_export(found.columns, [id_ for id_, _ in ids])
        self.moments = self._moments() if self.found.has_one_row_per_ticket else {}
        self.statuses = {} if self.moments else self._statuses()
        self.severity, self.degrees = self._severity()
        if ("severity", "") not in self.settled:
            self.constant = self._supposed_degree()
        self.roles = list(self._roles())
        self.role = (names.vendor if names is not None else "") or "agent"
        self.read_instants()

    def read_instants(self) -> None:
        """Look how the instants are written that the draft takes."""
        guess = self.found.guess
        instants = self.instants()
        self.reading = guess.reading(instants)
        self.forms = [self.reading.form, *self.reading.others] if self.reading.form else []
        has_none = "none" in guess.offsets(instants, self.forms)
        usual = self.names.policy.zone if self.names is not None else UTC
        self.zone = (guess.zone(instants, self.forms) or usual) if has_none else ""
        self.settled |= {("zone", "")} if self.zone and guess.are_called_utc(instants) else set()

    @property
    def is_audit(self) -> bool:
        """Whether states are observed."""
        return any(each.kind == "state" for each in (*self.moments.values(), *self.statuses.values()))

    @property
    def degrees_of(self) -> str:
        """The tracker whose documentation says which degrees its numbers are; ``""`` for none."""
        known = self.known
        return known.tracker if known and any(known.rank(self.severity, word) for word in self.degrees) else ""

    @property
    def statuses_of(self) -> str:
        """The tracker whose documentation says what some of the statuses mean; ``""`` for none."""
        known = self.known
        return known.tracker if known and any(known.meaning(words[-1]) for words in self.statuses) else ""

    @property
    def snapshots(self) -> Words:
        """The columns whose changes count, where each row is a whole record."""
        return self.found.guess.status[:1] if self.found.has_snapshots and not self.moments else ()

    def instants(self) -> list[str]:
        """The columns of instants that it takes."""
        return list(self.moments) or [each for each in (self.found.opened, self.found.guess.at) if each]

    def taken_back(self, column: str) -> tuple[list[str], int]:
        """The words for the status of a ticket that is open, whatever this end of it says; and how many rows have both.

        Many trackers keep the instant of a resolution when a ticket is reopened. None where no row has both.
        """
        found, names = self.found, self.names
        if names is None or self._core(self.moments[column]) not in ENDED or not found.guess.status:
            return [], 0
        words = [word for word, _ in found.columns[found.guess.status[0]].frequent(MOST_WORDS) if can_be_written(word)]
        unended = [word for word in words if self._is_unended(word)]
        rows = sum(found.ended[column, word] for word in unended)
        return (unended, rows) if rows else ([], 0)

    def _is_unended(self, word: str) -> bool:
        assert self.names is not None, "names are proposed of a policy"
        name, states = self._meant(word), self.names.policy.states
        meaning = self._known_meaning(word)
        is_open = meaning in UNENDED if meaning else is_unended(word)
        return states[name].core not in ENDED if name in states else is_open

    def _known_meaning(self, word: str) -> Meaning:
        """What a status means by the documentation of the tracker whose export it is."""
        return self.known.meaning(word) if self.known is not None else ""

    def meaning(self, word: str) -> Meaning:
        """The same, or else what its words mean to everybody."""
        return self._known_meaning(word) or meaning_of(word)

    def _meant(self, word: str) -> str:
        """The state or event that a status means: by the tracker's documentation, else by its words."""
        assert self.names is not None, "names are proposed of a policy"
        meaning = self._known_meaning(word)
        return self.names.state(meaning) if meaning else self.names.outcome(word)

    def _degree(self, column: str, word: str, is_upwards: bool = False) -> str:
        """The degree that a word of a column means, likewise."""
        if self.names is None:
            return ""
        rank = self.known.rank(column, word) if self.known is not None else 0
        return self.names.degree_of_rank(rank) if rank else self.names.degree(word, is_upwards)

    def _core(self, proposal: Proposal) -> str:
        """The core state of what is proposed, ``""`` of what is no state."""
        assert self.names is not None, "names are proposed of a policy"
        return self.names.policy.states[proposal.name].core if proposal.kind == "state" else ""

    def is_taken_up(self, column: str) -> bool:
        """Whether somebody took up a ticket at the instants of a column, as far as the draft says."""
        return self.found.guess.moments.get(column, "") in _TAKEN_UP and self.moments[column] != SKIP

    def counts(self) -> list[tuple[Words, int]]:
        """How many rows have which words, the most frequent first."""
        counted = self.found.statuses
        if self.snapshots:
            counted = Counter()
            for words, count in self.found.statuses.items():
                counted[words[:1]] += count
        return sorted(counted.items(), key=lambda each: (-each[1], each[0]))

    def is_settled(self, topic: Topic) -> bool:
        """Whether a person has answered what is asked once for all rows."""
        return (topic, "") in self.settled

    def is_unknown(self, words: Words) -> bool:
        """Whether nobody has said yet what rows of these words are; changes of other fields mean nothing."""
        if self.statuses.get(words, SKIP) != SKIP or ("status", "\0".join(words)) in self.settled or not any(words):
            return False
        return not self.found.guess.is_change or is_status_field(words[-2])

    def _moments(self) -> dict[str, Proposal]:
        roles = self.found.guess.moments
        if self.names is None:
            return dict.fromkeys(roles, SKIP)
        found: dict[str, Proposal] = {}
        for column, role in roles.items():
            name = self.names.state(OF_MOMENT[role])
            is_before = role in _BEFORE_RESPONSE and "first-response" in roles.values()
            is_unsaid = role == "waiting" and not self.waiting_words
            found[column] = Proposal("state", name) if name and not is_before and not is_unsaid else SKIP
        return found

    @property
    def waiting_words(self) -> list[str]:
        """The words for the status of a ticket that waits for its customer."""
        guess = self.found.guess
        if not guess.status or guess.is_change:
            return []
        words = filter(can_be_written, (word for word, _ in self.found.columns[guess.status[0]].frequent(MOST_WORDS)))
        return [word for word in words if self.meaning(word) == "waiting-for-customer"]

    @property
    def ended_words(self) -> list[tuple[str, list[str]]]:
        """The states that end a ticket, with the words for the status that mean them."""
        found: dict[str, list[str]] = {}
        for words, said in self.statuses.items():
            if self.names is not None and self._core(said) in ENDED and all(map(can_be_written, words)):
                found.setdefault(said.name, []).append(words[0])
        return sorted(found.items())

    @property
    def is_of_last_changes(self) -> bool:
        """Whether a row tells when its ticket was opened and changed last, and how it stands since: an end, perhaps."""
        return bool(self.found.opened) and self.names is not None and bool(self.names.state("new"))

    def _statuses(self) -> dict[Words, Proposal]:
        return {words: self._proposal(words) for words, _ in self.counts()}

    def _proposal(self, words: Words) -> Proposal:
        """The state or event that words mean; of two columns the second says it closer."""
        names, guess = self.names, self.found.guess
        if names is None:
            return SKIP
        if guess.is_change and not is_status_field(words[-2]):
            return self._change_of_severity(words)
        if guess.is_change or len(words) == 1:
            name = "" if self._is_after_the_end(words) else self._open_after_new(words) or self._meant(words[-1])
        else:
            name = self._of_both(words)
        if not name:
            return SKIP
        return Proposal("state" if name in names.policy.states else "event", name)

    def _change_of_severity(self, words: Words) -> Proposal:
        """The event that a change is, if it is one of the severity."""
        assert self.names is not None, "names are proposed of a policy"
        degree = self._degree(words[-2], words[-1]) if is_change_of_severity(words) else ""
        event = self.names.severity_event if degree else ""
        return Proposal("event", event, degree) if event else SKIP

    def _of_both(self, words: Words) -> str:
        """What a status and what is said beside it mean together, where they do not gainsay each other."""
        assert self.names is not None, "names are proposed of a policy"
        status, sub = words
        whole, close = self._meant(status), self.names.outcome(sub) if sub else ""
        if close or not sub:
            return close or whole
        return whole if meaning_of(status) in ("resolved", "closed", "cancelled") and not meaning_of(sub) else ""

    def _open_after_new(self, words: Words) -> str:
        """What *open* is where tickets are *new* before: somebody has it."""
        assert self.names is not None, "names are proposed of a policy"
        if words[-1].lower() != "open":
            return ""
        follows = self.found.follows
        new = [each for each in self.found.statuses if each[-1].lower() == "new"]
        after = sum(follows[each, words] for each in new)
        before = sum(follows[words, each] for each in new)
        is_after = before > after if self.found.is_turned else after > before
        return self.names.state("qualified") if is_after else ""

    def _is_after_the_end(self, words: Words) -> bool:
        """Whether what sounds like a beginning mostly comes after the end: `Confirmed` may say that it is mended."""
        if meaning_of(words[-1]) != "qualified":
            return False
        is_ended: Counter[bool] = Counter()
        for pair, count in self.found.follows.items():
            before, then = reversed(pair) if self.found.is_turned else pair
            if then == words:
                is_ended[meaning_of(before[-1]) in ("resolved", "closed")] += count
        return is_ended[True] > is_ended[False]

    def meant_degrees(self, column: str) -> dict[str, str]:
        """What the words of a column mean as severities."""
        words = [word for word, _ in self.found.columns[column].frequent(MOST_WORDS) if can_be_written(word)]
        is_upwards = counts_upwards(words)
        return {word: self._degree(column, word, is_upwards) for word in words}

    def _severity(self) -> tuple[str, dict[str, str]]:
        """The column whose words mean degrees on most rows, and what they mean."""
        best: tuple[int, str, dict[str, str]] = (-1, "", {})
        for column in self.found.guess.severities or self.found.guess.impacts:
            counts, degrees = self.found.columns[column].counts, self.meant_degrees(column)
            known = sum(counts[word] for word, degree in degrees.items() if degree)
            if self.known is not None and self.known.ranks and column == self.known.severity:
                return column, degrees
            if known > best[0]:
                best = known, column, degrees
        return best[1], best[2]

    def _supposed_degree(self) -> str:
        """The degree that all tickets are supposed to have: promises go by it, and nothing of the export tells it."""
        is_told = self.severity or any(each.degree for each in self.statuses.values())
        return "" if self.names is None or is_told or not self.names.needs_severity else self.names.middle_degree

    def _roles(self) -> Iterator[RoleLine]:
        guess, columns, names = self.found.guess, self.found.columns, self.names
        if guess.actor:
            nobody = sorted(word for word in columns[guess.actor].counts if is_nobody(word) and can_be_written(word))
            if nobody:
                yield RoleLine(guess.actor, tuple(nobody[:MOST_KINDS]), "system")
        if names is None or not guess.actor_kind or len(columns[guess.actor_kind].counts) > MOST_KINDS:
            return
        found: dict[str, list[str]] = {}
        for word in sorted(columns[guess.actor_kind].counts):
            is_requester = guess.actor_kind.endswith("is requester") and word == "yes"
            role = names.customer if is_requester else names.role(word)
            if role and can_be_written(word):
                found.setdefault(role, []).append(word)
        yield from (RoleLine(guess.actor_kind, tuple(words), role) for role, words in found.items())
