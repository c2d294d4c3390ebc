"""Reports: the same findings for people, for programs, for code scanning and for continuous integration."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis.strategies as st
import pytest
from check.desk import desk
from hypothesis import given

from upheld.core.finding import Finding, Place
from upheld.document import Source
from upheld.document.catalogue import TITLE_BY_CODE, level_of
from upheld.loading import Examined, examine
from upheld.report.findings import REPORTS

GOLDEN = Path(__file__).resolve().parent / "golden"
POLICY = desk(
    roles="{agent: {}, guest: {}, visitor: {}}",
    events="{submit: {by: agent, data: {minutes: {integer: true}}}, close: {by: agnet}}",
    transitions="""
  - {id: submit, on: submit, opens: true, to: open, assumes: [usual]}
  - {id: close, on: close, from: open, to: closed, when: {actor-id: ann}, assumes: [usual]}
  - {id: solve, on: close, from: open, to: closed, assumes: [usual]}""",
    rules="""
  - id: r
    on: submit
    when: {event.minutes: {above: 5}}
    refuse: always
    message: {en: "100 % of {minuets} is more than this policy accepts without asking anybody at all"}
    assumes: [usual]""",
    checks='[{waive: UP202, of: roles/guest, reason: "he comes in May, they say"}]',
)


def both() -> list[Examined]:
    """Two policies: one with findings of every kind, and one that cannot even be read."""
    return [
        examine(POLICY.encode(), "policies/shop, new.yaml"),
        examine(b"policy: [", "broken.yaml"),
        examine(desk().encode(), "desk.yaml"),
    ]


@pytest.mark.parametrize("style", REPORTS)
def test_a_report_says_what_it_said(style: str, update: bool) -> None:
    """Word by word; the golden text is what a reader gets."""
    said = REPORTS[style](both()) + "\n"
    said = said.replace(f'"version": "{version()}"', '"version": "VERSION"')
    golden = GOLDEN / f"{style}.txt"
    if update:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(said, encoding="utf-8")

    assert golden.read_text(encoding="utf-8") == said


def version() -> str:
    """The version of the program that reports."""
    from importlib.metadata import version as installed

    return installed("upheld")


@pytest.mark.parametrize("style", REPORTS)
def test_a_report_is_the_same_every_time(style: str) -> None:
    assert REPORTS[style](both()) == REPORTS[style](both())


@pytest.mark.parametrize("style", REPORTS)
def test_of_nothing_a_report_can_be_made(style: str) -> None:
    report = REPORTS[style]([])

    assert {"text": "", "github": "", "json": "[]"}.get(style, report) == report


def test_the_text_shows_line_caret_example_and_hint() -> None:
    block = REPORTS["text"](both()).split("\n\n")[2].splitlines()

    assert block[0].startswith("policies/shop, new.yaml:13:5: error[UP301]: on `close` from state `open` both ")
    assert "- {id: solve" == block[1].strip()[:12]
    assert "id: solve" == block[1][block[2].index("^") + 1 :][:9]
    assert "  example: event: close, state: open, actor-id: ann" == block[3]
    assert "  hint: give them conditions of which only one can hold" == block[4]


def test_the_text_ends_with_a_line_for_each_policy() -> None:
    """What was found, what was waived, and of a sound one its size."""
    lines = REPORTS["text"](both()).splitlines()[-3:]

    assert "desk 1.0.0: 3 errors, 1 warning, 1 waived" == lines[0]
    assert "broken.yaml: 1 error" == lines[1]
    assert "desk 1.0.0: no findings (0 clauses, 2 states, 0 commitments)" == lines[2]


def hostile(**changes: Any) -> Examined:
    """A policy whose one finding holds what a terminal or a runner could take for a command."""
    text = "first\n\x1b[31msecond\r\n::error::third % of it, and :more"
    place = Place(changes.pop("file", "a\nb\x1b.yaml"), 1, 3)
    finding = Finding("UP901", place, text, text, "error", (("name", text),), text, changes.pop("waived", ""))
    return Examined(place.file, (finding,), source=Source(place.file, "zone: \x1b[2Jx\n"))


def test_the_text_moves_no_cursor() -> None:
    """Nothing that a document or a file's name says is printed as it is (THREATS F13)."""
    for waived in ("", "because\n\x1b[2J"):
        report = REPORTS["text"]([hostile(waived=waived)])

        assert all(line.isprintable() for line in report.split("\n"))
        assert "\\x1b[31msecond" in report


def test_the_text_quotes_no_line_of_another_file() -> None:
    """A finding in a file that was not kept has no excerpt."""
    finding = Finding("UP901", Place("elsewhere.yaml", 1, 1), "something", "a hint")
    report = REPORTS["text"]([Examined("here.yaml", (finding,), source=Source("here.yaml", "a line\n"))])

    assert "a line" not in report
    assert "elsewhere.yaml:1:1: error[UP901]: something\n  hint: a hint\n" in report


def test_a_command_is_one_line_whatever_the_message_says() -> None:
    """Percent signs, line breaks, colons and commas are written out, as the runner reads them back."""
    [line] = REPORTS["github"]([hostile(file="a,b:c%d.yaml")]).split("\n")
    head, _, message = line.removeprefix("::error ").partition("::")

    assert "file=a%2Cb%3Ac%25d.yaml,line=1,col=3,title=UP901" == head
    assert "%0D%0A::error::third %25 of it, and :more" in message
    assert unescaped(message).startswith(
        "first\n\x1b[31msecond\r\n::error::third % of it, and :more\nexample: name: first"
    )


