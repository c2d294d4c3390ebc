"""The findings of one reading, gathered until there is no sense in going on.

What is said of a slip that either a parser stumbles over or the builder sees stands here too, for both to say.

    >>> colon_refusal("en:Open")
    ('`en:Open` has no space after its `:` and so is no key', 'put a space after the colon')
"""

from __future__ import annotations

import re
from typing import Final

from upheld.core.errors import DocumentError
from upheld.core.finding import Finding, in_order
from upheld.document import catalogue
from upheld.document.source import Source, shown

MOST: Final = 100
"""So many problems are reported in one run; a file with more is rarely a policy."""


class Problems:
    """What is wrong in one document so far, as findings."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._findings: list[Finding] = []

    def __len__(self) -> int:
        return len(self._findings)

    def add(self, code: str, offset: int, message: str, hint: str = "") -> None:
        """Note one problem at the character ``offset``, once. Raises DocumentError when it is one too many."""
        place = self.source.place(min(offset, len(self.source.text)))
        if any(code == known.code and place == known.place for known in self._findings):
            return
        if len(self._findings) == MOST:
            message, hint = f"reading stopped here, after {MOST} problems", "mend those above, then check again"
            self._findings.append(Finding(catalogue.TOO_MANY_PROBLEMS, place, message, hint))
            raise self.error()
        self._findings.append(Finding(code, place, message, hint))

    def error(self) -> DocumentError:
        """All that was found, to be raised."""
        return DocumentError(in_order(self._findings))


_TAG_WORD: Final = re.compile(r"[^\s,\[\]{}]{0,99}")


def tag_refusal(text: str, at: int) -> tuple[str, str]:
    """What is said of the tag at ``at``, and what to do."""
    word = _TAG_WORD.match(text, at)
    hint = "remove it; quotes make a text of anything, and text that begins with `!` needs them"
    return f"`{shown(word[0] if word else '')}` is a tag, which is not read", hint


def colon_refusal(line: str) -> tuple[str, str]:
    """What is said of a line that should be a key and is not, for want of a colon or of the space after it."""
    if ":" in line:
        return f"`{shown(line)}` has no space after its `:` and so is no key", "put a space after the colon"
    hint = "write `key: value`; if the line goes on with the text above it, indent it further"
    return f"`{shown(line)}` has no `:` and so is no key", hint
