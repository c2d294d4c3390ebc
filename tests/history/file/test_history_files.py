"""Several files and folders are one history, in order, and nothing in it counts twice."""

from __future__ import annotations

import gzip
import os
import zipfile
from pathlib import Path

import pytest
from small_desk import desk

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFiles, Said
from upheld.history.importer import Bad, Row
from upheld.history.notice import Notices
from upheld.history.reading import opened, read_history, rows_of

HEAD = "ticket,at,event\n"


def line(number: int) -> str:
    return f"T-{number},2024-03-04T10:{number:02}Z,submit\n"


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name.replace("_", ".")).write_text(text)
    return folder


def tickets(*paths: object, notices: Notices | None = None) -> list[str]:
    found = list(read_history([str(path) for path in paths], desk(), notices=notices))
    assert not [each for each in found if isinstance(each, Bad)]
    return [each[1].ticket for each in found if not isinstance(each, Bad)]


def told(*paths: object) -> str:
    with pytest.raises(HistoryError) as raised:
        list(read_history([str(path) for path in paths], desk()))
    return str(raised.value)


def test_files_count_in_the_order_in_which_they_are_given(tmp_path: Path) -> None:
    write(tmp_path, a_csv=HEAD + line(1), b_csv=HEAD + line(2), c_jsonl="")
    assert ["T-2", "T-1"] == tickets(tmp_path / "b.csv", tmp_path / "a.csv")


def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    """In order of their names; each may be packed in its own way, and of its own format."""
    folder = write(tmp_path / "export", **{"page-10_csv": HEAD + line(3), "page-2_csv": HEAD + line(2), ".x_csv": "?"})
    (folder / "page-1.csv.gz").write_bytes(gzip.compress((HEAD + line(1)).encode()))
    with zipfile.ZipFile(folder / "page-11.zip", "w") as made:
        made.writestr("x.jsonl", '{"ticket": "T-4", "at": "2024-03-04T11:00Z", "event": "submit"}\n')
    assert ["T-1", "T-2", "T-3", "T-4"] == tickets(folder)
    assert ["T-1", "T-2", "T-3", "T-4"] == tickets(f"{folder}/")


def test_places_name_their_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "export", a_csv=HEAD + line(1), b_csv=HEAD + line(2) + line(3))
    found = [each.place if isinstance(each, Bad) else each[0] for each in read_history(f"{folder}", desk())]
    assert [f"{folder}/a.csv:2", f"{folder}/b.csv:2", f"{folder}/b.csv:3"] == found


def test_what_is_no_history_is_left_out_and_told(tmp_path: Path) -> None:
    """By its name, or by its first bytes; a folder within, too. A file that somebody named is none of them."""
    folder = write(tmp_path / "export", a_csv=HEAD + line(1), README_md="a, b\n", mapping_yaml="upheld: 1\n", notes="?")
    (folder / "older").mkdir()
    notices = Notices()

    assert ["T-1"] == tickets(folder, notices=notices)
    (notice,) = notices
    assert ("left-out", 4, f"{folder}/older") == (notice.kind, notice.number, notice.place)
    assert told(folder / "notes").startswith(f"{folder}/notes: neither its name nor its first bytes tell the format")


def test_one_format_is_said_for_all(tmp_path: Path) -> None:
    """Then what is of another is left out of a folder, too."""
    folder = write(tmp_path / "export", a_csv=HEAD + line(1), b_jsonl="{}\n")
    found = rows_of(opened(HistoryFiles(str(folder)), "csv"))
    assert [f"{folder}/a.csv:2"] == [each.place for each in found]


@pytest.mark.parametrize("again", ["a.csv", "./a.csv", "link.csv", "hard.csv", "."])
def test_a_file_counts_once(again: str, tmp_path: Path) -> None:
    """By whatever name it comes again."""
    path = write(tmp_path, a_csv=HEAD + line(1)) / "a.csv"
    if again == "link.csv":
        (tmp_path / again).symlink_to(path)
    elif again == "hard.csv":
        os.link(path, tmp_path / again)
    assert "this file is given twice" in told(path, f"{tmp_path}/{again}")


def test_standard_input_is_there_once() -> None:
    assert told("-", "-") == "-: this file is given twice: give it once"


def test_a_file_beside_what_it_was_packed_from_counts_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "export", a_csv=HEAD + line(1))
    (folder / "a.csv.gz").write_bytes(gzip.compress((HEAD + line(1)).encode()))
    assert told(folder) == f"{folder}: `a.csv` and `a.csv.gz` seem to be one file, packed and not: keep one of them"


def test_a_folder_without_files_is_told(tmp_path: Path) -> None:
    assert told(tmp_path).endswith(": there is no file in this folder")
    assert "is a history" in told(write(tmp_path / "export", notes="?"))


def test_progress_is_over_all_of_them(tmp_path: Path) -> None:
    rows = "".join(line(number % 60) for number in range(1_500))
    write(tmp_path, a_csv=HEAD + rows, b_csv=HEAD + rows)
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as made:
        made.writestr("c.csv", HEAD + rows)
        made.writestr("d.csv", HEAD + rows)
    seen: list[tuple[int, int | None]] = []
    for _ in read_history(str(tmp_path), desk(), on_progress=lambda *far: seen.append(far)):
        pass
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert sorted(seen) == seen
    assert {size} == {each[1] for each in seen}
    assert size // 2 < seen[-1][0] <= size


def test_a_mapping_goes_on_from_file_to_file(tmp_path: Path) -> None:
    """All rows come to it as those of one history."""
    folder = write(tmp_path / "export", a_csv="id\n1\n", b_csv="id\n2\n")
    calls = []

    def mapping(rows: object, policy: object) -> object:
        calls.append(rows)
        yield from ((row.place, {"ticket": row.cells["id"]}) for row in rows if isinstance(row, Row))  # type: ignore[attr-defined]

    list(read_history(str(folder), desk(), "csv", mapping))  # type: ignore[arg-type]
    assert 1 == len(calls)


def test_it_can_be_read_again_unless_it_is_a_pipe(tmp_path: Path) -> None:
    path = write(tmp_path, a_csv=HEAD) / "a.csv"
    os.mkfifo(tmp_path / "b.csv")
    assert HistoryFiles(str(path)).can_be_read_again
    assert not HistoryFiles([str(path), "-"]).can_be_read_again
    assert not HistoryFiles(str(tmp_path)).can_be_read_again
    assert HistoryFiles(str(tmp_path)).size is None


def test_what_is_said_holds_for_all(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("é\n".encode("cp850"))
    (tmp_path / "b.csv").write_bytes("ü\n".encode("cp850"))
    assert [[(1, "é")], [(1, "ü")]] == [list(each.lines()) for each in HistoryFiles(str(tmp_path), said=Said("cp850"))]
