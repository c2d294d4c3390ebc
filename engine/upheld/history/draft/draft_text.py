"""Drafts as text: a mapping to be gone through, with what was counted beside each line, as comments.

The text is YAML that the schema accepts, unless a line says that it is a blank; it skips every row whose meaning nobody
has said yet.

Source: DESIGN section 6; the command `upheld map`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from upheld.core.nearest import quoted
from upheld.history.draft.column_guess import ColumnWords, can_be_written, tells_value
from upheld.history.draft.mapping_draft import MOST_STATUSES, MappingDraft
from upheld.history.draft.open_questions import hint_on
from upheld.history.draft.proposal import SKIP, Proposal, Words
from upheld.history.mapping.cell import kebab
from upheld.schema.formats import check_format

SHOWN: Final = 6
"""Words of a column that its line in the list of columns shows."""
GUESSED: Final = "a blank: no column tells it; which one has every ticket? then remove `guessed`"
COMMENT_AT: Final = 56
"""Where comments begin, if the line leaves room."""

_PLAIN: Final = re.compile(r"[^\W\d_](?:[\w./-]|:(?=\w)| (?=[\w(])|\((?=\w)|(?<=\w)\))*")
_SAID: Final = frozenset("true false null yes no on off y n".split())


def draft_text(draft: MappingDraft, told: Sequence[str] = (), schema: str = "mapping.schema.json") -> str:
    """The draft, line by line.

    Args:
        told: What came of trying it, and what to answer first: comments at the top.
        schema: Where an editor finds the schema.
    """
    first = f"# yaml-language-server: $schema={schema}"
    return "\n".join([first, *_Text(draft).lines(told)]) + "\n"


def scalar(text: str) -> str:
    """A text as YAML writes it, in quotes where it needs them.

    >>> print(scalar("In Progress"), scalar("concept:name"), scalar("3 - Low"), scalar("on"))
    In Progress concept:name "3 - Low" "on"
    """
    if _PLAIN.fullmatch(text) and text.lower() not in _SAID and len(text) < 100:
        return text
    return "".join(each if each.isprintable() else escaped(each) for each in json.dumps(text, ensure_ascii=False))


def escaped(sign: str) -> str:
    """A sign that cannot be seen, as YAML names it.

    >>> print(escaped("\\u00a0"), escaped("\\U000e0041"))
    \\u00a0 \\U000e0041
    """
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


class _Text:
    def __init__(self, draft: MappingDraft) -> None:
        self._draft = draft
        self._found = draft.found
        self._guess = draft.found.guess
        self._file = re.split(r"[/\\]", draft.file)[-1]

    def lines(self, told: Sequence[str]) -> Iterator[str]:
        yield from self._head()
        yield from (f"# {line}".rstrip() for line in told)
        yield "upheld: 1"
        yield f"mapping: {scalar(_name(self._file))}"
        yield f"format: {self._draft.format_name}"
        if self._draft.encoding:
            yield f"encoding: {self._draft.encoding}"
        if self._draft.head:
            yield f"head: {self._draft.head}"
        if self._draft.part.others:
            part = self._draft.part
            yield noted(f"{part.key}: {scalar(part.chosen)}", f"there are also: {', '.join(map(shown, part.others))}")
        if self._draft.is_audit:
            yield noted("audit: true", "its words are states, not what was done")
        yield from self._instants()
        yield from self._nulls()
        yield from self._columns()
        yield from self._roles()
        if self._draft.moments:
            yield from self._moments()
        elif self._draft.is_of_last_changes:
            yield from self._last_changes()
        else:
            yield from self._statuses()
            yield f"unknown: {self._draft.unknown}"
        yield from self._list()

    def _head(self) -> Iterator[str]:
        found = self._found
        unread = f", and {found.bad} that cannot be read" if found.bad else ""
        yield f"# A draft, from {shown(self._file)}: {_rows(found.rows)}{unread}. Go through it line by line."
        if found.first_bad is not None:
            bad = found.first_bad
            yield f"# The first that cannot be read: {shown(bad.place)}: {shown(bad.problem, 200)}"
        has_policy = self._draft.names is not None
        what = "Names of the policy are proposals" if has_policy else "No policy was given (`--policy`)"
        yield f"# {what}; what is `skip: true` means nothing until you say which `event` or `state` it is."

    def _instants(self) -> Iterator[str]:
        draft, reading = self._draft, self._draft.reading
        offsets = ", ".join(sorted(self._guess.offsets(draft.instants(), draft.forms)))
        if draft.zone:
            is_said = draft.is_settled("zone")
            note = "" if is_said else "a guess: in which zone was the clock read? `Europe/Paris`, …"
            yield noted(f"zone: {{assume: {draft.zone}}}", note)
        elif offsets:
            yield f"# zone: {{override: Europe/Paris}}    if the offsets of the instants ({offsets}) are wrong"
        if draft.forms and draft.forms != ["iso"]:
            yield noted(f"dates: [{_several(draft.forms)}]", self._date_note())
        if reading.misfits:
            yield f"# {reading.misfits} of the instants are of no form, such as {shown(reading.misfit)}"
        if self._found.out_of_order and not draft.moments:
            yield noted("order: by-time", f"{_rows(self._found.out_of_order)} below a later one of the same ticket")
        if self._found.duplicates and not draft.moments:
            yield noted("# duplicates: drop", f"{_rows(self._found.duplicates)} exactly like one above")

    def _date_note(self) -> str:
        reading = self._draft.reading
        notes: list[str] = []
        if reading.other and not self._draft.is_settled("dates"):
            others, is_year = reading.ways[1:], any(form.startswith(("YY-", "YY/", "YY.")) for form in reading.ways)
            tells = "more years" if is_year else "a day past the 12th"
            notes.append(f"or {' or '.join(others)}? {tells} would tell; {shown(reading.example)} may be either")
        if reading.contradicted:
            notes.append(f"{_rows(reading.contradicted)} the other way round, with a day past the 12th")
        if not reading.has_times:
            notes.append("dates and no times: promises in hours cannot be told from it")
            at, time = self._guess.at, self._guess.time_of_day
            if at and time:
                notes.append(f"where {shown(time)} has them, write `at: [{_several([at, time])}]`")
        return "; ".join(notes)

    def _nulls(self) -> Iterator[str]:
        guess = self._guess
        perhaps = f"perhaps also {_several(guess.perhaps)}" if guess.perhaps else ""
        if guess.nulls:
            yield noted(f"nulls: [{_several(guess.nulls)}]", perhaps)
        elif perhaps:
            yield f"# nulls: [{_several(guess.perhaps)}]     if these words mean nothing"

    def _columns(self) -> Iterator[str]:
        guess, draft = self._guess, self._draft
        if draft.snapshots:
            yield noted(
                f"snapshots: [{_several(draft.snapshots)}]", f"{scalar(guess.revision)} counts how often it was saved"
            )
        yield "columns:"
        for name, column in (("ticket", guess.ticket), ("at", guess.at)):
            if name == "at" and (draft.moments or draft.is_of_last_changes):
                continue
            if column and name == "ticket" and guess.scope:
                note = f"{self._found.tickets} different, which {scalar(column)} alone does not tell apart"
                yield noted(f"  ticket: [{scalar(guess.scope)}, {scalar(column)}]", note)
            elif column:
                yield self._column(f"  {name}: {scalar(column)}", column)
            else:
                yield noted(f'  {name}: ""', "a blank: no column is like it, and every mapping needs one")
        if not guess.at and not draft.moments:
            for column in guess.dated:
                note = "; what shall be, and was not" if guess.is_planned(column) else ""
                yield f"  # `{shown(column)}` holds instants{note}"
        for name, column in (("actor", guess.actor), ("customer", guess.customer), ("channel", guess.channel)):
            if column and name == "channel" and self._draft.channels:
                yield from self._channel(column)
            elif column and name == "channel":
                yield self._column(f"  # channel: {{column: {scalar(column)}, words: {{Phone: phone}}}}", column)
            elif column:
                yield self._column(f"  {name}: {scalar(column)}", column)
        yield from self._severity()

    def _channel(self, column: str) -> Iterator[str]:
        yield "  channel:"
        yield self._column(f"    column: {scalar(column)}", column)
        yield "    words:"
        for word, channel in self._draft.channels.items():
            yield noted(f"      {scalar(word)}: {scalar(channel)}", _rows(self._found.columns[column].counts[word]))
        yield "    unknown: skip"

    def _severity(self) -> Iterator[str]:
        draft, column = self._draft, self._draft.severity
        degrees = list(draft.names.degrees) if draft.names is not None else []
        if draft.constant:
            is_said = draft.is_settled("severity")
            guessed, note = ("", "no column tells it") if is_said else (", guessed: true", GUESSED)
            yield noted(f"  data: {{severity: {{constant: {scalar(draft.constant)}{guessed}}}}}", note)
        if not column:
            return
        numbers = f"; numbers as {draft.degrees_of} has them" if draft.degrees_of else ""
        told = self._column(f"      column: {scalar(column)}", column) + numbers
        lines = ["  data:", "    severity:", told, "      words:"]
        for word, degree in draft.degrees.items():
            count = self._found.columns[column].counts[word]
            lines.append(noted(f"        {scalar(word)}: {scalar(degree) if degree else 'null'}", _rows(count)))
        if degrees and draft.degrees:
            yield from lines
            yield f"      # the policy has {_several(degrees)}"
            others = [each for each in (*self._guess.severities, *self._guess.impacts) if each != column]
            if others:
                yield f"      # other columns like it: {_several(others)}"
        else:
            yield from (f"  # {line[2:]}" for line in lines)

    def _roles(self) -> Iterator[str]:
        draft, guess = self._draft, self._guess
        roles = draft.names.policy.roles if draft.names is not None else {}
        known = f"; the policy has {_several(roles)}" if roles else ""
        yield "roles:"
        for line in draft.roles:
            words = scalar(line.words[0]) if len(line.words) == 1 else f"[{_several(line.words)}]"
            count = sum(self._found.columns[line.column].counts[word] for word in line.words)
            yield noted(f"  - {{when: {{{scalar(line.column)}: {words}}}, role: {line.role}}}", _rows(count))
        if guess.actor and not any(line.role == "system" for line in draft.roles):
            for word, count in self._found.columns[guess.actor].frequent(1):
                if not can_be_written(word):
                    break
                when = f"{{when: {{{scalar(guess.actor)}: {scalar(word)}}}, role: system}}"
                yield noted(f"  # - {when}", f"{_rows(count)}; if that is no person")
        yield noted(f"  - {{role: {draft.role}}}", f"everybody else{known}")

    def _moments(self) -> Iterator[str]:
        """What happened at each instant, where a ticket stands in one row."""
        yield noted("rows-from:", "each ticket has one row: what happened at each of its instants")
        for column, proposal in self._draft.moments.items():
            role, vendor = self._guess.moments.get(column, ""), self._draft.role
            is_state = proposal.kind == "state"
            by = f", role: {vendor}" if role == "first-response" and proposal != SKIP else ""
            back, reopened = self._draft.taken_back(column)
            asked = f"{{not: [{_several(back)}]}}" if back else ""
            waiting = self._draft.waiting_words if role == "waiting" and proposal != SKIP else []
            if waiting:
                asked = f"[{_several(waiting)}]"
            when = f", when: {{{scalar(self._guess.status[0])}: {asked}}}" if asked else ""
            outcome = proposal.name if is_state and not by + when else f"{{{_outcome(proposal)}{by}{when}}}"
            count = self._found.columns[column].filled
            note = f"; {role.replace('-', ' ')}" if proposal == SKIP and role else ""
            note += "; a guess: no other column tells of the opening" if column == self._guess.supposed else ""
            known = self._draft.known
            note += f"; as {known.tracker} has it" if known and any(map(known.meaning, waiting)) else ""
            note += f"; of {reopened} the status says that they are open" if back else ""
            yield noted(f"  {scalar(column)}: {outcome}", _rows(count) + note)
        for column in self._guess.dated:
            if column not in self._draft.moments:
                note = "; what shall be, and was not" if self._guess.is_planned(column) else ""
                yield f"  # `{shown(column)}` holds instants, too{note}"

    def _last_changes(self) -> Iterator[str]:
        """When each ticket was opened, and how it stands since its last change: only an end is told by that."""
        draft, guess, names = self._draft, self._guess, self._draft.names
        assert names is not None, "a policy tells the states"
        opened, status = self._found.opened, guess.status[0]
        yield noted("rows-from:", "each ticket has one row: when it was opened, and when it changed last")
        yield noted(f"  {scalar(opened)}: {names.state('new')}", _rows(self._found.columns[opened].filled))
        last = _rows(self._found.columns[guess.at].filled)
        yield noted(f"  {scalar(guess.at)}:", f"{last}; the last change, so an end perhaps later than it was")
        ends = draft.ended_words
        for state, words in ends:
            yield f"    - {{when: {{{scalar(status)}: [{_several(words)}]}}, state: {state}}}"
        ended = {word for _, words in ends for word in words}
        others = [shown(words[0], 24) for words, _ in draft.counts()[:MOST_STATUSES] if words[0] not in ended]
        yield noted("    - {skip: true}", f"no end: {', '.join(others)}" if others else "")

    def _statuses(self) -> Iterator[str]:
        draft, columns = self._draft, self._guess.status
        yield noted("statuses:", f"as {draft.statuses_of} has them" if draft.statuses_of else "")
        if not columns:
            yield noted("  - {skip: true}", "a blank: no column is like a status; say `when: {COLUMN: WORD}`")
            return
        lines = draft.counts()
        if not any(all(map(can_be_written, words)) for words, _ in lines[:MOST_STATUSES]):
            yield noted("  - {skip: true}", "a blank: no word of the status can be written down")
        for words, count in lines[:MOST_STATUSES]:
            if not all(map(can_be_written, words)):
                yield noted("  # a word that a mapping cannot hold", _rows(count))
                continue
            proposal = draft.statuses.get(words, SKIP)
            hint = hint_on(draft, words) if draft.is_unknown(words) else ""
            hint = hint or "`*` stands for any letters here" * ("*" in "".join(words))
            note = _rows(count) + (f"; {hint}" if hint else "")
            yield noted(f"  - {{when: {{{self._condition(words)}}}, {_outcome(proposal, draft.role)}}}", note)
        rest = sum(count for _, count in lines[MOST_STATUSES:])
        if rest:
            yield f"  # and {len(lines) - MOST_STATUSES} more, of {_rows(rest)}"

    def _condition(self, words: Words) -> str:
        """Which rows say this; a change of another field than the status and the severity is all its rows."""
        columns = self._guess.status
        if self._draft.snapshots:
            columns, words = ("field", "to"), (columns[0], *words)
        elif self._guess.is_change and not tells_value(words):
            columns = columns[:-1]
        pairs = zip(columns, words)
        return ", ".join(f"{scalar(column)}: {scalar(word) if word else '{set: false}'}" for column, word in pairs)

    def _column(self, line: str, column: str) -> str:
        words = self._found.columns[column]
        empty = self._found.rows - words.filled
        return noted(line, f"{words.different} different" + (f", {empty} empty" if empty else ""))

    def _list(self) -> Iterator[str]:
        yield "#"
        yield "# Every column: rows that fill it, different texts, the most frequent ones."
        width = max((len(shown(name)) for name in self._found.columns), default=0)
        for name, words in self._found.columns.items():
            numbers = f"{words.filled:>8}  {words.different:>9}"
            yield f"#   {shown(name):{width}}  {numbers}  {_often(words)}".rstrip()


def _outcome(proposal: Proposal, vendor: str = "") -> str:
    if proposal == SKIP:
        return "skip: true"
    given = f", role: {vendor}, data: {{severity: {{constant: {proposal.degree}}}}}" if proposal.degree else ""
    return f"{proposal.kind}: {proposal.name}{given}"


def _name(file: str) -> str:
    """A name for the mapping, from that of the file."""
    name = kebab(file.partition(".")[0])[:64].strip("-")
    try:
        check_format("id", name)
    except ValueError:
        return "export"
    return name


def _often(words: ColumnWords) -> str:
    frequent = [f"{shown(word, 24)} {count}" for word, count in words.frequent(SHOWN)]
    return ", ".join(frequent) + (", …" if len(words.counts) > SHOWN else "")


def shown(text: str, most: int = 40) -> str:
    """A text for a comment: on one line, not too long."""
    return quoted(text[:most] + "…" * (len(text) > most))[1:-1]


def _several(words: Iterable[str]) -> str:
    return ", ".join(map(scalar, words))


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def noted(line: str, note: str) -> str:
    """A line with its comment."""
    return f"{line:<{COMMENT_AT}} # {note}" if note else line
