"""Every number on a report is one of the replay's JSON: both are parsed, and compared table by table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pages.made import VENDORS, month, replayed, report, written
from pages.markup import Element, parsed

from upheld import load_policy
from upheld.core.policy.policy import Policy

Both = tuple[Element, Any, Policy]


@pytest.fixture(scope="module")
def both(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Both]:
    """A vendor's month as a report in English with every ticket told, and as JSON; made once."""
    made: dict[str, Both] = {}

    def of(vendor: str) -> Both:
        if vendor not in made:
            asked = month(root, vendor)
            page = report(tmp_path_factory.mktemp("report") / "r.html", *asked, "--lang", "en", "--tickets", "all")
            made[vendor] = parsed(page), replayed(*asked), load_policy(vendor)
        return made[vendor]

    return of


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def share(text: str | None) -> str:
    return "–" if text is None else text.replace("%", " %")


def promised(policy: Policy) -> set[str]:
    return {each.id for each in policy.commitments if each.promised}


def tiles(page: Element) -> dict[str, tuple[str, str]]:
    found = {}
    for each in page.all("div"):
        if "tile" in each.attributes.get("class", "").split():
            value, *note = [plain(part.text) for part in each.all("dd")]
            found[each.the("dt").text] = value, "".join(note)
    return found


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_first_numbers(both: Callable[[str], Both], vendor: str) -> None:
    """Upheld, breached, open and tickets, with the counts beside the share."""
    page, verdicts, policy = both(vendor)
    summary, found = verdicts["summary"], tiles(page)
    rows = [row for row in summary["commitments"] if row["id"] in promised(policy)]
    upheld, breached = (sum(row[name] for row in rows) for name in ("upheld", "breached"))
    open_ = sum(row["running"] + row["paused"] for row in rows)
    late = sum(any(map(is_late(policy), each["commitments"])) for each in verdicts["tickets"])

    assert f"{upheld} of {upheld + breached}" == found["Promises upheld"][1]
    assert f"{upheld * 1000 // (upheld + breached) / 10:g} %" == found["Promises upheld"][0]
    assert (str(breached), f"on {late} ticket{'s' * (late != 1)}" if breached else "") == found["Promises breached"]
    assert str(open_) == found["Not decided yet"][0]
    assert (str(summary["tickets"]), f"{summary['events']} records") == found["Tickets"]


def is_late(policy: Policy) -> Callable[[dict[str, Any]], bool]:
    names = promised(policy)
    return lambda clock: clock["id"] in names and clock["status"] == "breached"


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_promises(both: Callable[[str], Both], vendor: str) -> None:
    """Row by row: each commitment, severity and target, with its counts and its share."""
    page, verdicts, policy = both(vendor)
    names = [each.id for each in policy.commitments if each.promised]
    rows = [row for row in verdicts["summary"]["targets"] if row["id"] in names]
    shown = page.the("section", id="promises").all("div")
    table = next(each for each in shown if {"Upheld", "Share"} <= {th.text for th in each.all("th")})

    assert [
        (str(row["upheld"]), str(row["breached"]), row["excused"], row["running"] + row["paused"], share(row["share"]))
        for row in rows
    ] == [
        (each["Upheld"], each["Breached"], number(each, "Excused"), number(each, "Open"), plain(each["Share"]))
        for each in table.rows()
    ]


def number(row: dict[str, str], name: str) -> int:
    return int(row.get(name) or 0)


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_register(both: Callable[[str], Both], vendor: str) -> None:
    """Every ticket, how it stands with its promises, and how many of them were upheld."""
    page, verdicts, policy = both(vendor)
    rows = page.the("section", **{"class": "register"}).rows()
    names = promised(policy)

    assert [each["ticket"] for each in verdicts["tickets"]] == [row["Ticket"] for row in rows]
    for verdict, row in zip(verdicts["tickets"], rows, strict=True):
        clocks = [each for each in verdict["commitments"] if each["id"] in names and each["target"] != "best-effort"]
        counts = Counter(each["status"] for each in clocks)
        judged = counts["upheld"] + counts["breached"]
        standing = (
            "breached" if counts["breached"]
            else "not decided" if counts["running"] + counts["paused"]
            else "upheld" if counts["upheld"] + counts["excused"]
            else "none"
        )  # fmt: skip
        assert standing == row["Promises"]
        assert (f"{counts['upheld']} of {judged}" if judged else "") == row["Upheld"]
        assert (verdict["customer"] or "") == row.get("Customer", "")


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_worst_breaches(both: Callable[[str], Both], vendor: str) -> None:
    """In the order of the summary, each leading to the part that tells of its ticket."""
    page, verdicts, _ = both(vendor)
    worst = verdicts["summary"]["worst"][:10]
    if not worst:
        return
    section = page.the("section", id="the-worst-breaches")
    table = next(each for each in section.all("table") if "Late by" in [th.text for th in each.all("th")])
    lines = [row.all("td") for row in table.all("tr")[1:]]

    assert [each["ticket"] for each in worst] == [cells[0].text for cells in lines]
    by = [th.text for th in table.all("th")].index("Late by")
    for each, cells in zip(worst, lines, strict=True):
        assert each["clock"]["overrun_s"] // 60 * 60 == seconds(cells[by].text)
        target = cells[0].the("a").attributes["href"].removeprefix("#")
        assert each["ticket"] in page.the("article", id=target).the("h3").text


