"""Try it: a policy in an editor, what is wrong with it as one types, when something would be due, and scenarios."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, get_args

from upheld.core.finding import Finding
from upheld.pages.parts import Anchors, parted
from upheld.pages.templates import verbatim, written
from upheld.plugins import installed_policies
from upheld.serve.console.acting import Given
from upheld.serve.console.contexts import FindingRow, Link, Notice, Tried, TriedFragment, TryPage
from upheld.serve.console.sandbox import Sandbox
from upheld.serve.console.trial import POLICY, Asked, Question, Reply
from upheld.serve.console.visit import ROOT, SCRIPT_AT, Visit, address

MOST: Final = 200_000
"""Characters of a policy, and of scenarios."""
MOST_FINDINGS: Final = 200
"""Told at once."""
SCENARIO: Final = """\
- name: what comes of a ticket
  events:
    - {at: 2026-03-02T09:00Z, event: submit, actor: customer}
  expect:
    state: open
"""


def try_page(visit: Visit) -> str:
    """The page with a policy to begin with: the one in force, or an installed one."""
    start = visit.asked("start") or "base"
    found = {each.id: each for each in installed_policies()}
    text = found[start].read().decode() if start in found else ""
    at = visit.at.replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return _page(visit, Question("check", text, visit.language, at, "", SCENARIO), None, start)


def tried_page(visit: Visit, given: Given, sandbox: Sandbox) -> str:
    """The page with the answer, for who has no script."""
    question = _question(visit, given)
    return _page(visit, question, _tried(visit, question, sandbox), "")


def tried_fragment(visit: Visit, given: Given, sandbox: Sandbox) -> str:
    """The answer alone."""
    found = _tried(visit, _question(visit, given), sandbox)
    return written("console/tried.html.j2", visit.language, TriedFragment(found))


def _page(visit: Visit, question: Question, tried: Tried | None, start: str) -> str:
    starts = (Link(each.id, address(f"{ROOT}/try", start=each.id), each.id == start) for each in installed_policies())
    page = TryPage(
        frame=visit.frame(visit.say("console.try"), SCRIPT_AT),
        policy=verbatim(question.policy),
        at=verbatim(question.at),
        known=verbatim(question.known),
        scenario=verbatim(question.scenario),
        asked=question.asked,
        tried=tried,
        most=MOST,
        starts=tuple(starts),
    )
    return written("console/try_it.html.j2", visit.language, page)


def _question(visit: Visit, given: Given) -> Question:
    def one(name: str) -> str:
        return next(iter(given.get(name, ())), "").replace("\r\n", "\n")

    asked = one("ask")
    known: Asked = asked if asked in get_args(Asked) else "check"  # type: ignore[assignment]  # one of them
    return Question(known, one("policy"), visit.language, one("at"), one("known"), one("scenario"))


def _tried(visit: Visit, question: Question, sandbox: Sandbox) -> Tried:
    if max(len(question.policy), len(question.scenario)) > MOST:
        return Tried(Notice("warning", visit.say("console.too-long", most=MOST)))
    reply = sandbox.ask(question)
    if reply is None:
        return Tried(Notice("warning", visit.say("console.took-too-long")))
    findings = tuple(_finding(visit, each) for each in reply.findings[:MOST_FINDINGS])
    note = visit.say("console.in-english") if visit.language != "en" and (findings or reply.problem) else ""
    told = Tried(_notice(visit, reply), reply.problem, note, findings)
    if reply.page is None:
        return told
    made = parted(reply.page, Anchors())
    return replace(told, parts=made.parts, sections=made.sections)


def _notice(visit: Visit, reply: Reply) -> Notice:
    errors = sum(each.level == "error" for each in reply.findings)
    if errors:
        return Notice("broken", _counted(visit, "error", errors))
    if reply.problem or reply.refused:
        return Notice("warning", visit.say(reply.refused or "console.no-answer"))
    if reply.failed:
        return Notice("broken", _counted(visit, "failing", reply.failed))
    if reply.findings:
        return Notice("warning", _counted(visit, "warning", len(reply.findings)))
    return Notice("kept", visit.say("console.all-passed" if reply.page is not None else "console.no-finding"))


def _counted(visit: Visit, what: str, number: int) -> str:
    return visit.say(f"console.{what}.{'one' if number == 1 else 'many'}", number=number)


def _finding(visit: Visit, each: Finding) -> FindingRow:
    place = each.place
    where = f"{place.line}:{place.column}" if place.file == POLICY else str(place)
    said = visit.say(f"console.level.{each.level}")
    line = place.line if place.file == POLICY else 0
    return FindingRow(each.level, said, each.code, line, place.column, where, each.message, each.hint)
