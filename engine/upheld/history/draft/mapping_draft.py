"""Drafts of mappings: what was found in an export, written down as a mapping to be gone through.

The draft is YAML that the schema accepts, unless a line says that it is a blank; it skips every
row whose meaning nobody has said yet. Where a policy is at hand, the nearest of its names are
proposed. What was counted stands beside each line, as comments.

Source: DESIGN section 6; the command `upheld map`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from upheld.core.condition.domain import OneOf
from upheld.core.lifecycle.plan import fact_domains
from upheld.core.nearest import nearest, quoted
from upheld.core.policy.policy import Policy
from upheld.history.draft.column_guess import CHANGE, ColumnWords
from upheld.history.draft.export_survey import ExportSurvey
from upheld.history.mapping.cell import kebab
from upheld.history.part import Part
from upheld.schema.formats import check_format

MOST_STATUSES: Final = 100
MOST_WORDS: Final = 30
SHOWN: Final = 6
"""Words of a column that its line in the list of columns shows."""
COMMENT_AT: Final = 56
"""Where comments begin, if the line leaves room."""

_PLAIN: Final = re.compile(r"[^\W\d_](?:[\w./-]|:(?=\w)| (?=[\w(])|\((?=\w)|(?<=\w)\))*")
_SAID: Final = frozenset("true false null yes no on off y n".split())


def draft(
    found: ExportSurvey, file: str, format_name: str, policy: Policy | None = None, part: Part | None = None
) -> str:
    """The draft, line by line.

    Args:
        file: What the export is called.
        format_name: The format it was read as.
        policy: The one whose states, events and severities are proposed.
        part: Which table of the file this is.
    """
    return "\n".join(_Draft(found, file, format_name, policy, part or Part()).lines()) + "\n"


def scalar(text: str) -> str:
    """A text as YAML writes it, in quotes where it needs them.

    >>> print(scalar("In Progress"), scalar("concept:name"), scalar("3 - Low"), scalar("on"))
    In Progress concept:name "3 - Low" "on"
    """
    if _PLAIN.fullmatch(text) and text.lower() not in _SAID and len(text) < 100:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


class _Draft:
    def __init__(self, found: ExportSurvey, file: str, format_name: str, policy: Policy | None, part: Part) -> None:
        self._part = part
        self._found = found
        self._guess = found.guess
        self._file = re.split(r"[/\\]", file)[-1]
        self._format = format_name
        self._policy = policy
        self._names = {} if policy is None else _meanings(found, policy)
        states = 0 if policy is None else sum(name in policy.states for name in self._names.values())
        self._audit = 2 * states > len(self._names) > 0

    def lines(self) -> Iterator[str]:
        yield "# yaml-language-server: $schema=mapping.schema.json"
        yield from self._head()
        yield "upheld: 1"
        yield f"mapping: {_name(self._file)}"
        yield f"format: {self._format}"
        if self._part.others:
            others = ", ".join(map(_shown, self._part.others))
            yield _noted(f"{self._part.key}: {scalar(self._part.chosen)}", f"there are also: {others}")
        if self._audit:
            yield _noted("audit: true", "its words are states, not what was done")
        yield from self._instants()
        yield from self._nulls()
        yield from self._columns()
        yield from self._roles()
        yield from self._statuses()
        yield "unknown: error"
        yield from self._list()

    def _head(self) -> Iterator[str]:
        found = self._found
        unread = f", and {found.bad} that cannot be read" if found.bad else ""
        yield f"# A draft, from {_shown(self._file)}: {_rows(found.rows)}{unread}. Go through it line by line."
        what = "Names of the policy are proposals" if self._policy is not None else "No policy was given (`--policy`)"
        yield f"# {what}; what is `skip: true` means nothing until you say which `event` or `state` it is."

    def _instants(self) -> Iterator[str]:
        guess = self._guess
        offsets = ", ".join(sorted(guess.offsets))
        if "none" in guess.offsets:
            yield _noted("zone: {assume: Etc/UTC}", "a blank: in which zone was the clock read? `Europe/Paris`, …")
        elif offsets:
            yield f"# zone: {{override: Europe/Paris}}    if the offsets of the instants ({offsets}) are wrong"
        if guess.form not in ("", "iso"):
            note = "or " + ", ".join(guess.forms) + "?" if guess.forms else ""
            yield _noted(f"dates: [{scalar(guess.form)}]", note)
        if self._found.out_of_order:
            yield _noted("order: by-time", f"{_rows(self._found.out_of_order)} below a later one of the same ticket")
        if self._found.duplicates:
            yield _noted("# duplicates: drop", f"{_rows(self._found.duplicates)} exactly like one above")

    def _nulls(self) -> Iterator[str]:
        guess = self._guess
        perhaps = f"perhaps also {_several(guess.perhaps)}" if guess.perhaps else ""
        if guess.nulls:
            yield _noted(f"nulls: [{_several(guess.nulls)}]", perhaps)
        elif perhaps:
            yield f"# nulls: [{_several(guess.perhaps)}]     if these words mean nothing"

    def _columns(self) -> Iterator[str]:
        guess = self._guess
        yield "columns:"
        for name, column in (("ticket", guess.ticket), ("at", guess.at)):
            if column:
                yield self._column(f"  {name}: {scalar(column)}", column)
            else:
                yield _noted(f'  {name}: ""', "a blank: no column is like it, and every mapping needs one")
        for name, column in (("actor", guess.actor), ("customer", guess.customer), ("channel", guess.channel)):
            if column and name == "channel":
                yield self._column(f"  # channel: {{column: {scalar(column)}, words: {{Phone: phone}}}}", column)
            elif column:
                yield self._column(f"  {name}: {scalar(column)}", column)
        yield from self._severity()

    def _severity(self) -> Iterator[str]:
        column = self._guess.severity
        if not column:
            return
        domain = None if self._policy is None else fact_domains(self._policy)["severity"]
        degrees = domain.values if isinstance(domain, OneOf) else ()
        lines = ["  data:", "    severity:", self._column(f"      column: {scalar(column)}", column), "      words:"]
        for word, count in self._found.columns[column].frequent(MOST_WORDS):
            if word.isprintable():
                near = _near(word, degrees)
                lines.append(_noted(f"        {scalar(word)}: {near or 'null'}", _rows(count)))
        if degrees:
            yield from lines
            yield f"      # the policy has {_several(degrees)}"
        else:
            yield from (f"  # {line[2:]}" for line in lines)

    def _roles(self) -> Iterator[str]:
        roles = {} if self._policy is None else {name: role.side for name, role in self._policy.roles.items()}
        agent = next((name for name, side in roles.items() if side == "vendor"), "agent")
        known = f"; the policy has {_several(roles)}" if roles else ""
        yield "roles:"
        if self._guess.actor:
            for word, count in self._found.columns[self._guess.actor].frequent(1):
                if not word.isprintable():
                    break
                when = f"{{when: {{{scalar(self._guess.actor)}: {scalar(word)}}}, role: system}}"
                yield _noted(f"  # - {when}", f"{_rows(count)}; if that is no person")
        yield _noted(f"  - {{role: {agent}}}", f"everybody else{known}")

    def _statuses(self) -> Iterator[str]:
        columns, counts = self._guess.status, self._found.statuses
        yield "statuses:"
        if not columns:
            yield _noted("  - {skip: true}", "a blank: no column is like a status; say `when: {COLUMN: WORD}`")
            return
        lines = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        for words, count in lines[:MOST_STATUSES]:
            if not "".join(words).isprintable():
                yield _noted("  # a word that YAML cannot hold", _rows(count))
                continue
            outcome, note = self._outcome(words)
            yield _noted(f"  - {{when: {{{_condition(columns, words)}}}, {outcome}}}", _rows(count) + note)
        rest = sum(count for _, count in lines[MOST_STATUSES:])
        if rest:
            yield f"  # and {len(lines) - MOST_STATUSES} more, of {_rows(rest)}"

    def _outcome(self, words: Sequence[str]) -> tuple[str, str]:
        """What such a row may be, and a word on it."""
        name = self._names.get(tuple(words), "")
        if not name or self._policy is None:
            return "skip: true", ""
        if self._audit and name in self._policy.states:
            return f"state: {name}", ""
        if name in self._policy.events:
            return f"event: {name}", ""
        return "skip: true", f"; like state `{name}`, which only `audit: true` reads"

    def _column(self, line: str, column: str) -> str:
        words = self._found.columns[column]
        empty = self._found.rows - words.filled
        return _noted(line, f"{words.different} different" + (f", {empty} empty" if empty else ""))

    def _list(self) -> Iterator[str]:
        yield "#"
        yield "# Every column: rows that fill it, different texts, the most frequent ones."
        width = max((len(_shown(name)) for name in self._found.columns), default=0)
        for name, words in self._found.columns.items():
            numbers = f"{words.filled:>8}  {words.different:>9}"
            yield f"#   {_shown(name):{width}}  {numbers}  {_often(words)}".rstrip()


def _meanings(found: ExportSurvey, policy: Policy) -> dict[tuple[str, ...], str]:
    """The state or event of the policy that each status is most like; those that are like none are left out."""
    names = [*policy.states, *policy.events]
    near = {words: _near(words[-1], names) or _near(words[0], names) for words in found.statuses if any(words)}
    return {words: name for words, name in near.items() if name}


def _near(word: str, names: Iterable[str]) -> str:
    known = list(names)
    plain = kebab(word)
    return plain if plain in known else nearest(plain, known) or ""


def _condition(columns: Sequence[str], words: Sequence[str]) -> str:
    """Which rows say this; a change of another field than the status is all its rows."""
    shown = columns[:-1] if tuple(columns) == CHANGE and not words[-1] else columns
    return ", ".join(
        f"{scalar(column)}: {scalar(word) if word else '{set: false}'}" for column, word in zip(shown, words)
    )


def _name(file: str) -> str:
    """A name for the mapping, from that of the file."""
    name = kebab(file.partition(".")[0])[:64].strip("-")
    try:
        check_format("id", name)
    except ValueError:
        return "export"
    return name


def _often(words: ColumnWords) -> str:
    frequent = [f"{_shown(word, 24)} {count}" for word, count in words.frequent(SHOWN)]
    return ", ".join(frequent) + (", …" if len(words.counts) > SHOWN else "")


def _shown(text: str, most: int = 40) -> str:
    """A text for a comment: on one line, not too long."""
    return quoted(text[:most] + "…" * (len(text) > most))[1:-1]


def _several(words: Iterable[str]) -> str:
    return ", ".join(map(scalar, words))


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _noted(line: str, note: str) -> str:
    """A line with its comment."""
    return f"{line:<{COMMENT_AT}} # {note}" if note else line
