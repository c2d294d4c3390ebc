"""The findings of one reading, gathered until there is no sense in going on."""

from __future__ import annotations

from typing import Final

from upheld.core.errors import DocumentError
from upheld.core.finding import Finding, in_order
from upheld.document import codes
from upheld.document.source import Source

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
            self._findings.append(Finding(codes.TOO_MANY_PROBLEMS, place, message, hint))
            raise self.error()
        self._findings.append(Finding(code, place, message, hint))

    def error(self) -> DocumentError:
        """All that was found, to be raised."""
        return DocumentError(in_order(self._findings))
