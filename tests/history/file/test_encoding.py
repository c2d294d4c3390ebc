"""Bytes become text by a mark, by what somebody says, or by a guess that is told; and never by halves."""

from __future__ import annotations

import io
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile, Said, encoding
from upheld.history.file.encoding import encoding_of

ADVICE = ": save the export as UTF-8, or say with `--encoding` what it is written in"
TEXT = "ticket;note\r\nT-1;Gelöst – 5 €\rT-2;œuvre\n"
LINES = [(1, "ticket;note"), (2, "T-1;Gelöst – 5 €"), (3, "T-2;œuvre")]


def read(data: bytes, said: str = "") -> tuple[list[tuple[int, str]], list[tuple[str, str, object]]]:
    file = HistoryFile("log.csv", io.BytesIO(data), said=Said(said))
    lines = list(file.lines())
    return lines, [(each.kind, each.place, each.values["encoding"]) for each in file.notices]


def told(data: bytes, said: str = "") -> str:
    with pytest.raises(HistoryError) as raised:
        read(data, said)
    return str(raised.value)


MARKED = {
    "utf-8": "\ufeff".encode(),
    "utf-16-le": "\ufeff".encode("utf-16-le"),
    "utf-16-be": "\ufeff".encode("utf-16-be"),
}


@pytest.mark.parametrize("name", MARKED)
@pytest.mark.parametrize("said", ["", "cp1252", "utf-8"])
def test_a_mark_tells_it(name: str, said: str) -> None:
    """Also against what somebody says: it is no text in any other encoding."""
    assert (LINES, []) == read(MARKED[name] + TEXT.encode(name), said)


@pytest.mark.parametrize(
    "name", ["cp1252", "utf-8", "utf-16-le", "utf-16-be", "utf-16", "utf-32", "mac-roman", "cp858"]
)
def test_it_can_be_said(name: str) -> None:
    text = TEXT.replace("– 5 €", "5 €").replace("œ", "o")
    lines = [(number, line.replace("– 5 €", "5 €").replace("œ", "o")) for number, line in LINES]
    assert (lines, []) == read(text.encode(name), encoding_of(name))


def test_what_spreadsheets_of_the_west_write_is_guessed_and_told() -> None:
    """Nothing is read again for it, so it may come by a pipe."""
    assert (LINES, [("guessed-encoding", "log.csv:2", "cp1252")]) == read(TEXT.encode("cp1252"))


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_guessed_and_told(order: str) -> None:
    assert (LINES, [("guessed-encoding", "log.csv:1", order)]) == read(TEXT.encode(order))


@pytest.mark.parametrize("size", [3, 5, 64])
@pytest.mark.parametrize("name", ["cp1252", "utf-8", "utf-16"])
def test_pieces_split_nothing(name: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "CHUNK", size)
    assert LINES == read(TEXT.encode(name))[0]


@pytest.mark.parametrize(
    "data, problem",
    [
        ("é\n".encode() * 3 + b"\xe9\n", "log.csv:4: byte 0xe9 is not UTF-8"),  # UTF-8 before
        (b"a\n\xe9\n" + "é\n".encode() * 3, "log.csv:2: byte 0xe9 is not UTF-8, and most of what follows it is"),
        (b"a\n\xe9\nb\x81\n", "log.csv:3: byte 0x81 is not cp1252, and not UTF-8"),
        (b"a\n\x81\n", "log.csv:2: byte 0x81 is not cp1252, and not UTF-8"),  # ü of DOS
        (b"a\n\xe2\x82", "log.csv:2: byte 0xe2 is not UTF-8"),  # € cut
        (b"\xef\xbb\xbfa\n\xe9\n", "log.csv:2: byte 0xe9 is not UTF-8"),  # it says that it is
        (MARKED["utf-16-le"] + b"a\0\n\0b", "log.csv:2: byte 0x62 is not utf-16-le"),
        ("a".encode("utf-32"), "log.csv:1: this is UTF-32: say `--encoding utf-32`"),
    ],
)
def test_what_is_damaged_is_told_with_its_line(data: bytes, problem: str) -> None:
    assert told(data).startswith(problem)


