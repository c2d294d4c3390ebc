"""An export is text within limits, whatever it was packed in and whoever ended its lines."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from random import Random

import pytest

from upheld.core.errors import HistoryError
from upheld.history.file import LONGEST_LINE, HistoryFile, encoding, packing

TEXT = "ticket,at\r\nT-1,é\rT-2,x\n\nT-3,\U0001f600"
ADVICE = ": save the export as UTF-8, or say with `--encoding` what it is written in"
LINES = [(1, "ticket,at"), (2, "T-1,é"), (3, "T-2,x"), (4, ""), (5, "T-3,\U0001f600")]


class Trickle(io.BytesIO):
    """A pipe that gives one byte at a time."""

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(1)


def opened(data: bytes, name: str = "log.csv") -> HistoryFile:
    return HistoryFile(name, io.BytesIO(data))


def problem_of(data: bytes) -> str:
    with pytest.raises(HistoryError) as raised:
        list(opened(data).lines())
    return str(raised.value)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "marked"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_lines_end_with_any_of_three_ends(mark: bytes, pack: type[bytes]) -> None:
    """LF, CR and both, in one file; a byte order mark is no text; the last line needs no end."""
    assert LINES == list(opened(pack(mark + TEXT.encode())).lines())


def test_pieces_never_split_a_line_end_or_a_character(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a piece ends: the text is read in pieces of 3 to 9 bytes."""
    for size in range(3, 10):
        monkeypatch.setattr(encoding, "CHUNK", size)
        assert LINES == list(HistoryFile("log.csv", Trickle(b"\xef\xbb\xbf" + TEXT.encode())).lines()), size


def test_only_line_ends_end_lines() -> None:
    """THREATS Y13: form feeds, NEL and U+2028 are characters of a cell like any other."""
    assert [(1, "a\x0bb\x0cc\x85d\u2028e\x1cf")] == list(opened("a\x0bb\x0cc\x85d\u2028e\x1cf".encode()).lines())


def test_several_gzip_members_are_one_file() -> None:
    """Logs that are rotated into one archive are several members."""
    assert [(1, "a"), (2, "b")] == list(opened(gzip.compress(b"a\n") + gzip.compress(b"b\n")).lines())


def test_a_file_cut_short_says_so() -> None:
    """Wherever the file was cut behind its first two bytes; no line of it is taken for the whole."""
    whole = gzip.compress(b"ticket,at\nT-1,2024-03-04\n" * 40, mtime=0)
    for end in range(2, len(whole)):
        told = problem_of(whole[:end])
        assert told in ("log.csv: this gzip file is cut short: export or copy it again",), (end, told)


def test_a_damaged_file_says_so() -> None:
    """A wrong checksum, a header that is none, and what is no deflate stream."""
    whole = bytearray(gzip.compress(b"ticket,at\n" * 40, mtime=0))
    whole[-8] ^= 1

    assert problem_of(bytes(whole)).startswith("log.csv: this gzip file is damaged: ")
    assert problem_of(b"\x1f\x8b\x07" + bytes(40)).startswith("log.csv: this gzip file is damaged: ")
    assert problem_of(b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 40).startswith("log.csv: this gzip file is damaged: ")


def bomb(size: int) -> bytes:
    """A gzip file of so many zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(2**20)
    parts = [packer.compress(block) for _ in range(size // len(block))]
    return b"".join([*parts, packer.flush()])


def test_a_bomb_does_not_go_off() -> None:
    """THREATS F06: 486 kB that unpack to 500 MB are refused within the first ones of them."""
    data = bomb(500 * 2**20)
    assert 480_000 < len(data) < 540_000

    file = opened(data, "log.csv.gz")
    with pytest.raises(HistoryError, match=r"^log\.csv\.gz: \d+ bytes unpack to more than \d+: no export does"):
        sum(map(len, iter(lambda: file.stream().read(2**16), b"")))
    assert file.position < 2**18


def test_small_files_may_be_packed_well() -> None:
    """The first MiB is free, so a short log that says the same again and again is read."""
    lines = list(opened(gzip.compress(b"T-1\n" * 200_000)).lines())

    assert 200_000 == len(lines)


@pytest.mark.parametrize("number", [1, 2, 3, 7, 9000])
def test_what_is_no_utf_8_is_told_with_its_line(number: int) -> None:
    """The line counts those that end in any way."""
    before = b"".join(b"abc\r\n" if each % 2 else b"abc\r" for each in range(number - 1))

    assert f"log.csv:{number}: byte 0xe9 is not UTF-8{ADVICE}" == problem_of(before + "é ".encode() + b"caf\xe9\nx\n")


def test_surrogates_and_wide_characters_are_no_utf_8() -> None:
    """A pair of surrogates in three bytes each, and UTF-32 with its mark."""
    assert problem_of(b"a\n\xed\xa0\xbd\xed\xb8\x80").startswith("log.csv:2: byte 0xed is not UTF-8")
    advice = "say `--encoding utf-32`, or save the export as UTF-8"
    assert f"log.csv:1: this is UTF-32: {advice}" == problem_of("ticket,at\n".encode("utf-32"))


def test_a_character_that_is_cut_is_told() -> None:
    """At the end of the file there is no rest of it to come."""
    assert problem_of(b"abc\nd\xe2\x82") == f"log.csv:2: byte 0xe2 is not UTF-8{ADVICE}"


def test_a_line_without_an_end_is_not_collected() -> None:
    """A file that is no table is not read into memory in search of the end of its first line."""
    told = problem_of(b"a\n" + b"x" * (3 * LONGEST_LINE))

    assert f"log.csv:2: this line is longer than {LONGEST_LINE} characters" == told


def test_position_and_size_are_those_on_disk(tmp_path: Path) -> None:
    """So that a bar reaches its end, packed or not."""
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(b"T-1\n" * 50_000))
    with HistoryFile.open(str(path)) as file:
        assert path.stat().st_size == file.size
        assert file.packed
        assert 50_000 == len(list(file.lines()))
        assert file.position == file.size


def test_the_first_bytes_can_be_looked_at() -> None:
    """They are there still when the lines are read."""
    file = opened(gzip.compress(TEXT.encode()))

    assert file.head.startswith(b"ticket,at")
    assert LINES == list(file.lines())


def test_a_pipe_may_begin_slowly() -> None:
    """What it is is told from its first bytes, however few come at once."""
    file = HistoryFile("<stdin>", Trickle(gzip.compress(TEXT.encode())))

    assert file.packed
    assert LINES == list(file.lines())


def test_a_closed_standard_input_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As some schedulers start a program."""
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(HistoryError, match="^<stdin>: standard input is closed: "):
        HistoryFile.open("-")


def test_there_is_an_end_to_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slowly a packed file swells, no more comes out of it than anybody exports."""
    monkeypatch.setattr(packing, "MOST_BYTES", 2**16)
    data = gzip.compress(bytes(Random("noise").choices(b"abcdef\n", k=2**18)))

    assert "bytes unpack to more than" in problem_of(data)
