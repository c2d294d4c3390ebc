"""From bytes to text: UTF-8 or nothing, and no character that hides what the text says.

Some characters read differently to a person, to a terminal and to YAML: a line separator ends a
line for one parser and not for the next, a lone carriage return overprints a line, a direction
mark turns text around, a no-break space parts no words. Each is refused where it stands.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final, NamedTuple

from upheld.core.errors import DocumentError
from upheld.core.finding import Finding, Place
from upheld.document.catalogue import INVISIBLE_SPACE, NOT_UTF8, REFUSED_CHARACTER, TOO_LARGE
from upheld.document.problems import Problems
from upheld.document.source import SPACES, ZERO_WIDTH, Source, shown

MAX_BYTES: Final = 1 << 20
"""The largest document that is read, in bytes."""


class Limits(NamedTuple):
    """How much of a document is read.

    Attributes:
        most_bytes, most_nodes: Of the file; keys and values in it.
        bytes_hint, nodes_hint: What to do where there is more.
    """

    most_bytes: int
    most_nodes: int
    bytes_hint: str
    nodes_hint: str


MAX_NODES: Final = 250_000
"""The most keys and values in one document."""

FEW_PAGES: Final = Limits(
    MAX_BYTES,
    MAX_NODES,
    "a policy is a few pages of text; is this the right file?",
    "split it; no policy needs so many",
)
"""What is read of a document that a person writes."""

MAX_MARKS: Final = 30
"""The longest run of combining marks, as in Unicode's stream-safe format: putting a longer one in order is slow."""

_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_UNPRINTABLE: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff"
_REFUSED: Final = re.compile(f"[{_UNPRINTABLE}]|\r(?!\n)")
_REFUSED_IN_VALUE: Final = re.compile(f"[{_UNPRINTABLE}\r]")
_STAND_IN: Final = "\ufffd"
_PERHAPS_MARKS: Final = re.compile(f"[\u0300-\U0010ffff]{{{MAX_MARKS + 1},}}")
_INVISIBLE: Final = re.compile(
    f"^[-?]?[{SPACES}{ZERO_WIDTH}]|:[{SPACES}]|[{SPACES}](?=#)|[{SPACES}{ZERO_WIDTH}]$",
)
_ESCAPE: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED_BY_NAME: Final = frozenset("0abvfreNLP")
_KINDS: Final = (
    (re.compile("[\u2028\u2029\u0085]"), "a line separator, which some programs take for the end of the line"),
    (re.compile("[\u202a-\u202e\u2066-\u2069]"), "a direction mark, which makes text look other than it is"),
    (re.compile("\r"), "a carriage return with no line feed after it"),
    (re.compile("\ufeff"), "a byte order mark inside the text"),
    (re.compile("[\ud800-\udfff]"), "half a character"),
)


def read_text(data: bytes, name: str, limits: Limits = FEW_PAGES) -> Source:
    """The text of ``data``, without a byte order mark. Raises DocumentError when it is too large or not UTF-8."""
    if len(data) > limits.most_bytes:
        message = f"the file has {len(data)} bytes, and at most {limits.most_bytes} are read"
        raise DocumentError([Finding(TOO_LARGE, Place(name, 1, 1), message, limits.bytes_hint)])
    encoding = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), "")
    if not encoding and data[:2].count(0) == 1 and data[2:4].count(0) == 1:
        encoding = "UTF-16"
    if encoding:
        message = f"the file is written in {encoding}, and only UTF-8 is read"
        raise DocumentError([Finding(NOT_UTF8, Place(name, 1, 1), message, "save it again, with the encoding UTF-8")])
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return Source(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = Source(name, data[: error.start].decode("utf-8"))
        raise DocumentError([_not_utf8(data[error.start], before)]) from None


def _not_utf8(byte: int, before: Source) -> Finding:
    """What is said of the first ``byte`` that is not UTF-8, and follows the text ``before``."""
    place = before.place(len(before.text))
    hint = "open the file with the encoding it was written in, and save it as UTF-8"
    guess = bytes([byte]).decode("cp1252", errors="ignore")
    if byte >= 0xC0 and guess:
        hint = f"in Windows-1252 it would be `{guess}`; {hint}"
    return Finding(NOT_UTF8, place, f"byte 0x{byte:02x} is not UTF-8 text", hint)


def refuse_characters(problems: Problems) -> str:
    """The document's text for the parser: each refused character a finding, and a stand-in where it was."""
    text = problems.source.text
    for found in _REFUSED.finditer(text):
        problems.add(REFUSED_CHARACTER, found.start(), _refusal(found[0]), _advice(found[0]))
    return _REFUSED.sub(_STAND_IN, text)


def holds_refused(value: str) -> bool:
    """Whether a value holds a character that is refused, and may have come in as an escape."""
    return _REFUSED_IN_VALUE.search(value) is not None


def stands_in(text: str, start: int, end: int) -> bool:
    """Whether a stand-in lies between the two offsets, or on the line of the last."""
    line_end = text.find("\n", end)
    return _STAND_IN in text[start : len(text) if line_end < 0 else line_end]


def refuse_escapes(problems: Problems, value: str, start: int, end: int) -> None:
    """Note the first character of the double-quoted ``value`` that is refused, and came in as an escape."""
    if not holds_refused(value):
        return
    for found in _ESCAPE.finditer(problems.source.text, start, end):
        code = found[1] or found[2] or found[3]
        if found[4] in _ESCAPED_BY_NAME if code is None else _REFUSED_IN_VALUE.match(chr(int(code, 16))):
            message = f"the escape `{found[0]}` stands for a character that cannot be read"
            hint = "remove it; other characters are written as themselves"
            problems.add(REFUSED_CHARACTER, found.start(), message, hint)
            return


def refuse_invisible(problems: Problems, value: str, start: int, end: int) -> None:
    """Note a no-break space, or one nobody sees, where unquoted text was meant to have a space or none."""
    found = _INVISIBLE.search(value)
    if found is not None:
        char = found[0].strip("-?:")
        offset = problems.source.text.find(char, start, end)
        problems.add(
            INVISIBLE_SPACE,
            max(start, offset),
            f"`{shown(char)}` in `{shown(value)}` is not an ordinary space, and parts nothing here",
            "type a space instead of it, or put the whole text in quotes if it is meant",
        )


def normal_text(problems: Problems, value: str, start: int) -> str:
    """``value`` in Unicode's composed form (NFC), so that text which looks the same is the same."""
    if any(_has_many_marks(found[0]) for found in _PERHAPS_MARKS.finditer(value)):
        message = f"more than {MAX_MARKS} combining marks follow one another"
        problems.add(REFUSED_CHARACTER, start, message, "delete the marks; no language needs so many")
        return value
    return unicodedata.normalize("NFC", value)


def _has_many_marks(text: str) -> bool:
    """Whether more than ``MAX_MARKS`` combining marks follow one another."""
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run > MAX_MARKS:
            return True
    return False


def _refusal(char: str) -> str:
    """What is said of one refused character."""
    what = next((what for pattern, what in _KINDS if pattern.match(char)), "a control character")
    return f"`{shown(char)}` is {what}"


def _advice(char: str) -> str:
    """What to do about one refused character."""
    if char == "\r":
        return "save the file with the line ends of Unix or Windows"
    return "delete it; where it stands for a new line, start one"
