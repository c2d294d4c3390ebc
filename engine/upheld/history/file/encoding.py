r"""Encodings: how the bytes of a file become text, where nobody says it and where somebody does.

A mark at the beginning tells it. Without one a text is UTF-8. The first byte that cannot be UTF-8
makes it cp1252, what Western spreadsheets write, if all before it was ASCII, which both write alike:
so nothing has to be read again. That is noticed. Where other characters of UTF-8 stood before, or
where most of those behind are UTF-8, the file is one in UTF-8 that is damaged, and nothing is guessed.

    >>> from io import BytesIO
    >>> [piece.text for piece in pieces(BytesIO("a\r\né".encode("utf-16")).read)]
    ['a\né']
    >>> [piece.text or piece.guessed for piece in pieces(BytesIO("a\né".encode("cp1252")).read)]
    ['a\n', 'cp1252', 'é']
    >>> encoding_of("Windows-1252")
    'cp1252'

Source: THREATS Y13; decision 0024.
"""

from __future__ import annotations

import codecs
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Callable, Iterator
from encodings.aliases import aliases
from io import RawIOBase
from typing import TYPE_CHECKING, Final, NamedTuple

from upheld.core.errors import HistoryError
from upheld.core.nearest import nearest, quoted
from upheld.history.file.likely_encoding import likely_encoding
from upheld.history.file.packing import CHUNK, HEAD

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

UTF_8: Final = "utf-8"
WESTERN: Final = "cp1252"
MARKS: Final = (
    (BOM_UTF32_LE, "utf-32-le"),
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF8, UTF_8),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
"""How marked texts begin; those of UTF-32 first, since one begins with that of UTF-16."""

_NO_TEXT: Final = frozenset("base64_codec bz2_codec hex_codec mbcs oem quopri_codec rot_13 uu_codec zlib_codec".split())
_ENCODINGS: Final = frozenset(aliases.values()) - _NO_TEXT | {"utf_8_sig", "koi8_u", "koi8_t", "cp874", "cp720"}
_WIDE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CUT: Final = re.compile(rb"(?:[\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{1,2})\Z")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_ADVICE: Final = "save the export as UTF-8, or say with `--encoding` what it is written in"
_PAIR: Final = 2
_LEAST_PAIRS: Final = 4
"""Of a text without a mark that is taken for UTF-16: every second byte of its beginning is nothing."""


class Piece(NamedTuple):
    """Some text in which every line ends with LF.

    Attributes:
        guessed: The encoding that is guessed from here on, or ``""``.
        likely: Another one, which it looks like, or ``""``.
        problem: Why it is the last, or ``""``.
        is_doubt: Whether the problem lies where the encoding was guessed, and not behind the text.
        unlike: The encoding that was said, where what was read looks like UTF-8, or ``""``.
    """

    text: str
    guessed: str = ""
    likely: str = ""
    problem: str = ""
    is_doubt: bool = False
    unlike: str = ""


