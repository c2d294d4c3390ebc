"""No silence: what a history leaves out, or cannot tell, is said on the page, in JSON and on standard error."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from core.replay.test_unpromised import POLICY
from hypothesis import given
from hypothesis import strategies as st

from upheld.cli import main
from upheld.cli.failure import DONE, FOUND, MISUSED
from upheld.history.file import HistoryFile
from upheld.history.importer import Bad, Row
from upheld.history.mapping.mapping_file import read_mapping
from upheld.history.mapping.tally import Tally
from upheld.history.mapping.translation import records as translated
from upheld.history.notice import Notices
from upheld.loading import examine

HEAD = "Key,When,Now,Weight,Lamp\n"
MAPPING = """\
upheld: 1
mapping: light
audit: true
zone: {assume: Etc/UTC}
columns: {ticket: Key, at: When, data: {severity: Weight, lamp: Lamp}}
roles: [{role: agent}]
statuses:
  - state: {column: Now, words: {New: open, Fixed: resolved, Done: closed}}
"""
STEPS = ("09:00,New", "09:40,Fixed", "09:40,Done")
CANONICAL = {"New": "open", "Fixed": "resolved", "Done": "closed"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything lies in the folder in which commands are run."""
    monkeypatch.chdir(tmp_path)
    Path("policy.yaml").write_text(POLICY, encoding="utf-8")
    Path("light.yaml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


def run(command: str, name: str, *options: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [command, name, "--policy", "policy.yaml", *options], input=stdin)


def said(result: Result) -> str:
    """A page on one line, without its boxes."""
    return " ".join(result.stdout.replace("┃", " ").split())


def document(result: Result) -> dict[str, Any]:
    assert DONE == result.exit_code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def lines(*tickets: str, newest_first: bool = False) -> list[str]:
    found = [f"{name},2026-03-0{day}T{step},dark,oil" for day, name in enumerate(tickets, 2) for step in STEPS]
    return found[::-1] if newest_first else found


def export(*rows: str) -> str:
    Path("export.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return "export.csv"


def history(*rows: str) -> str:
    """The same as a history of upheld."""
    made = []
    for row in rows:
        ticket, at, now, weight, lamp = row.split(",")
        data = {"severity": weight, "lamp": lamp}
        made.append(json.dumps({"ticket": ticket, "at": f"{at}Z", "state": CANONICAL[now], "data": data}))
    Path("history.jsonl").write_text("\n".join(made), encoding="utf-8")
    return "history.jsonl"


MAPPED = ("--map", "light.yaml")
MAKERS = [(export, MAPPED), (history, ("--audit",))]
KINDS = ["mapped", "canonical"]


@pytest.mark.parametrize("make, options", MAKERS, ids=KINDS)
def test_newest_first_is_taken_by_time(make: Any, options: tuple[str, ...]) -> None:
    """What has one instant is turned round, too; a pipe is no different: the answer is that of a file in order."""
    expected = document(run("replay", make(*lines("T-1", "T-2")), *options, "--format", "json"))
    name = make(*lines("T-1", "T-2", newest_first=True))
    turned = run("replay", name, *options, "--format", "json")
    piped = run("replay", "-", *options, "--format", "json", stdin=Path(name).read_bytes())

    assert expected["tickets"] == document(turned)["tickets"] == document(piped)["tickets"]
    (noticed,) = document(turned)["summary"]["reading"]
    assert ("newest-first", 1) == (noticed["kind"], noticed["number"])
    assert f"warning: {noticed['message']}" in turned.stderr.splitlines()
    assert [] == expected["summary"]["reading"]


@pytest.mark.parametrize("make, options", MAKERS, ids=KINDS)
def test_who_says_an_order_gets_it(make: Any, options: tuple[str, ...]) -> None:
    """And a warning that most of it was thrown away, and a share of what conforms that does not count that."""
    name = make(*lines("T-1", newest_first=True))
    told = document(run("replay", name, *options, "--order", "arrival", "--format", "json"))

    assert 1 == told["summary"]["refused"]
    assert "1 of 3 records came after a later one of their ticket; with `order: by-time`" in told["warnings"][0]
    assert (0, 1) == (told["summary"]["audit"]["conforming_tickets"], told["summary"]["audit"]["refused_states"])
    assert [] == told["summary"]["reading"]
    page = said(run("replay", name, *options, "--order", "arrival"))
    assert "Beware: 1 of 3 records came after a later one of their ticket. With order: by-time in the mapping" in page
    assert "Tickets that went as the policy says: 0 of 1 (0 %)" in page
    by_time = document(run("replay", name, *options, "--order", "by-time", "--format", "json"))
    assert [] == by_time["summary"]["reading"] == by_time["warnings"]


def test_a_mapping_that_takes_rows_as_they_stand_is_obeyed() -> None:
    Path("light.yaml").write_text(f"{MAPPING}order: as-is\n", encoding="utf-8")
    name = export(*lines("T-1", newest_first=True))

    assert 1 == document(run("replay", name, *MAPPED, "--format", "json"))["summary"]["refused"]


@pytest.mark.parametrize("make, options", MAKERS, ids=KINDS)
def test_a_single_step_forward_is_another_order(make: Any, options: tuple[str, ...]) -> None:
    """Then records came late, and nobody knows which are right."""
    name = make(*lines("T-1", newest_first=True), *lines("T-2"))

    assert [] == document(run("replay", name, *options, "--format", "json"))["summary"]["reading"]


@pytest.mark.parametrize("make, options", MAKERS, ids=KINDS)
def test_every_command_takes_the_same_order(make: Any, options: tuple[str, ...]) -> None:
    """What explains a figure agrees with it, and says why on standard error."""
    name = make(*lines("T-1", newest_first=True))
    for command, own in (("explain", ("--ticket", "T-1")), ("queue", ("--at", "2026-03-02T09:20:00Z"))):
        turned = run(command, name, *options, *own)
        ordered = run(command, name, *options, *own, "--order", "by-time")

        assert DONE == turned.exit_code, turned.output
        assert "warning: the history stands newest first" in turned.stderr
        assert "warning" not in ordered.stderr
        if command == "queue":
            assert ordered.stdout == turned.stdout


def test_unpromised_tickets_stand_where_the_share_stands() -> None:
    """With why, in the reader's language; a warning where they are most; and a status for who asks."""
    rows = [f"T-{number},2026-03-0{number}T09:00,Done,dark,oil" for number in range(1, 9)]
    name = export(*rows, *(f"T-9,2026-03-09T{step},dark,oil" for step in STEPS))
    page, french = said(run("replay", name, *MAPPED)), said(run("replay", name, *MAPPED, "--lang", "fr"))

    assert "No promise: on 8 of 9 tickets no promise began (the first seen: T-1)" in page
    assert "Beware: on 8 of 9 tickets no promise began (the first seen: T-1)" in page
    assert "they began as “Closed”, and nothing that followed begins a promise 8 T-1" in page
    assert "Sans promesse : sur 8 des 9 tickets, aucune promesse n’a commencé (premier cas : T-1)" in french
    assert FOUND == run("replay", name, *MAPPED, "--fail-on", "unpromised").exit_code
    assert "found unpromised: 8" in run("replay", name, *MAPPED, "--fail-on", "unpromised,breach").stderr
    whole = export(*lines("T-9"))
    assert DONE == run("replay", whole, *MAPPED, "--fail-on", "unpromised").exit_code
    assert "No promise" not in run("replay", whole, *MAPPED).stdout


def test_programs_are_told_what_became_of_the_rows() -> None:
    """Only where a mapping made records of them."""
    name = export(*lines("T-1"), "T-1,2026-03-02 10:00,Lost,high,on")
    told = document(run("replay", name, *MAPPED, "--skip-bad", "--format", "json"))["summary"]["rows"]

    assert {"read": 4, "steps": 4, "bad_steps": 1, "records": 3} == {name: each for name, each in told.items() if each}
    assert "rows" not in document(run("replay", history(*lines("T-1")), "--audit", "--format", "json"))["summary"]


def test_the_folder_has_what_was_noticed() -> None:
    run("replay", export(*lines("T-1", newest_first=True)), *MAPPED, "--out", "out")
    summary = json.loads(Path("out/summary.json").read_text(encoding="utf-8"))["summary"]

    assert ["newest-first"] == [each["kind"] for each in summary["reading"]]
    assert summary["unpromised"] is None


def noticing(monkeypatch: pytest.MonkeyPatch, *kinds: str) -> None:
    """A file in which whoever reads it notices this."""
    read = HistoryFile.lines

    def lines(file: HistoryFile) -> Any:
        for kind in kinds:
            file.notices.note(kind, "export.csv:3", text="29/03/2026 02:50", zone="Europe/Paris", colour="green")
        return read(file)

    monkeypatch.setattr(HistoryFile, "lines", lines)


def test_what_was_noticed_of_the_text_is_told_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the box, in JSON, on standard error; also of a kind that only a plugin knows."""
    noticing(monkeypatch, "never-was", "odd-ink")
    name = export(*lines("T-1"))
    page, french = said(run("replay", name, *MAPPED)), said(run("replay", name, *MAPPED, "--lang", "fr"))
    told = run("replay", name, *MAPPED, "--format", "json")

    assert "Beware: 1 instant, 29/03/2026 02:50, does not exist in Europe/Paris. The zone of the export is" in page
    assert "Attention : 1 instant, 29/03/2026 02:50, n’existe pas dans le fuseau Europe/Paris." in french
    assert "Beware: odd-ink was noticed at export.csv:3." in page
    assert ["never-was", "odd-ink"] == [each["kind"] for each in document(told)["summary"]["reading"]]
    others = (("replay", "--format", "jsonl"), ("explain", "--ticket", "T-1"))
    for result in (told, *(run(command, name, *MAPPED, *own) for command, *own in others)):
        assert "warning: 1 instant, `29/03/2026 02:50`, does not exist in Europe/Paris: the zone" in result.stderr
        assert "warning: `odd-ink` was noticed at export.csv:3" in result.stderr
    assert "warning" not in run("replay", name, *MAPPED).stderr


def test_a_cause_is_told_and_not_its_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that lies in an hour that never was comes late: another order would not mend the zone."""
    name = export(*lines("T-1")[:1], "T-1,2026-03-02T10:00,Fixed,dark,oil", "T-1,2026-03-02T09:30,Done,dark,oil")
    assert "Beware: 1 of 3 records came after a later one" in said(run("replay", name, *MAPPED))
    noticing(monkeypatch, "never-was")
    page = said(run("replay", name, *MAPPED))

    assert "does not exist in Europe/Paris" in page
    assert "came after a later one" not in page


@pytest.mark.parametrize(
    "name, text, options",
    [
        ("empty.jsonl", "", ()),
        ("head.csv", "ticket,at,event\n", ()),
        ("head.csv", HEAD, MAPPED),
        ("log.xes", "<log></log>", MAPPED),
    ],
)
def test_a_history_without_any_record_ends_every_command(name: str, text: str, options: tuple[str, ...]) -> None:
    """In one line that says which file; so a scheduled job notices."""
    Path(name).write_text(text, encoding="utf-8")
    for command, own in (("replay", ()), ("explain", ("--ticket", "T-1")), ("queue", ("--at", "2026-03-02T09:20:00Z"))):
        done = run(command, name, *options, *own)

        assert (MISUSED, "") == (done.exit_code, done.stdout)
        assert done.stderr.startswith("error: ")
        assert 1 == done.stderr.count("\n")


def test_rows_that_become_no_record_are_no_history() -> None:
    """Passed over by the mapping, or bad: of nothing nothing is told."""
    text = MAPPING.replace("  - state:", "  - {when: {Key: T-1}, skip: true}\n  - state:")
    Path("light.yaml").write_text(text, encoding="utf-8")
    name = export(*lines("T-1"), "T-2,never,New,dark,oil")
    done = run("replay", name, *MAPPED, "--skip-bad")

    assert (MISUSED, "") == (done.exit_code, done.stdout)
    told = (
        "error: export.csv: this history holds no record: none of its rows (1 bad, 3 passed over by the mapping) became"
    )
    assert done.stderr.splitlines()[-1].startswith(told)


WORDS = ("New", "Fixed", "Done", "Mailed", "Who knows", "")


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["T-1", "T-2", ""]), st.sampled_from(["09:00", "10:00", "soon", ""]), st.sampled_from(WORDS)
        ),
        max_size=30,
    ),
    duplicates=st.sampled_from(["keep", "drop"]),
    unknown=st.sampled_from(["error", "skip"]),
    order=st.sampled_from(["", "order: as-is\n", "order: by-time\n"]),
)
def test_whatever_is_dropped_is_counted(
    rows: list[tuple[str, str, str]], duplicates: str, unknown: str, order: str
) -> None:
    """Every row is a record, or one of a count that is told."""
    text = MAPPING.replace("  - state:", "  - {when: {Now: Mailed}, skip: true}\n  - state:")
    mapping, findings = read_mapping(f"{text}duplicates: {duplicates}\nunknown: {unknown}\n{order}".encode(), "m.yaml")
    policy = examine(POLICY.encode(), "policy.yaml").policy
    assert mapping is not None, findings
    assert policy is not None
    tally = Tally()
    cells = (
        {"Key": key, "When": f"2026-03-02T{at}", "Now": now, "Weight": "dark", "Lamp": "oil"} for key, at, now in rows
    )
    found = [*translated(mapping, (Row(f"row {n}", each) for n, each in enumerate(cells)), policy, tally)]
    bad = sum(isinstance(each, Bad) for each in found)

    assert (len(rows), bad, len(found) - bad) == (tally.rows, tally.bad, tally.records)
    assert tally.rows == tally.records + tally.bad + tally.skipped + tally.duplicates


