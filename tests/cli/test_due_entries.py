"""`upheld due --format ics`: entries that a calendar reads, each the same entry when it is asked for again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli.desk import desk
from cli.test_due import due, settings
from click.testing import Result
from icalendar import Calendar

from upheld.cli.failure import DONE, MISUSED

THURSDAY = "2024-03-28T17:00:00Z"
ASKED = ("proconcept", "--at", THURSDAY, *settings("severity=high", "queue=support"), "--format", "ics")


def entries(done: Result) -> list[dict[str, object]]:
    """The entries, as a calendar reads them."""
    assert DONE == done.exit_code, done.stderr
    found = Calendar.from_ical(done.stdout)
    assert ["2.0"] == [str(found["version"])]
    assert found["prodid"]
    return [dict(each) for each in found.walk("VEVENT")]


def test_each_promise_is_an_entry_at_its_due_time() -> None:
    """In UTC, made at the instant from which it was reckoned; what has no due time is named on standard error."""
    done = due(*ASKED)
    read = entries(done)

    assert ["Due: Commitment", "Due: Resolution"] == [str(each["SUMMARY"]) for each in read]
    assert [datetime(2024, 4, 2, 8, 0, tzinfo=UTC), datetime(2024, 4, 3, 15, 30, tzinfo=UTC)] == [
        each["DTSTART"].dt for each in read
    ]
    assert {datetime(2024, 3, 28, 17, 0, tzinfo=UTC)} == {each["DTSTAMP"].dt for each in read}
    assert {"TRANSPARENT"} == {str(each["TRANSP"]) for each in read}
    assert "no entry for `inform-customer`: it needs `actor`, `before.severity`, which `--set` says\n" == done.stderr


def test_an_entry_says_how_it_was_reckoned() -> None:
    """That the policy is a draft, both clocks, the hours that count, the days left out by date, and the clauses."""
    text = str(entries(due(*ASKED, "--zone", "America/New_York"))[0]["DESCRIPTION"])

    assert text.startswith("DRAFT. ProConcept has not issued this policy: it binds nobody.\n")
    assert "•  Due: Tuesday 2\u00a0April 2024, 04:00 (Europe/Zurich: 10:00)\n" in text
    assert "•  Counted from: Thursday 28\u00a0March 2024, 13:00\n" in text
    assert "•  Policy: proconcept, version 15.0.0\n" in text
    assert "   – Tuesday 2\u00a0April 2024, 08:00–10:00 (Europe/Zurich)\n" in text
    assert "   – Friday 29\u00a0March 2024: " in text
    assert text.endswith("•  Rests on: [PC-02, PC-06, PC-08, ≈delays, ≈hours]")


def test_entries_in_french() -> None:
    read = entries(due(*ASKED, "--lang", "fr", "--about", "T-1; urgent, donc\\vite"))

    assert "T-1; urgent, donc\\vite : Engagement, échéance" == str(read[0]["SUMMARY"]).replace("\u00a0", " ")
    assert str(read[0]["DESCRIPTION"]).startswith("PROJET. ProConcept n’a pas publié cette politique")


def test_asked_again_it_is_the_same_entry() -> None:
    """Byte for byte; of the same ticket it is the same entry once its severity has changed, of another one another."""
    ids = {}
    for name, severity, about in (("first", "high", "T-1"), ("changed", "low", "T-1"), ("other", "high", "T-2")):
        known = settings(f"severity={severity}", "queue=support")
        asked = ("proconcept", "--at", THURSDAY, *known, "--format", "ics", "--about", about)
        assert due(*asked).stdout == due(*asked).stdout
        ids[name] = [str(each["UID"]) for each in entries(due(*asked))]

    assert ids["first"] == ids["changed"]
    assert not set(ids["first"]) & set(ids["other"])
    assert 2 == len(set(ids["first"]))


def test_alarms_stand_before_the_due_time() -> None:
    """The earliest first, each once."""
    done = due(*ASKED, "--alarm", "2h", "--alarm", "1d", "--alarm", "120min")
    first = Calendar.from_ical(done.stdout).walk("VEVENT")[0]

    assert [timedelta(days=-1), timedelta(hours=-2)] == [each["TRIGGER"].dt for each in first.walk("VALARM")]


def test_lines_are_as_the_standard_wants_them() -> None:
    """Ended by CR and LF, at most 75 octets, and no letter cut in two."""
    raw = due(*ASKED, "--lang", "fr").stdout_bytes
    lines = raw.split(b"\r\n")

    assert b"" == lines[-1]
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, lines)) == 75
    assert all(line.decode() for line in lines[:-1])


def test_a_label_adds_no_line_to_a_calendar(tmp_path: Path) -> None:
    """What a stranger calls his promise, or somebody types, is the text of a property (THREATS F03)."""
    hostile = "{en: 'A;B,C\\nATTACH:https://example.org', fr: Appel}"
    policy = Path(desk(tmp_path)[-1])
    policy.write_text(policy.read_text(encoding="utf-8").replace("{en: Call, fr: Appel}", hostile), encoding="utf-8")
    asked = (str(policy), "--at", "2026-03-03T09:00:00Z", *settings("severity=major", "site=office"))
    done = due(*asked, "--format", "ics", "--about", "T\r\nATTACH:file:///etc")
    read = next(each for each in entries(done) if "A;B" in str(each["SUMMARY"]))

    assert "ATTACH" not in read
    assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION", "TRANSP"} == set(read)
    # read as bytes: icalendar before 7.0 takes an escaped backslash and an n for a line break
    assert b"A\\;B\\,C\\\\nATTACH:https://example.org" in done.stdout_bytes.replace(b"\r\n ", b"")


def test_into_a_file(tmp_path: Path) -> None:
    file = tmp_path / "due.ics"
    done = due(*ASKED, "-o", str(file))

    assert (DONE, "") == (done.exit_code, done.stdout)
    assert due(*ASKED).stdout_bytes == file.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("base", "--at", THURSDAY, "--about", "T-1"), "error: `--about` and `--alarm` are for entries of a calendar"),
        ((*ASKED, "--alarm", "2bd"), "error: invalid value for `--alarm`: `2bd` is as long as a calendar says"),
        ((*ASKED, "--alarm", "soon"), "error: invalid value for `--alarm`: `soon` is no duration"),
        (("base", "--at", THURSDAY, "--format", "ics"), "error: nothing has a due time"),
    ],
)
def test_misuse(arguments: tuple[str, ...], message: str) -> None:
    """A calendar without an entry is none, so nothing is written."""
    done = due(*arguments)

    assert (MISUSED, "") == (done.exit_code, done.stdout)
    assert message in done.stderr
