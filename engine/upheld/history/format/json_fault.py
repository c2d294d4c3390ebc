r"""Why a text is no JSON, and where: told by what stands there.

The words of Python's decoder change with its releases, and so does the place where it sees a comma
too many; neither is shown.

    >>> for text in ('{"id": 1,}', '{"id": 1 "at": 2}', '{"id": "a\tb"}', '{"id": "a', "[1"):
    ...     try:
    ...         json.loads(text)
    ...     except json.JSONDecodeError as error:
    ...         print(fault(error))
    this is no JSON: nothing follows the `,` at column 9
    this is no JSON: `"` cannot stand at column 10
    this is no JSON: a control character cannot stand at column 10
    it ends before its JSON does: it was cut short
    it ends before its JSON does: it was cut short
"""

from __future__ import annotations

import json
import re
from typing import Final

from upheld.core.nearest import quoted

_OPEN_TEXT: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*+\\?\Z', re.DOTALL)
_LONGEST_TOKEN: Final = 16
"""Characters of which none can be told from another thing until all are there: `-Infinity`, an escaped character."""
_LAST_COMMA: Final = re.compile(r",(?=[ \t\r\n]*+[\]}])")


def fault_at(error: json.JSONDecodeError) -> int:
    """The offset of what cannot stand there; of a comma that nothing follows, that of the comma."""
    before = error.doc[: error.pos].rstrip(" \t\r\n")
    return len(before) - 1 if _LAST_COMMA.match(error.doc, len(before) - 1) else error.pos


def goes_on(error: json.JSONDecodeError) -> bool:
    """Whether what is wrong may be no more than that the text ends here: as it does in the middle of a file."""
    text, at = error.doc, error.pos
    return len(text) - at < _LONGEST_TOKEN or not text[at:].strip() or bool(_OPEN_TEXT.match(text, at))


def fault(error: json.JSONDecodeError, before: int = 0) -> str:
    """One line in our own words, with the column; so many characters of the first line stand ``before`` the text."""
    at, text = fault_at(error), error.doc
    if not text[at:].strip() or _OPEN_TEXT.match(text, at):
        return "it ends before its JSON does: it was cut short"
    begin = text.rfind("\n", 0, at)
    column = at - begin + (before if begin < 0 else 0)
    if _LAST_COMMA.match(text, at):
        return f"this is no JSON: nothing follows the `,` at column {column}"
    char = "a control character" if text[at] < " " else quoted(text[at])
    return f"this is no JSON: {char} cannot stand at column {column}"