def unescaped(text: str) -> str:
    """A command's text as the runner reads it."""
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_continuous_integration_is_told_of_nothing_that_is_waived() -> None:
    assert "" == REPORTS["github"]([hostile(waived="x")])
    assert ["warning", "error", "error", "error", "error"] == [
        line[2:].partition(" ")[0] for line in REPORTS["github"](both()).splitlines()
    ]


def test_json_has_everything_that_is_known() -> None:
    first, broken, sound = json.loads(REPORTS["json"](both()))

    assert ("desk", "1.0.0", 3, 1) == (first["policy"], first["version"], first["errors"], first["warnings"])
    assert first["digest"].startswith("sha256:")
    assert (None, None, None, 1) == (broken["policy"], broken["version"], broken["digest"], broken["errors"])
    assert [] == sound["findings"]
    [ambiguous] = [each for each in first["findings"] if each["code"] == "UP301"]
    assert ("error", "policies/shop, new.yaml", 13, 5) == tuple(
        ambiguous[key] for key in ("level", "file", "line", "column")
    )
    assert "transitions/solve" == ambiguous["item"]
    assert {"event": "close", "state": "open", "actor-id": "ann"} == ambiguous["example"]
    assert {"code", "message", "hint", "waived"} <= set(ambiguous)
    assert ["he comes in May, they say"] == [each["waived"] for each in first["findings"] if each["waived"]]


def sarif(examined: list[Examined]) -> dict[str, Any]:
    """The one run of a report for code scanning."""
    report = json.loads(REPORTS["sarif"](examined))
    assert {"$schema", "version", "runs"} == set(report)
    assert "2.1.0" == report["version"]
    assert report["$schema"].endswith("sarif-2.1.0.json")
    [run] = report["runs"]
    return dict(run)


@pytest.mark.parametrize("make", [both, lambda: [hostile()], list], ids=["policies", "hostile", "nothing"])
def test_sarif_has_the_members_that_the_standard_requires(make: Callable[[], list[Examined]]) -> None:
    """SARIF 2.1.0, sections 3.13 to 3.49: what each object must have, and values only of those allowed."""
    run = sarif(make())
    driver = run["tool"]["driver"]
    assert "upheld" == driver["name"]
    assert "unicodeCodePoints" == run["columnKind"]
    ids = [rule["id"] for rule in driver["rules"]]
    assert sorted(set(ids)) == ids
    for rule in driver["rules"]:
        assert {"text": TITLE_BY_CODE[rule["id"]]} == rule["shortDescription"]
        assert level_of(rule["id"]) == rule["defaultConfiguration"]["level"]
    for result in run["results"]:
        assert result["ruleId"] == ids[result["ruleIndex"]]
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
        [location] = result["locations"]
        physical = location["physicalLocation"]
        assert physical["region"]["startLine"] >= 1
        assert physical["region"]["startColumn"] >= 1
        assert all(each["fullyQualifiedName"] for each in location["logicalLocations"])
        assert all("inSource" == each["kind"] and each["justification"] for each in result.get("suppressions", ()))


def test_sarif_suppresses_what_is_waived() -> None:
    run = sarif(both())

    assert ["he comes in May, they say"] == [
        each["justification"] for result in run["results"] for each in result.get("suppressions", ())
    ]


URIS = {
    "policies/shop, new.yaml": "policies/shop%2C%20new.yaml",
    "a%b:c.yaml": "a%25b%3Ac.yaml",
    "dépôt.yaml": "d%C3%A9p%C3%B4t.yaml",
    "/a b/c.yaml": "file:///a%20b/c.yaml",
    "../shop.yaml": "../shop.yaml",
    "a\nb\x7f?c#d.yaml": "a%0Ab%7F%3Fc%23d.yaml",
    "C:\\a b\\c.yaml": "file:///C:/a%20b/c.yaml",
    "\\\\host\\a\\c:d.yaml": "file://host/a/c:d.yaml",
    "\udcff.yaml": "%FF.yaml",
    "a\ud800.yaml": "a%ED%A0%80.yaml",
}


@pytest.mark.parametrize("file, uri", URIS.items())
def test_sarif_names_files_by_uri(file: str, uri: str) -> None:
    """Relative ones stay relative, so that a code host finds them in the repository."""
    [result] = sarif([hostile(file=file)])["results"]
    said = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]

    assert uri == said
    assert urlsplit(said).scheme in ("", "file")


NAMES = st.text(st.one_of(st.sampled_from("/\\:.%~ \n\ra?#[]C\udcffé"), st.characters()), max_size=12)
REFERENCE = re.compile(r"(?:file://[^/]*(?=/|$))?(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*")


@given(NAMES)
def test_whatever_a_file_is_called_its_reports_can_be_read(file: str) -> None:
    """SARIF names it by a URI reference (RFC 3986) whose first part is taken for no scheme; JSON by its own name."""
    examined = [hostile(file=file)]
    reports = {style: report(examined) for style, report in REPORTS.items()}
    [result] = json.loads(reports["sarif"])["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]

    assert all(report.encode("utf-8") for report in reports.values())
    assert REFERENCE.fullmatch(uri), uri
    assert uri.startswith("file:") or ":" not in uri.partition("/")[0]
    assert file == json.loads(reports["json"])[0]["file"]
    assert 1 == len(re.split("[\r\n]", reports["github"]))