@given(seed=st.integers(0, 10**6), order=st.sampled_from(["by-time", "arrival"]))
def test_late_records_are_refused_and_counted_or_have_their_place(seed: int, order: str) -> None:
    """Of what is read, everything is accepted, or refused and counted."""
    from upheld.core.record.event import Event
    from upheld.history.event_record import in_time as by_time
    from upheld.replaying import replay

    rows = lines("T-1", "T-2", "T-3")
    random.Random(seed).shuffle(rows)
    events = []
    for row in rows:
        ticket, at, now, weight, lamp = row.split(",")
        data = {"severity": weight, "lamp": lamp}
        events.append(Event.from_record({"ticket": ticket, "at": f"{at}Z", "state": CANONICAL[now], "data": data}))
    policy = examine(POLICY.encode(), "policy.yaml").policy
    assert policy is not None
    summary = replay(policy, by_time(events) if order == "by-time" else events, audit=True)["summary"]

    assert len(rows) == summary["events"]
    assert summary["refused"] == summary["audit"]["refused_states"] == sum(e["count"] for e in summary["refused_by"])
    assert order == "arrival" or 0 == summary["refused"]


def test_notices_are_counted_by_kind() -> None:
    """The first keeps its place."""
    notices = Notices()
    for place in ("a", "b"):
        notices.note("midnight", place, text="2026-03-02")

    assert [("midnight", 2, "a")] == [(each.kind, each.number, each.place) for each in notices]


