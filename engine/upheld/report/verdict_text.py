r"""Verdicts as JSON: one document, or a ticket a line, written as they come.

Nobody holds a million verdicts to write them: what comes out is the same text piece by
piece, one ticket a line in the document too, so that two of them can be compared.

    >>> made = {"ticket": "T-1", "state": "open"}
    >>> print("".join(as_document({"upheld": 1}, [made], lambda: {"tickets": 1})), end="")
    {"upheld": 1, "tickets": [
    {"ticket": "T-1", "state": "open"}
    ], "summary": {"tickets": 1}}

Source: DESIGN section 6, "Verdicts".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

Row = Mapping[str, Any]


def as_document(header: Row, verdicts: Iterable[Row], summary: Callable[[], Row]) -> Iterator[str]:
    """The document of the verdict schema; the summary is asked for after the last verdict."""
    yield f'{_text(header)[:-1]}, "tickets": ['
    before = "\n"
    for verdict in verdicts:
        yield f"{before}{_text(verdict)}"
        before = ",\n"
    yield f'\n], "summary": {_text(summary())}}}\n'


def as_lines(verdicts: Iterable[Row]) -> Iterator[str]:
    """The tickets alone, one a line."""
    for verdict in verdicts:
        yield f"{_text(verdict)}\n"


_text: Final[Callable[[Row], str]] = json.JSONEncoder(ensure_ascii=False).encode
"""Made once: `json.dumps` would make one for each ticket."""
