"""The text of a document cut into events, by whichever of PyYAML's two parsers is at hand.

The one in C is ten times as fast; the one in Python serves a machine without libyaml. A parser stops at the
first thing it cannot read, and what it says of it becomes a ``Complaint``, never an exception of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import yaml
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from upheld.document.codes import DIRECTIVE
from upheld.document.problems import Problems
from upheld.document.source import shown
from upheld.document.syntax import Complaint

if yaml.__with_libyaml__:
    from yaml._yaml import CParser

_DIRECTIVE: Final = re.compile(r"^%[^\r\n]*", re.MULTILINE)
_ALLOWED: Final = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?\r?\n)*+%YAML[ \t]+1\.2[ \t]*(?:#[^\r\n]*)?(?:\r?\n|\Z)")


class Stopped(Exception):
    """The parser cannot go on; it never leaves this package.

    Attributes:
        complaint: Where and why.
    """

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.problem)
        self.complaint = complaint


class _PythonParser(Reader, Scanner, Parser):
    """PyYAML's parser in Python, without what it would do with the events."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def events(text: str, *, libyaml: bool = yaml.__with_libyaml__) -> Iterator[yaml.Event]:
    """The events of ``text``, in order. Raises Stopped where it is no YAML."""
    parser = CParser(text) if libyaml else _PythonParser(text)
    offset = 0
    try:
        while (event := parser.get_event()) is not None:
            yield event
            offset = start_of(event)
    except yaml.MarkedYAMLError as error:
        raise Stopped(_complaint(error, offset)) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        at = parser.get_mark().index if isinstance(parser, _PythonParser) else offset
        raise Stopped(Complaint(f"escape: {error}", "", at, None)) from None


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