def test_a_file_without_records_beside_others_is_noticed() -> None:
    """The others may hold enough; that one is empty is told all the same."""
    name = history(*lines("T-1"))
    Path("second.csv").write_text("ticket,at,state\n", encoding="utf-8")
    told = run("replay", name, "second.csv", "--audit", "--format", "json")

    assert [("no-records", 1)] == [(each["kind"], each["number"]) for each in document(told)["summary"]["reading"]]
    assert "warning: second.csv holds no record" in told.stderr
    export(*lines("T-1"))
    for text in ("[]", '{"result": []}'):
        Path("third.json").write_text(text, encoding="utf-8")
        assert (
            "warning: third.json holds no record"
            in run("replay", "export.csv", "third.json", *MAPPED, "--format", "json").stderr
        )
        assert MISUSED == run("replay", "third.json", *MAPPED).exit_code


@pytest.mark.parametrize("twice, kinds", [("Note", []), ("Now", ["repeated-column"])])
def test_of_a_column_that_stands_there_twice_only_whoever_reads_it_is_told(twice: str, kinds: list[str]) -> None:
    """Trackers repeat `Labels` in every export: a warning each month would be read by nobody."""
    head = HEAD.rstrip("\n") + f",Note,{twice}\n"
    Path("log.csv").write_text(head + "T-1,2026-03-02 09:00,New,dark,oil,a,b\n", encoding="utf-8")

    told = document(run("replay", "log.csv", "--map", "light.yaml", "--format", "json"))

    assert kinds == [each["kind"] for each in told["summary"]["reading"]]