def encoding_of(name: str) -> str:
    """The name under which Python knows an encoding. Raises: ValueError for what is none of a text."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") if name.isascii() else ""
    try:
        found = codecs.lookup(plain).name.replace("-", "_") if plain else ""
    except (LookupError, ValueError):
        found = ""
    if aliases.get(found, found) in _ENCODINGS:
        return codecs.lookup(plain).name
    near = nearest(plain, [*sorted(_ENCODINGS), *(alias for alias, known in aliases.items() if known in _ENCODINGS)])
    advice = f"did you mean `{near}`?" if near else "write one such as `cp1252`, `utf-16` or `latin-1`"
    raise ValueError(f"{quoted(name)} is no encoding of text: {advice}")


def told_by_mark(head: bytes) -> tuple[str, int]:
    """What a file that begins so says that it is written in, and the length of its mark; ``""`` where it has none.

    Tools that add a mark to what has one make it two.
    """
    for mark, name in MARKS:
        if head.startswith(mark):
            return name, len(mark) * (2 if head.startswith(mark, len(mark)) else 1)
    return "", 0


def told_by_zeros(head: bytes) -> str:
    """Which UTF-16 a text without a mark is, of which every second byte is nothing; ``""`` for all others."""
    whole = head[: len(head) // _PAIR * _PAIR]
    first, second = whole[::_PAIR], whole[1::_PAIR]
    if len(first) < _LEAST_PAIRS:
        return ""
    for name, empty, filled in (("utf-16-le", second, first), ("utf-16-be", first, second)):
        if not filled.count(0) and 4 * empty.count(0) >= 3 * len(empty):
            return name
    return ""


def wide_encoding(head: bytes, said: str = "") -> str:
    """What a text that begins so is written in, if it is known and not UTF-8; else ``""``."""
    told, _ = told_by_mark(head)
    found = told or _of_one_order(said, head) or told_by_zeros(head)
    return "" if found == UTF_8 else found


def as_utf_8(head: bytes, said: str = "") -> bytes:
    """The beginning of a text in UTF-8 without a mark, as far as it goes, for what recognises a format."""
    found = wide_encoding(head, said)
    _, length = told_by_mark(head)
    if not found:
        return head[length:]
    try:
        return codecs.getincrementaldecoder(found)().decode(head[length:]).encode(UTF_8, "replace")
    except UnicodeError:
        return head


def pieces(read: Callable[[int], bytes], encoding: str = "") -> Iterator[Piece]:
    """The text that bytes say, piece by piece; the last one may come with a problem.

    Args:
        encoding: What somebody says that it is written in; a mark wins over it.
    """
    data = read(CHUNK)
    told, length = told_by_mark(data)
    if told.startswith("utf-32") and not encoding:
        yield Piece("", problem="this is UTF-32: say `--encoding utf-32`, or save the export as UTF-8")
        return
    guessed = "" if told or encoding else told_by_zeros(data[:HEAD])
    if guessed:
        yield Piece("", guessed=guessed)
    said = told or guessed or _of_one_order(encoding, data[:HEAD])
    decoding = _Decoding(said or UTF_8, is_said=bool(said))
    data, held = data[length:], ""
    while True:
        more = read(CHUNK)
        for piece in decoding.pieces(data, is_last=not more):
            text, held = held + piece.text, ""
            if more and text.endswith("\r"):
                text, held = text[:-1], "\r"
            yield piece._replace(text=text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text)
            if piece.problem:
                return
        if not more:
            return
        data = more


def _of_one_order(encoding: str, head: bytes) -> str:
    """The encoding with its order of bytes, which without a mark would be that of the machine."""
    if encoding in ("utf-16", "utf-32"):
        return told_by_zeros(head) or f"{encoding}-le"
    return UTF_8 if encoding == "utf-8-sig" else encoding


class _Decoding:
    """Bytes become text here, and the guess is made."""

    def __init__(self, encoding: str, *, is_said: bool) -> None:
        self._encoding = encoding
        self._is_said = is_said
        self._decode = codecs.getincrementaldecoder(encoding)().decode
        self._only_ascii = True
        self._guessed_at = -1  # the byte
        self._likely = ""  # what it looks like then
        self._alone = 0  # bytes beyond ASCII that are no UTF-8, since the guess
        self._wide = 0  # and characters of UTF-8

    def pieces(self, data: bytes, *, is_last: bool) -> Iterator[Piece]:
        """The text of the next bytes."""
        try:
            text = self._decode(data, is_last)
        except UnicodeDecodeError as error:
            yield from self._otherwise(error, is_last=is_last)
            return
        except UnicodeError:  # from a codec that does not say where
            yield Piece("", problem=f"this is not {self._encoding}: {_ADVICE}")
            return
        self._only_ascii = self._only_ascii and text.isascii()
        if self._guessed_at >= 0 or (self._is_said and not self._encoding.startswith("utf")):
            self._weigh(data)
        doubt = self._doubt() if is_last else ""
        yield Piece(
            text, problem=doubt, is_doubt=bool(doubt), unlike=self._encoding if is_last and self._is_unlike else ""
        )

    def _otherwise(self, error: UnicodeDecodeError, *, is_last: bool) -> Iterator[Piece]:
        """What goes before a byte that is none of the encoding, and what is behind it by another one."""
        data, at = error.object, error.start
        before = data[:at].decode(self._encoding, "replace")
        problem = f"byte 0x{data[at]:02x} is not {'UTF-8' if self._encoding == UTF_8 else self._encoding}"
        is_cut = is_last and _CUT.match(data, at) is not None
        if self._guessed_at >= 0:
            such_as = f", such as `{self._likely}`" if self._likely else ""
            yield Piece(before, problem=f"{problem}, and not UTF-8: {_ADVICE}{such_as}")
        elif self._is_said or not (self._only_ascii and before.isascii()) or _WIDE.match(data, at) or is_cut:
            yield Piece(before, problem=f"{problem}: {_ADVICE}")
        else:
            yield Piece(before)
            self._guessed_at = data[at]
            self._encoding = WESTERN
            self._decode = codecs.getincrementaldecoder(WESTERN)().decode
            self._likely = likely_encoding(data[data.rfind(b"\n", 0, at) + 1 :])
            yield Piece("", guessed=WESTERN, likely=self._likely)
            yield from self.pieces(data[at:], is_last=is_last)

    @property
    def _is_unlike(self) -> bool:
        return self._is_said and self._wide > max(2, 10 * self._alone)

    def _weigh(self, data: bytes) -> None:
        wide = _WIDE.findall(data)
        self._wide += len(wide)
        self._alone += len(_HIGH.findall(data)) - sum(map(len, wide))

    def _doubt(self) -> str:
        """Why a guess was wrong, at the end of the file."""
        if self._guessed_at < 0 or self._wide <= self._alone:
            return ""
        return f"byte 0x{self._guessed_at:02x} is not UTF-8, and most of what follows it is: mend this line"


class Transcoded(RawIOBase):
    """A text as bytes of UTF-8, whatever it is written in. Reading raises: HistoryError."""

    def __init__(self, name: str, found: Iterator[Piece]) -> None:
        self._name = name
        self._pieces = found
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        while not self._rest and (piece := next(self._pieces, None)) is not None:
            if piece.problem:
                raise HistoryError(self._name, piece.problem)
            self._rest = piece.text.encode(UTF_8, "replace")
        data, self._rest = self._rest[: len(view)], self._rest[len(view) :]
        view[: len(data)] = data
        return len(data)
