"""What a parser's complaint means to the author, in words and with what to do.

PyYAML has two parsers, one in C and one in Python, which stop at the same places and say it differently.
Their words are for people who write parsers; what is said here is read off the text around the place.

    >>> text = "title: Flex: the balance\\n"
    >>> explain(Complaint("mapping values are not allowed here", "", 11, None), text).message
    '`:` cannot stand in text without quotes'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from upheld.document.catalogue import (
    BRACKET,
    COLON,
    DIRECTIVE,
    EMPTY_DOCUMENT,
    ESCAPE,
    INDENTATION,
    INVISIBLE_SPACE,
    QUOTE,
    REFUSED_CHARACTER,
    RESERVED_START,
    SECOND_DOCUMENT,
    SYNTAX,
    TAB,
    TAG,
)
from upheld.document.parser import Complaint
from upheld.document.problems import colon_refusal, tag_refusal
from upheld.document.source import SPACES, shown


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


Handler: TypeAlias = Callable[[Spot], Explanation]


def explain(complaint: Complaint, text: str, inner: int | None = None, quoted: int | None = None) -> Explanation:
    """What ``complaint`` about ``text`` means; ``inner`` and ``quoted`` are as in `Spot`."""
    spot = Spot(complaint, text, inner, quoted)
    handler = next((handler for pattern, handler in _HANDLERS if pattern.search(complaint.problem)), _other)
    if "tag" in complaint.context:
        handler = _tag
    found = handler(spot)
    if found.code in (COLON, INDENTATION, SYNTAX):
        return _odd_space(spot) or found
    return found


_ODD_SPACE: Final = re.compile(f"(?:^[ ]*|[:?-])(?P<space>[{SPACES}])", re.MULTILINE)


def _odd_space(spot: Spot) -> Explanation | None:
    """A no-break space on this line or the one above, which is why the rest cannot be read."""
    start = spot.text.rfind("\n", 0, max(0, spot.line_above()[0])) + 1
    end = spot.text.find("\n", spot.at)
    found = _ODD_SPACE.search(spot.text, start, len(spot.text) if end < 0 else end)
    if found is None:
        return None
    message = f"`{shown(found['space'])}` is not an ordinary space, and parts nothing here"
    return Explanation(INVISIBLE_SPACE, found.start("space"), message, "type a space instead of it")


def _cannot_start(spot: Spot) -> Explanation:
    """A tab in the indentation, or text that begins with a character kept for other uses."""
    if spot.char == "\t":
        return _tab(spot)
    return _reserved(spot, spot.at)


def _tab(spot: Spot) -> Explanation:
    hint = "indent with spaces; an editor can replace the tabs of a file by spaces"
    return Explanation(TAB, spot.at, "a tab stands where only spaces can indent", hint)


def _reserved(spot: Spot, at: int) -> Explanation:
    char = spot.text[at : at + 1]
    name = "a backquote" if char == "`" else f"`{shown(char)}`"
    return Explanation(RESERVED_START, at, f"{name} cannot begin text without quotes", "put the text in quotes")


def _alias_name(spot: Spot) -> Explanation:
    return _reserved(spot, spot.since)


def _colon(spot: Spot) -> Explanation:
    """A colon where no key can be: in the text of a value, or on a line that is indented too deeply."""
    if re.search(r":(?:\s|$)", spot.before) or not spot.before.strip(" -?"):
        hint = "put the text in quotes, or a mapping in braces: `label: {en: Open}`"
        return Explanation(COLON, spot.at, "`:` cannot stand in text without quotes", hint)
    if spot.before.startswith("---"):
        return Explanation(COLON, spot.at, "`:` cannot stand here", "begin the document on the line after `---`")
    start, above = spot.line_above()
    key = spot.at - len(spot.before.lstrip())
    if re.search(r"^- |:(?:\s|$)", above):
        hint = "give it the indentation of the key it stands beside, or put a text of several lines in quotes"
        return Explanation(INDENTATION, key, "a key cannot stand below what has its value already", hint)
    if above:
        return Explanation(COLON, start, *colon_refusal(above))
    return Explanation(COLON, spot.at, "`:` cannot stand here", "put the text in quotes")


def _colon_in_brackets(spot: Spot) -> Explanation:
    return Explanation(COLON, spot.at, "`:` cannot stand here without a space after it", "put a space after the colon")


def _no_colon(spot: Spot) -> Explanation:
    """A line that should be a key and has no colon, or one with no space after it."""
    line = spot.text[spot.since :].split("\n", 1)[0].rstrip()
    if line[:1] in ("'", '"') and not re.search(f"{line[0]}\\s*(?:$|:)", line[1:]):
        return _after_quote(spot, spot.since)
    return Explanation(COLON, spot.since, *colon_refusal(line))


def _unclosed_quote(spot: Spot) -> Explanation:
    quote = shown(spot.text[spot.since : spot.since + 1])
    hint = f"close it with `{quote}`; inside single quotes an apostrophe is written `''`"
    return Explanation(QUOTE, spot.since, f"the quote `{quote}` that opens here is never closed", hint)


def _after_quote(spot: Spot, at: int) -> Explanation:
    quoted = spot.quoted
    if quoted is not None and "\n" in spot.text[quoted:at] and spot.text[quoted] == spot.last:
        message = f"the quote `{spot.last}` that opens here is closed only on line {spot.line_of(at)}"
        return Explanation(QUOTE, quoted, message, "close it where its text ends")
    hint = "inside single quotes write `''` for an apostrophe, or put the whole text in double quotes"
    return Explanation(QUOTE, at, "text goes on after its closing quote", hint)


_ESCAPE: Final = re.compile(r"\\(?:x.{0,2}|u.{0,4}|U.{0,8}|.?)")
_NO_CHARACTER: Final = re.compile(
    r"(?:[^\\]++|\\[^uU]|\\u(?![dD][89a-fA-F])|\\U(?!0000[dD][89a-fA-F]|(?!000|0010)))*+"
    r"(?P<escape>\\u....|\\U........)"
)


def _escape(spot: Spot) -> Explanation:
    if "Unicode" in spot.complaint.problem:
        found = _NO_CHARACTER.match(spot.text, spot.since)
        at, escape = (found.start("escape"), found["escape"]) if found else (spot.at, "")
        message = f"the escape `{escape}` stands for no character, or for half of one"
        return Explanation(REFUSED_CHARACTER, at, message, "write the character itself")
    at = max(spot.text.rfind("\\", 0, spot.at + 1), 0)
    found = _ESCAPE.match(spot.text, at)
    escape = shown(found[0]) if found else ""
    hint = "a backslash in double quotes is written `\\\\`; in single quotes it is itself"
    return Explanation(ESCAPE, at, f"`{escape}` means nothing in double quotes", hint)


def _flow(spot: Spot) -> Explanation:
    """Inside brackets: one not closed, a comma forgotten, or text that needs quotes."""
    bracket = spot.text[spot.since : spot.since + 1]
    closing = {"[": "]", "{": "}"}.get(bracket, "]")
    if not spot.at_end and spot.last in ("'", '"'):
        return _after_quote(spot, spot.at)
    if spot.at_end or spot.line_of(spot.at) != spot.line_of(spot.since):
        return _unclosed_bracket(spot, spot.since)
    if spot.char == ":":
        return Explanation(COLON, spot.at, "`:` cannot stand in text without quotes", "put the text in quotes")
    message = f"`,` or `{closing}` is missing before `{shown(spot.char)}`"
    return Explanation(BRACKET, spot.at, message, "separate items by commas, and put text with brackets in quotes")


def _unclosed_bracket(spot: Spot, at: int) -> Explanation:
    bracket = spot.text[at : at + 1]
    closing = {"[": "]", "{": "}"}.get(bracket, "]")
    hint = f"close it with `{closing}`, and separate what stands inside by commas"
    return Explanation(BRACKET, at, f"the bracket `{bracket}` that opens here is not closed", hint)


def _no_content(spot: Spot) -> Explanation:
    """A value is missing."""
    inner = spot.inner
    if spot.at_end and inner is not None and spot.text[inner : inner + 1] in ("[", "{"):
        return _unclosed_bracket(spot, inner)
    if spot.text.startswith("...", spot.at):
        return Explanation(EMPTY_DOCUMENT, spot.at, "there is nothing in the document", "write it above the `...`")
    return _unexpected(spot)


def _out_of_block(spot: Spot) -> Explanation:
    """Neither the next key or item of a block, nor its end."""
    if not spot.begins_line or spot.char in ("]", "}", ",", ":"):
        return _unexpected(spot)
    column, line = spot.column_of(spot.since), spot.line_of(spot.since)
    here = spot.column_of(spot.at)
    is_list = spot.text[spot.since : spot.since + 2].rstrip() == "-"
    if here != column:
        what = "list" if is_list else "mapping"
        message = f"the line begins in column {here}, and no key or item that it could stand beside does"
        start, words = spot.line_above()
        above = spot.column_of(start) + len(words) - len(re.sub(r"^(?:- +)+", "", words))
        hint = f"what stands above begins in column {above}, the {what} of line {line} in column {column}"
        return Explanation(INDENTATION, spot.at, message, hint)
    if is_list:
        hint = "begin it with `- `, or indent it under the item above"
        return Explanation(INDENTATION, spot.at, f"a list begins on line {line}, and this is no item of it", hint)
    hint = "write `key: value`, or indent a list under its key"
    return Explanation(INDENTATION, spot.at, f"a mapping begins on line {line}, and this is no key of it", hint)


_DIRECTIVES: Final = re.compile(r"(?:[ \t]*+(?:[#%][^\n]*+)?\n)++[ ]*+")


def _after_end(spot: Spot) -> Explanation:
    """Something after the end of the outermost value."""
    if re.search(r"^\.\.\.(?:\s|$)", spot.text[: spot.at], re.MULTILINE):
        message = "a second document begins here, after `...`"
        return Explanation(SECOND_DOCUMENT, spot.at, message, "keep one document in a file")
    if _DIRECTIVES.fullmatch(spot.text, 0, spot.at):
        hint = "write it between the two, or remove the directive"
        return Explanation(DIRECTIVE, spot.at, "a line `---` is missing after the directive", hint)
    if spot.begins_line and spot.char not in ("]", "}", ",", ":"):
        message = "the line begins further left than the first one, and cannot belong to it"
        return Explanation(INDENTATION, spot.at, message, "begin both in the same column")
    return _unexpected(spot)


def _unexpected(spot: Spot) -> Explanation:
    """A character that cannot stand where it does."""
    char = shown(spot.char)
    if char and spot.last in ("'", '"') and char not in (",", ":", "]", "}"):
        return _after_quote(spot, spot.at)
    if char in ("]", "}"):
        return Explanation(BRACKET, spot.at, f"`{char}` closes nothing", "remove it, or put the text in quotes")
    if char == ":":
        hint = "write a key before it, and a space after it: `key: value`"
        return Explanation(COLON, spot.at, "`:` cannot stand here", hint)
    if char == "-":
        hint = "inside brackets write `[one, two]`; text that begins with `- ` needs quotes"
        return Explanation(SYNTAX, spot.at, "a list with `- ` cannot begin here", hint)
    if char == ",":
        return Explanation(SYNTAX, spot.at, "nothing stands before this `,`", "remove it, or put the text in quotes")
    if not char:
        return Explanation(SYNTAX, spot.at, "the document ends too soon", "is something missing at its end?")
    message = f"`{char}` cannot stand here, where the value before it is complete"
    return Explanation(SYNTAX, spot.at, message, "begin a new line, or put the whole text in quotes")


def _list_after_key(spot: Spot) -> Explanation:
    hint = "begin the list on the next line, or write `[one, two]`; text that begins with `- ` needs quotes"
    return Explanation(SYNTAX, spot.at, "a list with `- ` cannot begin on this line", hint)


def _question_mark(spot: Spot) -> Explanation:
    return _reserved(spot, spot.at)


def _tag(spot: Spot) -> Explanation:
    at = spot.text.find("!", min(spot.since, spot.at))
    at = spot.at if at < 0 else at
    return Explanation(TAG, at, *tag_refusal(spot.text, at))


def _block_text(spot: Spot) -> Explanation:
    sign = shown(spot.text[spot.since : spot.since + 1])
    hint = f"put the text in quotes if it begins with `{sign}`"
    return Explanation(SYNTAX, spot.at, f"after `{sign}` the text begins on the next line", hint)


def _other(spot: Spot) -> Explanation:
    return Explanation(SYNTAX, spot.at, "this cannot be read as YAML", "put text with special characters in quotes")


_HANDLERS: Final[tuple[tuple[re.Pattern[str], Handler], ...]] = tuple(
    (re.compile(pattern), handler)
    for pattern, handler in (
        ("tab character", _tab),
        ("cannot start any token", _cannot_start),
        ("found unexpected ':'", _colon_in_brackets),
        ("mapping values are not allowed", _colon),
        ("entries are not allowed", _list_after_key),
        ("mapping keys are not allowed", _question_mark),
        ("could not find expected ':'", _no_colon),
        ("unexpected end of stream|unexpected document", _unclosed_quote),
        ("escape|hexdecimal", _escape),
        ("',' or ", _flow),
        ("expected key|expected <block end>|'-' indicator", _out_of_block),
        ("document start", _after_end),
        ("node content", _no_content),
        ("tag handle|found duplicate %?TAG|URI", _tag),
        ("alphabetic or numeric", _alias_name),
        ("comment or (?:a )?line break|a comment or a line break|indicator", _block_text),
    )
)
