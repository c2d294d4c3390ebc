"""docs/business-time.md: what it shows is what a reader gets."""

from __future__ import annotations

import doctest
import re
import shlex
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from holiday_names import without_names

from upheld import Calendar
from upheld.cli import main
from upheld.core.time.instant import date_of_day
from upheld.core.time.opening_document import KEYS as CALENDAR_KEYS
from upheld.core.time.recurrence import KEYS as RECURRENCE_KEYS
from upheld.core.time.recurrence import Recurrence
from upheld.core.time.rrule import PARTS
from upheld.document import read_document

BLOCK = re.compile(r"^```(\w+) ?(\w*)\n((?:.*\n)*?)```$", re.MULTILINE)
ANYTHING = "…\n"


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "business-time.md").read_text(encoding="utf-8")


def blocks(page: str, kind: str) -> list[str]:
    """The blocks of one kind, in order."""
    return [block for language, name, block in BLOCK.findall(page) if kind == (name or language)]


def test_the_python_on_the_page_answers_as_told(page: str) -> None:
    """One session from top to bottom."""
    session = "\n".join(blocks(page, "pycon"))
    runner = doctest.DocTestRunner()
    test = doctest.DocTestParser().get_doctest(session, {}, "business-time.md", "business-time.md", 0)
    told: list[str] = []
    runner.run(test, out=told.append)

    assert "" == "".join(told)
    assert 20 <= runner.tries


def test_the_commands_on_the_page_answer_as_told(page: str) -> None:
    """`…` alone on a line stands for any lines; no-break spaces look like others."""
    sessions = blocks(page, "console")
    assert sessions
    for session in sessions:
        command, _, told = session.removeprefix("$ ").partition("\n")
        program, *arguments = shlex.split(command)
        assert "upheld" == program
        answer = CliRunner().invoke(main, arguments).output.replace("\N{NO-BREAK SPACE}", " ")
        pattern = "(?:.*\n)*?".join(re.escape(part) for part in without_names(told).split(ANYTHING))
        assert re.fullmatch(pattern, without_names(answer)), answer


def test_the_calendar_on_the_page_is_one(page: str) -> None:
    """And the table explains every key there is."""
    [text] = blocks(page, "calendar")
    document = read_document(text.encode(), "page").root
    calendar = Calendar.from_document(document)

    assert set(CALENDAR_KEYS) == set(document)
    assert [] == [key for key in CALENDAR_KEYS if f"\n| `{key}` |" not in page]
    assert 8 * 3600 == calendar.hours.nominal_day_s


def test_the_recurrence_on_the_page_is_one(page: str) -> None:
    """Its days are those told; the table explains every key and every part of a rule."""
    [text] = blocks(page, "recurrence")
    recurrence = Recurrence.from_document(read_document(text.encode(), "page").root, Calendar.always())
    days = {date_of_day(day) for day in recurrence.stated.days}

    assert {date(2024, 3, 28), date(2026, 12, 31)} <= days
    assert [] == [key for key in RECURRENCE_KEYS if f"\n| `{key}` |" not in page]
    assert [] == [part for part in PARTS if f"`{part}`" not in page]


@pytest.mark.parametrize(
    ("how", "told"), [("opening-time", "Monday 10:00"), ("dates", "Monday 17:00"), ("same-time", "Monday 10:00")]
)
def test_two_business_days_on_the_page(page: str, how: str, told: str) -> None:
    """The three meanings come to what the table tells."""
    desk = Calendar.from_document({"zone": "Etc/UTC", "weekly": {"mon-fri": ["09:00-17:00"]}})
    row = next(line for line in page.splitlines() if line.startswith(f"| `{how}` |"))

    assert told == f"{desk.add_business_days(datetime(2024, 2, 1, 10, tzinfo=UTC), 2, how):%A %H:%M}"
    assert told in row
