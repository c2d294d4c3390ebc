"""Questions of ``upheld map --ask``: what a draft leaves open, asked on the terminal one after another.

Questions go to standard error and answers come from standard input, so that a file of answers does as well as a
keyboard. Enter accepts what is proposed. Several proposals stand together in a table, which one Enter accepts; a number
changes one of its lines. Whoever breaks off keeps what he answered, where a file was named.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import click

from upheld.cli.drafting.check import check_lines, checked
from upheld.cli.drafting.source import DraftSource
from upheld.cli.failure import one_line
from upheld.core.nearest import nearest, quoted
from upheld.core.policy.policy import Policy
from upheld.core.time.zone import zone_problem
from upheld.history.draft.column_guess import Chosen, can_be_written
from upheld.history.draft.draft_text import draft_text
from upheld.history.draft.mapping_draft import MOST_STATUSES, MappingDraft
from upheld.history.draft.open_questions import hint_on, told_words
from upheld.history.draft.proposal import SKIP, Proposal, RoleLine, Words
from upheld.history.mapping.date_form import parse_form

MOST_COLUMNS: Final = 20
"""Columns that are shown to choose from; others can be named."""
MOST_SHOWN: Final = 60
"""Characters of a word that are shown."""
LONGEST_BESIDE: Final = 32
"""Characters of options that stand side by side, up to ``WIDTH``."""
WIDTH: Final = 90
NOTHING: Final = "nothing (skip)"
NONE: Final = "none"
NO_COLUMN: Final = "none of them"

Value = TypeVar("Value")


def ask_for(draft: MappingDraft, policy: Policy, source: DraftSource, output: str | None, force: bool) -> str | None:
    """Ask for what the draft leaves open, and write the answers into it.

    Returns: the file that the mapping goes to, ``None`` for standard output.
    Raises: click.Abort when somebody breaks off, or the answers end before the questions.
    """
    terminal = _Terminal()
    try:
        _Questions(draft, source, terminal).ask()
        terminal.say("")
        for line in check_lines(draft, checked(draft, policy, source), source.most_tried):
            terminal.say(line)
        return output or _file(terminal, source.name, force)
    except click.Abort:
        terminal.say("")
        if output is not None:
            Path(output).write_text(draft_text(draft), encoding="utf-8", newline="\n")
            terminal.say(f"what was answered so far stands in {output}; the rest are proposals")
        raise


def _file(terminal: _Terminal, name: str, force: bool) -> str | None:
    """The file that somebody at a terminal wants; what is redirected goes where it is redirected to."""
    if not sys.stdout.isatty():
        return None
    usual = f"{Path(name).name.partition('.')[0] or 'export'}.mapping.yaml"
    while True:
        file = terminal.line(f"Write the mapping to [{usual}]: ") or usual
        if force or not Path(file).exists():
            return file
        terminal.say(f"{file} is there already: name another one")


class _Terminal:
    """Where questions and answers go."""

    def say(self, text: str) -> None:
        click.echo(one_line(text), err=True)

    def line(self, prompt: str) -> str:
        """An answer. Raises: click.Abort where there is none any more."""
        click.echo(one_line(prompt), nl=False, err=True)
        try:
            answer = sys.stdin.readline()
        except KeyboardInterrupt:
            raise click.Abort from None
        if not answer:
            raise click.Abort
        return answer.strip()

    def choice(self, question: str, options: Sequence[str], default: int | None = 0, others: Sequence[str] = ()) -> str:
        """One of some options, by its number or its name; ``others`` may be named, too. No ``default`` is no Enter."""
        self.say("")
        self.say(question)
        for line in _in_lines([f"{number} {_cut(option)}" for number, option in enumerate(options, 1)]):
            self.say(f"  {line}")
        known = {each.lower(): each for each in (*others, *options)}
        while True:
            answer = self.line("number or name: " if default is None else f"[{default + 1}]: ")
            if not answer and default is not None:
                return options[default]
            if answer.isascii() and answer.isdecimal() and 1 <= int(answer) <= len(options):
                return options[int(answer) - 1]
            if answer.lower() in known:
                return known[answer.lower()]
            near = nearest(answer, known.values()) if answer else None
            self.say(f"a number from 1 to {len(options)}, or a name{f'; did you mean {near}?' if near else ''}")


class _Questions:
    """Asks about one draft, and changes it."""

    def __init__(self, draft: MappingDraft, source: DraftSource, terminal: _Terminal) -> None:
        assert draft.names is not None, "the names of a policy are what is chosen from"
        self._draft = draft
        self._source = source
        self._terminal = terminal
        self._names = draft.names
        policy = draft.names.policy
        self._outcomes = [*policy.states, *(name for name in policy.events if name not in policy.states)]

    def ask(self) -> None:
        """Every question, in the order in which the answers depend on one another."""
        found = self._draft.found
        self._terminal.say(f"{self._source.name}: {_rows(found.rows)}. Enter accepts what is proposed.")
        self._ask_columns()
        self._ask_zone()
        self._ask_dates()
        if self._draft.moments:
            self._ask_moments()
        else:
            self._ask_statuses()
        self._ask_severity()
        self._ask_roles()

    def _ask_columns(self) -> None:
        """Which column is the ticket, which the instant, and which the status; what is new is looked at anew."""
        guess, asked = self._draft.found.guess, Chosen()
        ticket = self._column("Ticket", "Which column is the ticket?", guess.ticket, guess.tickets)
        if ticket != guess.ticket:
            asked = self._looked_at(Chosen(ticket=ticket))
        if self._draft.moments:
            return
        guess = self._draft.found.guess
        likely = [name for name in guess.dated if not guess.is_planned(name)]
        at = self._column("Instant", "Which column says when it happened?", guess.at, likely)
        if guess.is_change:
            status = guess.status
        else:
            first = guess.status[0] if guess.status else ""
            column = self._column("Status", "Which column tells the status?", first, guess.statuses, can_be_none=True)
            status = guess.status if column == first else (column,) if column else ()
        if (at, status) != (guess.at, guess.status):
            self._looked_at(Chosen(asked.ticket or ticket, at, status))

    def _looked_at(self, chosen: Chosen) -> Chosen:
        self._draft.found = self._source.survey(chosen)
        self._draft.propose()
        return chosen

    def _column(self, what: str, question: str, guessed: str, likely: Sequence[str], can_be_none: bool = False) -> str:
        """A column; not asked where only one is like it, and never one by Enter alone where none is."""
        columns = self._draft.found.columns
        if guessed and not [name for name in likely if name != guessed]:
            self._terminal.say(f"{what}: {guessed}")
            return guessed
        order = dict.fromkeys([*([guessed] if guessed else []), *likely, *columns])
        shown = list(order)[:MOST_COLUMNS]
        told = [f"{name}  ({', '.join(word for word, _ in columns[name].frequent(3))})" for name in shown]
        options = [*told, NO_COLUMN] if can_be_none else told
        chosen = self._terminal.choice(question, options, 0 if guessed else None, others=list(columns))
        if chosen == NO_COLUMN and can_be_none:
            return ""
        return shown[told.index(chosen)] if chosen in told else chosen

    def _ask_zone(self) -> None:
        draft = self._draft
        while draft.zone:
            self._terminal.say("")
            self._terminal.say("The instants say no zone. In which one was the clock read?")
            zone = self._terminal.line(f"[{draft.zone}]: ") or draft.zone
            problem = zone_problem(zone)
            if problem is None:
                draft.zone = zone
                draft.settled.add(("zone", ""))
                return
            self._terminal.say(f"{problem.message}; {problem.hint}")

    def _ask_dates(self) -> None:
        draft, reading = self._draft, self._draft.reading
        if not reading.other:
            return
        forms = reading.ways
        told = [f"{_day(form, reading.example)}  ({form})" for form in forms]
        chosen = self._terminal.choice(f"Which day is {quoted(reading.example)}? No text tells.", told)
        draft.forms[0] = forms[told.index(chosen)]
        draft.settled.add(("dates", ""))

    def _ask_moments(self) -> None:
        draft = self._draft
        columns = list(draft.moments)
        self._table(
            "Each ticket has one row. What happened at its instants?",
            [f"{column}  ({_rows(draft.found.columns[column].filled)})" for column in columns],
            lambda at: draft.moments[columns[at]].name,
            lambda at: draft.moments.update({columns[at]: self._outcome(columns[at], draft.moments[columns[at]])}),
        )
        draft.settled.update(("status", column) for column in columns)

    def _ask_statuses(self) -> None:
        draft = self._draft
        counts = [(words, count) for words, count in draft.counts() if all(map(can_be_written, words))][:MOST_STATUSES]
        known = [(words, count) for words, count in counts if draft.statuses.get(words, SKIP) != SKIP]
        lines = [f"{told_words(draft, words)}  ({_rows(count)})" for words, count in known]
        self._table(
            "What do the words of the status mean?",
            lines,
            lambda at: draft.statuses[known[at][0]].name,
            lambda at: self._ask_status(*known[at]),
        )
        for words, count in counts:
            if draft.is_unknown(words):
                self._ask_status(words, count)

    def _ask_status(self, words: Words, count: int) -> None:
        draft = self._draft
        hint = hint_on(draft, words)
        question = f"{told_words(draft, words)} ({_rows(count)}{', for instance ' + _cut(self._example(words))})"
        chosen = self._outcome(f"{question}: what is it?{' ' + hint if hint else ''}", draft.statuses.get(words, SKIP))
        draft.statuses[words] = chosen
        draft.settled.add(("status", "\0".join(words)))

    def _example(self, words: Words) -> str:
        """A ticket with these words."""
        examples = self._draft.found.examples
        return next((ticket for each, ticket in examples.items() if each[: len(words)] == words), "")

    def _outcome(self, question: str, proposed: Proposal) -> Proposal:
        options = [*self._outcomes, NOTHING]
        default = options.index(proposed.name) if proposed.name in options else len(options) - 1
        name = self._terminal.choice(question, options, default, others=["skip"])
        if name in (NOTHING, "skip"):
            return SKIP
        return Proposal("state" if name in self._names.policy.states else "event", name)

    def _ask_severity(self) -> None:
        draft, degrees = self._draft, [*self._names.degrees, NONE]
        if len(degrees) == 1:
            return
        if not draft.severity:
            default = degrees.index(draft.constant) if draft.constant else len(degrees) - 1
            chosen = self._terminal.choice(
                "No column tells the severity. Which one has every ticket?", degrees, default
            )
            draft.constant = "" if chosen == NONE else chosen
            draft.settled.add(("severity", ""))
            return
        if len(draft.found.guess.severities) > 1:
            question = "Which column tells the severity?"
            draft.severity = self._column("", question, draft.severity, draft.found.guess.severities)
            draft.degrees = draft.meant_degrees(draft.severity)
        counts = draft.found.columns[draft.severity].counts
        known = [word for word, degree in draft.degrees.items() if degree]

        def ask(word: str) -> None:
            default = degrees.index(draft.degrees[word]) if draft.degrees[word] else len(degrees) - 1
            chosen = self._terminal.choice(
                f"Which severity is {quoted(word)} ({_rows(counts[word])})?", degrees, default
            )
            draft.degrees[word] = "" if chosen == NONE else chosen
            draft.settled.add(("severity", word))

        self._table(
            f"What do the words of {draft.severity} mean?",
            [f"{word}  ({_rows(counts[word])})" for word in known],
            lambda at: draft.degrees[known[at]],
            lambda at: ask(known[at]),
        )
        for word in draft.degrees:
            if word not in known and word not in draft.found.guess.nulls:
                ask(word)

    def _ask_roles(self) -> None:
        draft = self._draft
        roles = [*self._names.policy.roles, "system"]
        lines = [f"{line.column}: {', '.join(line.words)}" for line in draft.roles]

        def change(at: int) -> None:
            if at == len(draft.roles):
                default = roles.index(draft.role) if draft.role in roles else 0
                draft.role = self._terminal.choice("In which role does everybody else act?", roles, default)
                return
            line = draft.roles[at]
            default = roles.index(line.role) if line.role in roles else 0
            role = self._terminal.choice(f"In which role do they act: {lines[at]}?", roles, default)
            draft.roles[at] = RoleLine(line.column, line.words, role)

        self._table(
            "Who acts in which role?",
            [*lines, "everybody else" if lines else "everybody"],
            lambda at: draft.roles[at].role if at < len(draft.roles) else draft.role,
            change,
        )

    def _table(
        self, title: str, lines: Sequence[str], told: Callable[[int], str], change: Callable[[int], None]
    ) -> None:
        """Proposals that stand together: Enter accepts them, a number changes one."""
        while lines:
            self._terminal.say("")
            self._terminal.say(title)
            width = min(MOST_SHOWN, max(map(len, lines)))
            for number, line in enumerate(lines):
                self._terminal.say(f"  {number + 1:>2}  {_cut(line):{width}}  {told(number) or NOTHING}")
            answer = self._terminal.line("Enter for yes, or the number of one to change: ")
            if not answer:
                return
            if answer.isascii() and answer.isdecimal() and 1 <= int(answer) <= len(lines):
                change(int(answer) - 1)
            else:
                self._terminal.say(f"a number from 1 to {len(lines)}, or Enter")


def _day(form: str, text: str) -> str:
    at: datetime | None = parse_form(form)(text)
    assert at is not None, "both forms read it"
    return f"{at.day} {at:%b} {at.year}"


def _in_lines(options: Sequence[str]) -> list[str]:
    """Short options side by side, long ones below one another."""
    if max(map(len, options)) > LONGEST_BESIDE:
        return list(options)
    lines = [""]
    for option in options:
        if len(lines[-1]) + len(option) > WIDTH:
            lines.append("")
        lines[-1] += ("   " if lines[-1] else "") + option
    return lines


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
