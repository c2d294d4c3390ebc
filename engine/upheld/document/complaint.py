"""What a parser stopped at, the text around it, and what is made of both for the author."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


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


@dataclass(frozen=True, slots=True)
class Explanation:
    """A complaint in the author's words."""

    code: str
    offset: int
    message: str
    hint: str


_FURTHEST: Final = 20
"""So many lines of comment are skipped for the line above a place."""


class Spot:
    """The place of a complaint, and the text around it.

    Attributes:
        inner: Where the innermost mapping or list begins that is still open, if any is.
        quoted: Where the last text in quotes began, if there was any.
    """

    def __init__(self, complaint: Complaint, text: str, inner: int | None, quoted: int | None) -> None:
        self.complaint = complaint
        self.text = text
        self.at = min(complaint.at, len(text))
        self.since = self.at if complaint.since is None else min(complaint.since, len(text))
        self.inner = inner
        self.quoted = quoted
        self.char = text[self.at : self.at + 1]
        self.line_start = text.rfind("\n", 0, self.at) + 1
        self.before = text[self.line_start : self.at]

    @property
    def at_end(self) -> bool:
        """Whether nothing but blank space follows."""
        return not self.text[self.at :].strip()

    @property
    def last(self) -> str:
        """The last visible character before the place, on its line."""
        return self.before.rstrip()[-1:]

    @property
    def begins_line(self) -> bool:
        """Whether only spaces stand before it on its line."""
        return not self.before.strip(" ")

    def line_of(self, offset: int) -> int:
        """The number of the line of ``offset``."""
        return self.text.count("\n", 0, offset) + 1

    def column_of(self, offset: int) -> int:
        """The number of the column of ``offset``."""
        return offset - self.text.rfind("\n", 0, offset)

    def line_above(self) -> tuple[int, str]:
        """The last line above that is neither blank nor a comment: where its first character is, and it from there."""
        start = self.line_start
        line = ""
        for _ in range(_FURTHEST):
            end = len(self.text[:start].rstrip())
            start = self.text.rfind("\n", 0, end) + 1
            line = self.text[start:end].lstrip()
            if not line.startswith("#"):
                break
        return self.text.find(line, start), line
