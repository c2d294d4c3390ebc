"""Whatever an export is packed in, it is unpacked whole, or what is wrong with it is told."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile, HistoryFiles
from upheld.history.file.packing import bare_name

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Pack = Callable[[bytes], bytes]


def zipped(data: bytes, name: str = "log.csv", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as made:
        made.writestr(name, data)
    return packed.getvalue()


PACKINGS: dict[str, Pack] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda data: zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1}),
    "ZIP": zipped,
}
EVERY = pytest.mark.parametrize("name", PACKINGS)
AS_ONE = pytest.mark.parametrize("name", [name for name in PACKINGS if name != "ZIP"])
TEXT = b"".join(b"T-%d,2024-03-04T%02d:00Z,%d\n" % (n, n % 24, n * 7919 % 1009) for n in range(4_000))


def read(data: bytes, folder: Path) -> bytes:
    """What comes out of a file that holds these bytes."""
    path = folder / "log"
    path.write_bytes(data)
    with closing(iter(HistoryFiles(str(path)))) as parts:
        return b"".join(part.stream().read() for part in parts)


def told(data: bytes, folder: Path) -> str:
    with pytest.raises(HistoryError) as raised:
        read(data, folder)
    return str(raised.value).removeprefix(str(folder))


@EVERY
def test_what_was_packed_comes_out(name: str, tmp_path: Path) -> None:
    assert TEXT == read(PACKINGS[name](TEXT), tmp_path)
    assert b"" == read(PACKINGS[name](b""), tmp_path)


@AS_ONE
def test_several_one_after_another_are_one(name: str, tmp_path: Path) -> None:
    """As logs are rotated into one archive, an empty one among them."""
    pack = PACKINGS[name]
    assert TEXT + b"a\n" == read(pack(TEXT) + pack(b"") + pack(b"a\n"), tmp_path)


def test_streams_of_xz_may_have_nothing_between_them(tmp_path: Path) -> None:
    assert b"a\nb\n" == read(lzma.compress(b"a\n") + bytes(8) + lzma.compress(b"b\n") + bytes(4), tmp_path)


def test_frames_of_zstd_may_hold_notes(tmp_path: Path) -> None:
    """Parallel compressors write frames that readers pass over."""
    note = b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"
    assert b"a\nb\n" == read(note + zstd.compress(b"a\n") + note + zstd.compress(b"b\n") + note, tmp_path)


@EVERY
def test_a_file_cut_short_says_so(name: str, tmp_path: Path) -> None:
    """Wherever it is cut behind its mark; no part is taken for the whole."""
    whole = PACKINGS[name](TEXT)
    for end in [*range(10, 200), *range(200, len(whole), 997), *range(len(whole) - 20, len(whole))]:
        problem = told(whole[:end], tmp_path)
        assert problem.startswith(
            (f"/log: this {name} file is cut short", f"/log: this {name} file is damaged, or cut short")
        ), (end, problem)


@EVERY
def test_a_damaged_file_says_so(name: str, tmp_path: Path) -> None:
    """One bit of it turned, wherever that is: what comes out is the text, or an error of ours."""
    whole = bytearray(PACKINGS[name](TEXT))
    wrong = 0
    for at in range(10, len(whole), max(1, len(whole) // 200)):
        whole[at] ^= 4
        try:
            found = read(bytes(whole), tmp_path)
        except HistoryError as error:
            wrong += f"this {name} file is " in str(error)
        else:
            assert TEXT == found, at
        whole[at] ^= 4
    assert wrong > 150


@AS_ONE
def test_what_follows_and_is_nothing_packed_is_damage(name: str, tmp_path: Path) -> None:
    """Python's own readers pass over it, and with it over every part behind one whose first bytes are wrong."""
    problem = told(PACKINGS[name](TEXT) + b"?" + PACKINGS[name](TEXT), tmp_path)
    assert problem.startswith(f"/log: this {name} file is damaged: ")


@EVERY
def test_a_bomb_does_not_go_off(name: str, tmp_path: Path) -> None:
    """THREATS F06: whatever it is packed in, it is refused within some MiB, a hundredfold of what was read."""
    problem = told(PACKINGS[name](bytes(2**25)), tmp_path)
    assert problem.endswith(": no export does; unpack it yourself if you trust it")
    assert int(problem.partition("more than ")[2].partition(":")[0]) < 2**22


def test_unpacking_holds_no_more_than_it_must(tmp_path: Path) -> None:
    """A stream of xz may ask for a dictionary of gigabytes, and a frame of zstd for as long a window."""
    large = [{"id": lzma.FILTER_LZMA2, "dict_size": 2**30}]
    assert told(lzma.compress(b"a\n", filters=large), tmp_path).startswith("/log: this xz file is damaged: memory")
    window = {zstd.CompressionParameter.window_log: 30, zstd.CompressionParameter.compression_level: 1}
    packer = zstd.ZstdCompressor(options=window)
    assert "this zstd file is damaged: " in told(packer.compress(b"a\n" * 10) + packer.flush(), tmp_path)


@pytest.mark.parametrize("outer", PACKINGS)
@pytest.mark.parametrize("inner", PACKINGS)
def test_what_is_packed_twice_is_refused(outer: str, inner: str, tmp_path: Path) -> None:
    """THREATS F06: each layer multiplies."""
    problem = told(PACKINGS[outer](PACKINGS[inner](TEXT)), tmp_path)
    assert "what is packed in this file is " in problem
    assert problem.endswith(" again: unpack it once, and give what comes out")


@pytest.mark.parametrize("outer", PACKINGS)
def test_a_workbook_may_be_packed(outer: str, tmp_path: Path) -> None:
    """It is a ZIP itself, and left to what reads workbooks."""
    workbook = zipped(b"<Types/>", "[Content_Types].xml")
    assert workbook == read(workbook, tmp_path)
    assert workbook == read(PACKINGS[outer](workbook), tmp_path)


@pytest.mark.parametrize(
    "data, problem",
    [
        (b"7z\xbc\xaf\x27\x1c" + bytes(30), "a 7-Zip archive: unpack it"),
        (b"Rar!\x1a\x07\x00", "a RAR archive: unpack it"),
        (b"\x1f\x9d\x90", "packed by `compress`: unpack it"),
        (b"\x04\x22\x4d\x18abc", "packed as LZ4: unpack it"),
        (b"PK\x05\x06" + bytes(18), "an empty ZIP file: unpack it"),
        (b"log.csv".ljust(257, b"\0") + b"ustar", "a tar archive: unpack it"),
    ],
)
def test_what_is_not_unpacked_is_named(data: bytes, problem: str, tmp_path: Path) -> None:
    if b"PK" not in data:
        assert f"/log: this is {problem}" == told(data, tmp_path)
    assert "what is packed in this file is " in told(gzip.compress(data), tmp_path)


@pytest.mark.parametrize(
    "name, bare",
    [("t.csv.bz2", "t.csv"), ("T.CSV.ZST", "t.csv"), ("t.csv.xz", "t.csv"), ("t.gz.gz", "t.gz"), ("t.zip", "t.zip")],
)
def test_the_bare_name_tells_the_format(name: str, bare: str) -> None:
    assert bare == bare_name(name)


@AS_ONE
def test_a_pipe_is_unpacked_as_it_comes(name: str) -> None:
    """However few bytes come at once."""

    class Trickle(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            return super().read1(1)

    file = HistoryFile("<stdin>", Trickle(PACKINGS[name](TEXT[:500])))
    assert file.packed
    assert TEXT[:500] == file.stream().read()
