"""What lies in a ZIP is read in order of its names, and an archive that means harm is refused."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFiles, archive
from upheld.history.file.archive import Archive


def packed(entries: Mapping[str, str | bytes] | Sequence[tuple[str, str]]) -> bytes:
    made = io.BytesIO()
    pairs = entries.items() if isinstance(entries, Mapping) else entries
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in pairs:
            archive.writestr(name, text)
    return made.getvalue()


def names(data: bytes) -> list[str]:
    return Archive("x.zip", io.BytesIO(data)).names


def told(data: bytes) -> str:
    with pytest.raises(HistoryError) as raised:
        read(data)
    return str(raised.value)


def read(data: bytes) -> list[bytes]:
    opened = Archive("x.zip", io.BytesIO(data))
    return [opened.opened(name).read() for name in opened.names]


def test_files_come_in_order_of_their_names() -> None:
    """Whatever the order in the archive; a page by its number."""
    found = names(packed({"b/page-10.csv": "", "b/page-2.csv": "", "a.csv": "", "b/": ""}))
    assert ["a.csv", "b/page-2.csv", "b/page-10.csv"] == found


def test_what_systems_put_beside_files_is_none_of_it() -> None:
    beside = ["__MACOSX/._a.csv", ".DS_Store", "x/.hidden/a.csv", "Thumbs.db", "x/desktop.ini", "~$a.xlsx"]
    assert ["a.csv"] == names(packed({**dict.fromkeys(beside, "?"), "a.csv": "1"}))


def test_one_file_is_read_as_if_it_were_not_packed(tmp_path: Path) -> None:
    """Its places say where it lies."""
    path = tmp_path / "t.zip"
    path.write_bytes(packed({"export/": "", "export/t.csv": "a,b\n1,2\n"}))

    ((name, is_chosen, lines),) = ((each.name, each.is_chosen, list(each.lines())) for each in HistoryFiles(str(path)))
    assert (f"{path}/export/t.csv", True, [(1, "a,b"), (2, "1,2")]) == (name, is_chosen, lines)


def test_several_files_are_several(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    path.write_bytes(packed({"2.csv": "c\n", "1.csv": "a\n", "README": "?"}))
    files = HistoryFiles(str(path))

    assert [("1.csv", "a"), ("2.csv", "c"), ("README", "?")] == [
        (each.name.rpartition("/")[2], line) for each in files for _, line in each.lines()
    ]
    assert files.position == files.size == path.stat().st_size or files.position <= (files.size or 0)


@pytest.mark.parametrize("name", ["/etc/t.csv", "../t.csv", "a/../../t.csv", "C:/t.csv", "c:t.csv", "..", "a\\b.csv"])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    """THREATS F06: nothing is written, but who asks for it means no good."""
    assert "a name that leads out of it" in told(packed({"a.csv": "", name: "x"}))


@pytest.mark.parametrize("name", ["a\x1b[2J.csv", "a\nb", "a\u202evsc.exe"])
def test_names_that_do_not_show_are_refused(name: str) -> None:
    """THREATS F06, F13: they lead nowhere, and are told by what is wrong with them."""
    assert "a name with characters that do not show: rename it" in told(packed({"a.csv": "", name: "x"}))


def test_a_name_is_there_once() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = packed([("a.csv", "1"), ("a.csv", "2")])
    assert "x.zip: this ZIP file has two entries `a.csv`: unpack it, and keep one" == told(data)


def test_what_needs_a_password_is_told() -> None:
    data = bytearray(packed({"a.csv": "1"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    assert "x.zip: this ZIP file is encrypted: unpack it with its password" == told(bytes(data))


def test_an_unknown_way_of_packing_is_told() -> None:
    data = bytearray(packed({"a.csv": "1"}))
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(mark) + at] = 9  # deflate64
    assert told(bytes(data)).startswith("x.zip: this ZIP file is packed in a way that is not read (")


def test_there_are_not_more_than_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_ENTRIES", 3)
    assert 3 == len(names(packed(dict.fromkeys("abc", ""))))
    assert "has 4 entries, and at most 3 are read" in told(packed(dict.fromkeys("abcd", "")))


def test_a_list_of_entries_is_not_held_whatever_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read as one, before anything says how many there are."""
    monkeypatch.setattr(archive, "LARGEST_READ", 1_000)
    assert "damaged: its list of entries is too long" in told(packed(dict.fromkeys(map(str, range(100)), "")))


def test_an_entry_that_lies_before_the_beginning_is_damage() -> None:
    """Bytes were lost, so that all that the list says lies a little behind."""
    data = packed({"a.csv": "a,b\n" * 20})
    assert "damaged: an entry lies before its beginning" in told(data[:36] + data[40:])


def test_entries_that_share_bytes_share_a_limit() -> None:
    """THREATS F06: a bomb of many entries over the same bytes, each of them in proportion."""
    data = packed({"0.csv": bytes(10_000_000 // 128)})
    start = data.index(b"PK\x01\x02")
    entry, end = data[start : data.index(b"PK\x05\x06")], data[data.index(b"PK\x05\x06") :]
    number = 400
    listed = b"".join(entry.replace(b"0.csv", b"%05d" % each) for each in range(number))
    head = data[:start].replace(b"0.csv", b"00000")
    end = end[:8] + struct.pack("<HHII", number, number, len(listed), len(head)) + end[20:]
    assert "x.zip" in told(head + listed + end)


def test_links_are_files_like_others() -> None:
    """What a link leads to is text here, and nothing is followed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        link = zipfile.ZipInfo("a.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    opened = Archive("x.zip", io.BytesIO(made.getvalue()))
    assert b"/etc/passwd" == opened.opened("a.csv").read()


def test_an_archive_may_come_by_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its list is at its end, so it is put on the disk first."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    class Standard:
        buffer = Pipe(packed({"b.csv": "b\n", "a.csv": "a\n"}))

    monkeypatch.setattr("sys.stdin", Standard)
    found = [(each.name, list(each.lines())) for each in HistoryFiles("-")]
    assert [("<stdin>/a.csv", [(1, "a")]), ("<stdin>/b.csv", [(1, "b")])] == found


def test_an_archive_without_files_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    path.write_bytes(packed({"a/": "", "__MACOSX/x": ""}))
    with pytest.raises(HistoryError, match="there is no file in this ZIP file"):
        list(HistoryFiles(str(path)))
