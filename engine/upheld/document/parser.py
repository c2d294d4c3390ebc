"""The text of a document cut into events, by whichever of PyYAML's two parsers is at hand.

The one in C is ten times as fast; the one in Python serves a machine without libyaml. A parser stops at the
first thing it cannot read, and what it says of it becomes a ``Complaint``, never an exception of its own.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken

from upheld.document.catalogue import DIRECTIVE
from upheld.document.problems import Problems
from upheld.document.source import shown

if yaml.__with_libyaml__:
    from yaml._yaml import CParser

_DIRECTIVE: Final = re.compile(r"^%[^\r\n]*", re.MULTILINE)
_ALLOWED: Final = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?\r?\n)*+%YAML[ \t]+1\.2[ \t]*(?:#[^\r\n]*)?(?:\r?\n|\Z)")


_OPENING: Final = re.compile(r"[\[{]")
_PLAIN: Final = re.compile(r"(?:[^\0 \t\r\n:]|:(?![\0 \t\r\n]))++")
_PLAIN_IN_BRACKETS: Final = re.compile(r"(?:[^\0 \t\r\n:,\[\]{}]|:(?![\0 \t\r\n,\[\]{}]))++")

MAX_DEPTH: Final = 64
"""The most mappings and lists that may stand inside one another."""

_INDICATORS: Final = re.compile(r"(?:([+-])([1-9])?|([1-9])([+-])?)?(?=[\0 \t\r\n#])")


@dataclass(frozen=True, slots=True)
class Complaint:
    """Where a parser stopped and what it said.

    Attributes:
        problem: What was wrong at ``at``.
        context: What it was doing, which began at ``since``; ``""`` if it did not say.
        at, since: Offsets in the text; ``since`` is None when there is no context.
    """

    problem: str
    context: str
    at: int
    since: int | None


class Stopped(Exception):
    """The parser cannot go on; it never leaves this package.

    Attributes:
        complaint: Where and why.
    """

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.problem)
        self.complaint = complaint


class _PythonParser(Reader, Scanner, Parser):
    """PyYAML's parser in Python, brought nearer to the one in C where documents of today need it.

    Without that, JSON indented with tabs, a tab before a comment or a question mark inside brackets would be read
    on one machine and not on another.
    """

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def scan_to_next_token(self) -> None:
        """Skip blanks, comments and line ends: a tab too, but for where a key or an item could begin."""
        while True:
            while self.peek() == " " or (self.peek() == "\t" and (self.flow_level or not self.allow_simple_key)):
                self.forward()
            if self.peek() == "#":
                while self.peek() not in "\0\r\n":
                    self.forward()
            if not self.scan_line_break():  # type: ignore[no-untyped-call]  # so the stubs have it
                return
            self.allow_simple_key = self.allow_simple_key or not self.flow_level

    def scan_plain(self) -> ScalarToken:
        """Take a question mark inside brackets for text."""
        start_mark = end_mark = self.get_mark()
        indent = self.indent + 1
        pattern = _PLAIN_IN_BRACKETS if self.flow_level else _PLAIN
        text: list[str] = []
        spaces: list[str] | None = []
        while self.peek() != "#" and (found := pattern.match(self.buffer, self.pointer)):
            text += [*(spaces or []), found[0]]
            self.allow_simple_key = False
            self.forward(len(found[0]))
            end_mark = self.get_mark()
            spaces = self.scan_plain_spaces(indent, start_mark)
            if not spaces or (not self.flow_level and self.column < indent):
                break
        if self.flow_level and self.peek() == ":" and self.peek(1) in ",?[]{}":
            raise ScannerError("while scanning a plain scalar", start_mark, "found unexpected ':'", self.get_mark())
        return ScalarToken("".join(text), True, start_mark, end_mark)

    def scan_plain_spaces(self, indent: int, start_mark: Any) -> list[str] | None:
        """Take tabs for blanks inside unquoted text, and at the end of its lines."""
        length = 0
        while self.peek(length) in (" ", "\t"):
            length += 1
        if self.peek(length) not in "\0\r\n":
            blanks = self.prefix(length)
            self.forward(length)
            return [blanks] if blanks else []
        self.forward(length)
        chunks: list[str] | None = super().scan_plain_spaces(indent, start_mark)
        while chunks and self.peek() in (" ", "\t") and self.column >= indent:
            self.forward()
        return chunks

    def scan_block_scalar_indicators(self, start_mark: Any) -> tuple[bool | None, int | None]:
        """Let a tab follow the ``|`` or ``>`` that begins a text, and what belongs to it."""
        found = _INDICATORS.match(self.buffer, self.pointer)
        if found is None:
            refused: tuple[bool | None, int | None] = super().scan_block_scalar_indicators(start_mark)
            return refused
        self.forward(len(found[0]))
        sign, digit = found[1] or found[4], found[2] or found[3]
        return (sign == "+" if sign else None), (int(digit) if digit else None)

    def scan_block_scalar_ignored_line(self, start_mark: Any) -> None:
        """Skip the rest of that line."""
        while self.peek() in (" ", "\t"):
            self.forward()
        super().scan_block_scalar_ignored_line(start_mark)

    def scan_flow_scalar_non_spaces(self, double: bool, start_mark: Any) -> list[str]:
        """Refuse an escape for half a character, or for none, as the parser in C does."""
        try:
            chunks: list[str] = super().scan_flow_scalar_non_spaces(double, start_mark)
            "".join(chunks).encode()
        except (ValueError, OverflowError):
            problem = "found invalid Unicode character escape code"
            raise ScannerError("while parsing a quoted scalar", start_mark, problem, self.get_mark()) from None
        return chunks


def events(text: str, *, libyaml: bool = yaml.__with_libyaml__) -> Iterator[yaml.Event]:
    """The events of ``text``, in order. Raises Stopped where it is no YAML.

    A parser looks ahead of what it tells, and may stop there; some releases of libyaml stop at a limit of depth of
    their own. Where what was seen by then may be too deep, it is told too, so that depth is refused alike by all.
    """
    told, offset, complaint = yield from _parsed(text, libyaml)
    if complaint is None:
        return
    since = complaint.since
    end = since if since is not None and since > offset else complaint.at
    if len(_OPENING.findall(text, offset, end)) > MAX_DEPTH:
        *_, earlier = yield from _parsed(text[:end], libyaml, told)
        if earlier is not None and (earlier.at < end or "depth" in complaint.problem):
            complaint = earlier
    raise Stopped(complaint)


def _parsed(text: str, libyaml: bool, first: int = 0) -> Generator[yaml.Event, None, tuple[int, int, Complaint | None]]:
    """The events from number ``first`` on; then how many there are, where the last begins, and why it ends there."""
    parser = CParser(text) if libyaml else _PythonParser(text)
    number = offset = 0
    try:
        while (event := parser.get_event()) is not None:
            if number >= first:
                yield event
            number, offset = number + 1, start_of(event)
    except yaml.MarkedYAMLError as error:
        return number, offset, _complaint(error, offset)
    return number, offset, None


def start_of(event: yaml.Event) -> int:
    """The offset at which ``event`` begins."""
    mark = event.start_mark
    assert mark is not None, "a parser marks every event"
    return mark.index


def end_of(event: yaml.Event) -> int:
    """The offset at which ``event`` ends."""
    mark = event.end_mark
    assert mark is not None, "a parser marks every event"
    return mark.index


def _complaint(error: yaml.MarkedYAMLError, offset: int) -> Complaint:
    at = offset if error.problem_mark is None else error.problem_mark.index
    since = None if error.context_mark is None else error.context_mark.index
    return Complaint(error.problem or "", error.context or "", at, since)


def refuse_directives(problems: Problems, text: str) -> str:
    """Note each directive but a leading ``%YAML 1.2``, and make a comment of it for the parser.

    In block style no other line can begin with ``%``. A parser takes quadratic time for many of them.
    """
    allowed = _ALLOWED.match(text)
    start = allowed.end() if allowed else 0
    for found in _DIRECTIVE.finditer(text, start):
        hint = "remove the line; text that begins with `%` needs quotes, and stands on the line of its key"
        problems.add(DIRECTIVE, found.start(), f"`{shown(found[0])}` is a directive, which is not read", hint)
    return text[:start] + _DIRECTIVE.sub(lambda found: "#" + found[0][1:], text[start:])
