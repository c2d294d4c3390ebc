"""The bulk bench: its histories are always the same, clean ones are clean, and its peers are right on them."""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from bulk_bench import answers, contenders, course
from bulk_bench.measuring import Stopped, cost
from upheld import load_contracts, load_policy, replay
from upheld.history.reading import read_history

EVENTS = 1_500
PEERS = {
    "with_transitions": ("transitions", ".csv"),
    "with_statemachine": ("statemachine", ".csv"),
    "with_duckdb_calendar": ("duckdb", ".parquet"),
    "with_duckdb_asof": ("duckdb", ".parquet"),
    "with_polars": ("polars", ".parquet"),
}
needs_numpy = pytest.mark.skipif(
    not (find_spec("numpy") and find_spec("pyarrow")), reason="histories are made with numpy and pyarrow"
)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("clean"), noisy=False)


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("noisy"), noisy=True)


@pytest.fixture(scope="module")
def right(clean: Path) -> answers.Verdicts:
    return verdicts(clean)


def made(folder: Path, *, noisy: bool) -> Path:
    """A history in every form, with what stands beside it."""
    from bulk_bench import files, stories

    files.write_surroundings(folder)
    for name, write in files.WRITERS.items():
        write(folder / f"history.{name}", stories.made(EVENTS, noisy=noisy))
    return folder


def verdicts(folder: Path) -> answers.Verdicts:
    """Upheld's own."""
    policy = load_policy("greenmash")
    records = answers.lines_of(folder / "history.jsonl")
    contracts = load_contracts(folder / "contracts.yaml", policy)
    return answers.of_verdicts(replay(policy, records, contracts, as_of=course.AS_OF)["tickets"])


@needs_numpy
@pytest.mark.parametrize(
    "noisy, digest",
    [
        (False, "abf612c62d0131a74be73a1260a9b70e41db925d702fad3ca29d420794051c34"),
        (True, "65a6186814ea6225e734d62a8f2d01c3cfb092b52549c4d4f139b83534512050"),
    ],
    ids=["clean", "noisy"],
)
def test_a_history_is_always_the_same(noisy: bool, digest: str) -> None:
    """On any machine, with any numpy: figures of two runs are about the same work."""
    from bulk_bench import files, stories

    text = b"".join(files.lines(stories.made(EVENTS, noisy=noisy)))

    assert digest == hashlib.sha256(text).hexdigest()


@needs_numpy
def test_a_longer_history_has_the_tickets_of_a_shorter_one() -> None:
    """Record for record, so that growth is about more of the same."""
    from bulk_bench import files, stories

    longer = b"".join(files.lines(stories.made(10 * EVENTS))).splitlines()
    shorter = b"".join(files.lines(stories.made(EVENTS))).splitlines()
    tickets = {line[:25] for line in shorter}

    assert shorter == [line for line in longer if line[:25] in tickets]


@needs_numpy
def test_nothing_of_a_clean_history_is_refused(right: answers.Verdicts) -> None:
    assert {frozenset()} == set(right.refused.values())


@needs_numpy
def test_a_noisy_history_has_each_kind_of_noise(noisy: Path) -> None:
    """Doubles, delays, strangers: what a peer without a lifecycle takes for true."""
    codes = {code for each in verdicts(noisy).refused.values() for code in each}

    expected = {"out-of-order", "unknown-event", "not-allowed", "invalid-data", "channel-not-accepted", "no-transition"}
    assert expected <= codes


@needs_numpy
def test_the_three_forms_of_a_history_are_equal(noisy: Path) -> None:
    """The same records, cell by cell."""
    import pyarrow.csv
    import pyarrow.parquet

    in_columns = pyarrow.parquet.read_table(noisy / "history.parquet")
    as_text = pyarrow.csv.ConvertOptions(
        column_types={name: "string" for name in in_columns.column_names if name != "at"}, strings_can_be_null=True
    )
    table = pyarrow.csv.read_csv(noisy / "history.csv", convert_options=as_text)
    expected = [
        {**{f"data.{name}": value for name, value in line.pop("data", {}).items()}, **line}
        for line in answers.lines_of(noisy / "history.jsonl")
    ]

    for number, (row, line) in enumerate(zip(in_columns.to_pylist(), expected, strict=True)):
        assert line == {name: value for name, value in row.items() if value is not None} | {"at": line["at"]}, number
        assert f"{row['at']:%Y-%m-%dT%H:%M:%SZ}" == line["at"]
    for name in in_columns.column_names:
        cells = in_columns[name].cast("string") if name != "at" else in_columns[name].cast(table[name].type)
        assert cells.to_pylist() == table[name].to_pylist()


