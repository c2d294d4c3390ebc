"""A trial: what is asked of a policy that a stranger wrote, and the answer. It runs in a sandbox of its own.

The policy is data: it is read, checked and perhaps decided by, as `upheld check`, `due` and `test` do; it names no file
that would be read, and no plugin that is not installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from upheld.calendars.schedule import schedule_of
from upheld.core.clocks.forecast import forecast
from upheld.core.condition.said import said
from upheld.core.errors import UpheldError
from upheld.core.finding import Finding
from upheld.core.time.instant import seconds_of
from upheld.loader import Assembled
from upheld.loading import examine
from upheld.scenario import Outcome, run_scenarios
from upheld.scenario.files import scenarios_of
from upheld.show.page.blocks import Block, Bullet, Bullets, Heading, Page, code, line, strong
from upheld.show.ticket.forecasts import forecasts
from upheld.show.words.view import View

POLICY = "policy.yaml"
SCENARIOS = "scenarios.yaml"
"""What places in the two texts are called."""

Asked = Literal["check", "due", "scenario"]


class Question(NamedTuple):
    """What is asked.

    Attributes:
        policy: Its text.
        language: The reader's.
        at: The instant at which promises would begin.
        known: What is known of the ticket, ``NAME=VALUE`` line by line.
        scenario: Scenarios, as a policy has them beside it.
    """

    asked: Asked
    policy: str
    language: str
    at: str = ""
    known: str = ""
    scenario: str = ""


class Reply(NamedTuple):
    """The answer.

    Attributes:
        findings: Of the policy, and of the scenarios.
        page: What was asked besides, where it could be answered.
        problem: Why it could not, in the language of those who write policies: English.
        refused: The key of what the console has to say to the question itself.
        failed: How many scenarios failed.
    """

    findings: tuple[Finding, ...]
    page: Page | None = None
    problem: str = ""
    refused: str = ""
    failed: int = 0


def answered(question: Question) -> Reply:
    """The answer to a question, whatever the policy is."""
    examined = examine(question.policy.encode("utf-8", "replace"), POLICY)
    found = tuple(each for each in examined.findings if not each.waived)
    if examined.errors or examined.assembled is None or question.asked == "check":
        return Reply(found)
    try:
        if question.asked == "due":
            at = _instant(question.at)
            return (
                Reply(found, refused="console.no-instant")
                if at is None
                else Reply(found, _due(question, at, examined.assembled))
            )
        documents, wrong = scenarios_of(question.scenario.encode("utf-8", "replace"), SCENARIOS, examined.assembled)
        if wrong:
            return Reply((*found, *wrong))
        outcomes = run_scenarios(examined.assembled.policy, documents)
    except UpheldError as error:
        return Reply(found, problem=str(error))
    view = View(examined.assembled.policy, question.language)
    page = Page(tuple(_told(view, outcomes)), (), ())
    return Reply(found, page, failed=sum(not each.passed for each in outcomes))


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _due(question: Question, at: datetime, assembled: Assembled) -> Page:
    scope, policy = assembled.vocabulary.any_event, assembled.policy
    known = said(scope, filter(None, map(str.strip, question.known.splitlines())))
    found = forecast(policy, schedule_of(policy, ()), seconds_of(at), known)
    return forecasts(View(policy, question.language), found, known, scope)


def _told(view: View, outcomes: Sequence[Outcome]) -> Iterator[Block]:
    """Each scenario with whether it passed, and where it did not."""
    yield Heading(2, view.say("console.scenarios"))
    for each in outcomes:
        says = view.say("console.passed" if each.passed else "console.failed")
        below = (
            line(
                view.say("console.at-line", line=place.line),
                code(".".join(map(str, one.path))),
                view.say("console.differs", expected=str(one.expected), actual=str(one.actual)),
            )
            for place, one in each.differences
        )
        yield Bullets((Bullet(line(strong(says), " ", each.name), tuple(below)),))