def test_lists_of_objects_are_told_by_the_draft_and_not_every_month() -> None:
    """Whoever wrote the mapping has seen them."""
    row = {"Key": "T-1", "When": "2026-03-02 09:00", "Now": "New", "Labels": [{"id": 1}], "Weight": "dark"}
    Path("log.json").write_text(json.dumps([row]), encoding="utf-8")

    told = document(run("replay", "log.json", "--map", "light.yaml", "--format", "json"))

    assert [] == told["summary"]["reading"]
    assert "# Warning: `Labels` at log.json:1, object 1 holds a list of objects" in run("map", "log.json").stdout


def test_a_draft_tells_what_was_noticed_of_the_text() -> None:
    """Four of six rows are in a note: whoever accepts the draft would replay two."""
    rows = [f"T-{number},2026-03-02 09:00,New,dark,oil\n" for number in range(6)]
    rows[0], rows[4] = rows[0].replace("oil", '"oil'), rows[4].replace("oil", 'oil"')
    Path("log.csv").write_text(HEAD + "".join(rows), encoding="utf-8")

    assert "# Warning: the cell at log.csv:2 spans 5 lines that look like rows" in run("map", "log.csv").stdout


def test_what_a_bad_record_may_come_from_is_told_with_it() -> None:
    """No page tells it then; and the word is unknown since its encoding was guessed."""
    row = "T-1,2026-03-02 09:00,Gelöst,dark,oil\n"
    Path("log.csv").write_bytes((HEAD + row).encode("mac-roman"))

    result = run("replay", "log.csv", "--map", "light.yaml")

    assert MISUSED == result.exit_code
    assert "warning: the text is no UTF-8 and was read as cp1252" in result.stderr.splitlines()[0]
    assert "error: log.csv:2: the mapping does not say what `Gelšst` in `Now` means" in result.stderr.splitlines()[1]