@needs_numpy
def test_a_month_told_again_is_the_month_as_often(root: Path, tmp_path: Path) -> None:
    """Of a vendor that bills: as many of everything, with customers and balances of each telling's own."""
    command = [sys.executable, root / "bench" / "bulk_bench" / "months.py", tmp_path, "--policy", "entropics"]
    subprocess.run([*command, "--events", "436"], check=True, capture_output=True)
    policy = load_policy("entropics")
    example = root / "examples" / "entropics"

    def summary(file: Path) -> Mapping[str, Any]:
        contracts = load_contracts(file.parent / "contracts.yaml", policy)
        events = [found for _, found in read_history(str(file), policy)]
        return replay(policy, events, contracts)["summary"]

    once, twice = summary(example / "history.jsonl"), summary(tmp_path / "history.jsonl")
    assert twice == summary(tmp_path / "history.csv")
    for name in ("tickets", "events", "refused"):
        assert 2 * once[name] == twice[name]
    assert 2 * len(once["balances"]) == len(twice["balances"])


@needs_numpy
@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_is_right_on_every_ticket_of_a_clean_history(
    peer: str, clean: Path, right: answers.Verdicts, root: Path, tmp_path: Path
) -> None:
    """State, status and seconds: only so is it fair to compare its speed."""
    library, suffix = PEERS[peer]
    pytest.importorskip(library)
    found = tmp_path / f"answers{suffix}"
    command = [sys.executable, root / "bench" / "peers" / f"{peer}.py", clean, found, "--as-of", course.AS_OF]
    subprocess.run(command, check=True)

    assert ["no ticket wrong"] == answers.told(right, answers.of_peer(found))
    assert sum(answer.resolve is not None for answer in right.answers.values()) > EVENTS / 20


def test_every_peer_is_told_of(root: Path) -> None:
    """Each file in `bench/peers/` but what they share is one, is Python, and takes part in the bench."""
    files = {path.stem: path for path in (root / "bench" / "peers").glob("*.py")}

    assert PEERS.keys() == files.keys() - {"promises"}
    for path in files.values():
        ast.parse(path.read_text(encoding="utf-8"))
    commands = [each.command(Path("history"), Path("answers"))[1] for each in contenders.peers(1)]
    assert sorted(str(files[name]) for name in PEERS) == sorted(commands)


def test_a_peer_whose_library_is_not_there_says_so() -> None:
    """It is left out, and the others run."""
    found = contenders.peer("with_nothing", "nothing", "a peer", "no_such_library", ".csv")

    assert "no_such_library is not installed: python3 dev.py bench bulk installs it" == found.missing


def test_a_wrong_answer_is_counted_by_kind() -> None:
    """And by what upheld refused on that ticket."""
    right = answers.Clock("upheld", 60)
    late = answers.Clock("breached", 60)
    slow = answers.Clock("upheld", 61)
    ours = {
        "A": answers.Answer("closed", right, None),
        "B": answers.Answer("open", right, right),
        "C": answers.Answer("open", None, None),
    }
    theirs = {"A": answers.Answer("open", late, right), "B": answers.Answer("open", slow, None)}
    verdicts = answers.Verdicts(ours, {"A": frozenset({"no-transition"}), "B": frozenset({"rule", "no-ticket"})})

    assert {
        "A": {"state", "acknowledge status", "resolve never promised"},
        "B": {"acknowledge seconds", "resolve missing"},
        "C": {"no such ticket"},
    } == answers.wrong(ours, theirs)
    assert [
        "3 of 3 tickets wrong (100.0 %)",
        "in: acknowledge seconds 1, acknowledge status 1, no such ticket 1, resolve missing 1, "
        "resolve never promised 1, state 1",
        "where upheld refused: no-transition alone 1, nothing 1, several kinds 1",
    ] == answers.told(verdicts, theirs)


def test_a_command_that_fails_or_takes_too_long_is_left_out_with_its_reason(tmp_path: Path) -> None:
    """Its last line, or how long it was given."""
    failing = [sys.executable, "-c", "raise SystemExit('no such file')"]
    with pytest.raises(Stopped, match="exit status 1: no such file"):
        cost(failing, tmp_path / "out", limit_s=60)
    with pytest.raises(Stopped, match="stopped after 0 s"):
        cost([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "out", limit_s=0.2)


def test_without_git_the_old_engine_is_left_out_and_said_so(tmp_path: Path) -> None:
    found = contenders.unpacked("0" * 40, tmp_path)

    assert isinstance(found, str)