def seconds(text: str) -> int:
    """`60 h 45`, `2 h 05 min`, `55 min` in seconds."""
    found = re.match(r"(?:(\d+) h)? ?(?:(\d+)(?: min)?)?", plain(text))
    assert found is not None
    return int(found[1] or 0) * 3600 + int(found[2] or 0) * 60


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_clocks_of_tickets(both: Callable[[str], Both], vendor: str) -> None:
    """A ticket's part has a line for each clock of its verdict, with its status."""
    page, verdicts, _ = both(vendor)
    parts = {each.the("h3").text.rsplit(" ", 1)[0].removesuffix(" not"): each for each in page.all("article")}

    for verdict in verdicts["tickets"]:
        part = parts[verdict["ticket"]]
        tables = [each for each in part.all("table") if "Time allowed" in [th.text for th in each.all("th")]]
        shown = [row.all("td")[1].text.lower() for table in tables for row in table.all("tr")[1:]]
        said = {"cancelled": "ended"}
        clocks = [said.get(each["status"], each["status"]) for each in verdict["commitments"]]
        assert clocks == [each for each in shown if each != "not known yet"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_refusals_and_remarks(both: Callable[[str], Both], vendor: str) -> None:
    """Each reason with how often it struck; together they are all of them."""
    page, verdicts, _ = both(vendor)
    summary = verdicts["summary"]
    for id, name, total in (
        ("what-was-refused", "refused_by", "refused"),
        ("what-was-accepted-with-a-remark", "flagged_by", "flags"),
    ):
        sections = page.all("section", id=id)
        assert bool(summary[name]) == bool(sections)
        for section in sections:
            assert [str(each["count"]) for each in summary[name]] == [row["Times"] for row in section.rows()]
            assert summary[total] == sum(int(row["Times"]) for row in section.rows())


@pytest.mark.parametrize("vendor", VENDORS)
def test_objectives_and_assumptions(both: Callable[[str], Both], vendor: str) -> None:
    """Over all months together, what was counted; and on how many tickets each assumption bears."""
    page, verdicts, _ = both(vendor)
    summary = verdicts["summary"]
    overall = [row for row in summary["objectives"] if row["period"] == "all"]
    for section in page.all("section", id="promises-over-many-tickets"):
        assert [(str(row["kept"]), str(row["counted"]), share(row["share"])) for row in overall] == [
            (each["In time"], each["Counted"], plain(each["Share"])) for each in section.rows()
        ]
    assumed = page.the("section", id="what-these-figures-assume").all("li")
    told = {each.attributes["id"].removeprefix("assumption-"): each.text for each in assumed if "id" in each.attributes}
    for each in summary["assumptions"]:
        assert told[each["id"]].endswith(f"– {each['tickets']} ticket{'s' * (each['tickets'] != 1)}")


def test_a_tracker_s_log(root: Path, tmp_path: Path) -> None:
    """Observed states: what does not conform, and what should have happened by itself, as the summary counts it."""
    policy = str(root / "examples/helpdesk/policy.yaml")
    asked = (written(tmp_path / "log.jsonl", observed()), "--policy", policy, "--audit")
    page, summary = parsed(report(tmp_path / "r.html", *asked)), replayed(*asked)["summary"]
    audit = summary["audit"]
    moves = page.the("section", id="what-does-not-conform")

    assert f"{audit['conforming_tickets']} of {audit['tickets']}" in moves.text
    assert f"{audit['conforming_moves']} of {audit['moves']}" in moves.text
    assert [(str(each["count"]), str(each["tickets"])) for each in audit["nonconforming"]] == [
        (row["Times"], row["Tickets"]) for row in moves.rows()
    ]


def observed() -> Iterator[dict[str, Any]]:
    states = ("assigned", "in-charge", "waiting", "resolved", "closed")
    for number in range(12):
        for hour, state in enumerate(states if number % 3 else states[::-1]):
            yield {"ticket": f"T-{number:02}", "at": f"2012-10-{number + 1:02}T{9 + hour:02}:00:00Z", "state": state,
                   **({"data": {"severity": "1"}} if not hour else {})}  # fmt: skip