@pytest.mark.parametrize(
    "closing, kinds", [("00:00", []), ("", ["midnight"])], ids=["a desk that works at night", "a date alone"]
)
def test_one_midnight_of_many_instants_is_a_time_and_a_date_alone_is_none(closing: str, kinds: list[str]) -> None:
    """Of records to the minute one in 1440 lies there."""
    rows = [f"T-{number},2026-03-02 09:{number:02},New,dark,oil" for number in range(30)]
    export(*rows, f"T-1,2026-03-03 {closing}".strip() + ",Fixed,dark,oil")
    dated = MAPPING.replace("columns:", "dates: [iso, YYYY-MM-DD]\ncolumns:")
    Path("light.yaml").write_text(dated, encoding="utf-8")

    told = document(run("replay", "export.csv", "--map", "light.yaml", "--format", "json"))

    assert kinds == [each["kind"] for each in told["summary"]["reading"]]


def test_a_time_that_never_was_does_not_turn_the_history_round() -> None:
    """02:30 is read as 03:30, behind the next record: that is the zone, and no list that begins with the newest."""
    export("T-1,2026-03-29 02:30,New,dark,oil", "T-1,2026-03-29 03:10,Fixed,dark,oil")
    Path("light.yaml").write_text(MAPPING.replace("Etc/UTC", "Europe/Paris"), encoding="utf-8")

    told = document(run("replay", "export.csv", "--map", "light.yaml", "--format", "json"))

    assert ["never-was"] == [each["kind"] for each in told["summary"]["reading"]]
    assert "open" == told["tickets"][0]["state"]