def test_who_says_the_encoding_gets_no_guess() -> None:
    assert f"log.csv:2: byte 0xe9 is not UTF-8{ADVICE}" == told(b"a\n\xe9\n", "utf-8")
    assert f"log.csv:1: byte 0x81 is not cp1252{ADVICE}" == told(b"a\x81\n", "cp1252")


def test_what_is_said_and_hardly_true_is_noticed() -> None:
    """An export that was in cp1252 last month, and is in UTF-8 now."""
    _, notices = read("é ö ü\nœ\n".encode(), "cp1252")
    assert [("looks-like-utf-8", "log.csv", "cp1252")] == notices
    assert [] == read("é ö ü Ã ¤ ©\nœ\n".encode("cp1252"), "cp1252")[1]


def test_a_capital_before_a_quotation_mark_is_no_utf_8() -> None:
    """`Ü”` in cp1252 are two bytes that could be one letter of UTF-8; what else stands there tells."""
    text = "a\nä, ö, ü: “MENÜ” «\xa0validé\xa0»\n"
    lines, _ = read(text.encode("cp1252"))
    assert "a\n" + lines[1][1] + "\n" == text


@pytest.mark.parametrize("size", [3, 64])
def test_files_put_together_have_their_marks_within(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a line begins it is none of the text; else it is what somebody wrote."""
    monkeypatch.setattr(encoding, "CHUNK", size)
    assert [(1, "a"), (2, "b\ufeffc"), (3, "d")] == read("\ufeffa\n\ufeffb\ufeffc\n\ufeffd".encode())[0]


@pytest.mark.parametrize("end", ["\x1a", "\n\x1a", "\x1a\x1a"])
def test_an_end_that_is_a_character_is_none_of_the_text(end: str) -> None:
    assert [(1, "a"), (2, "b")] == read(f"a\nb{end}".encode())[0]
    assert [(1, "a\x1ab")] == read(b"a\x1ab")[0]


@pytest.mark.parametrize(
    "name, known",
    [("Windows-1252", "cp1252"), ("latin 1", "iso8859-1"), ("UTF8", "utf-8"), ("UTF-16LE", "utf-16-le")],
)
def test_encodings_have_many_names(name: str, known: str) -> None:
    assert known == encoding_of(name)


@pytest.mark.parametrize(
    "name, advice",
    [
        ("latin_l", "did you mean `latin"),
        ("rot13", "write one such as"),
        ("base64", ""),
        ("hex", ""),
        ("zlib", ""),
        ("punycode", ""),
        ("unicode_escape", ""),
        ("mbcs", ""),
        ("", ""),
        ("é", ""),
        ("a" * 10_000, ""),
        ("aliases", ""),
        ("\0", ""),
        ("undefined", ""),
    ],
)
def test_what_is_no_encoding_of_text_is_refused(name: str, advice: str) -> None:
    """Those that turn bytes into bytes, escapes, and what each machine has otherwise."""
    with pytest.raises(ValueError, match="is no encoding of text: ") as raised:
        encoding_of(name)
    assert advice in str(raised.value)


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x1a\ufeff\0"), min_size=8),
    st.sampled_from(list(MARKED)),
)
def test_whatever_is_written_is_read(text: str, name: str) -> None:
    assert [(1, text)] == read(MARKED[name] + text.encode(name))[0]


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_told(data: bytes) -> None:
    """THREATS Y14: nothing but our errors."""
    for said, mark in product(
        ("", "cp1252", "shift_jis", "utf-7", "iso2022_jp", "utf-16"), (b"", b"\xff\xfe", b"\xef\xbb\xbf")
    ):
        try:
            read(mark + data, said)
        except HistoryError:
            continue


def test_json_is_read_in_any_encoding() -> None:
    """As UTF-8, whatever it was; what is in UTF-8 comes as it is."""
    for name, mark in MARKED.items():
        found = HistoryFile("a.json", io.BytesIO(mark + '{"a": "é"}'.encode(name))).utf_8().read()
        assert '{"a": "é"}' == found.decode("utf-8-sig")
    assert b'{"a": "\xe9"}' == HistoryFile("a.json", io.BytesIO(b'{"a": "\xe9"}')).utf_8().read()
    said = HistoryFile("a.json", io.BytesIO(b'{"a": "\xe9"}'), said=Said("cp1252"))
    assert '{"a": "é"}'.encode() == said.utf_8().read()
