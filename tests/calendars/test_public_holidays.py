"""Public holidays come from the `holidays` library, alike on every machine, and only when wanted."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from holiday_names import quietly

from upheld.calendars.public_holidays import LIBRARY, Calendar, calendar_problems, name_in
from upheld.core.errors import CalendarError
from upheld.core.time.opening_hours import Region

DESK = {"zone": "Etc/UTC", "weekly": {"mon-fri": ["09:00-17:30"]}}


@pytest.mark.parametrize(
    ("region", "day"),
    [
        (Region("GB", "ENG"), date(2024, 3, 29)),
        (Region("GB", "ENG"), date(2022, 6, 3)),  # a jubilee
        (Region("GB", "ENG"), date(2021, 12, 28)),  # in place of a Sunday
        (Region("FR"), date(2024, 5, 8)),
        (Region("CH", "BE"), date(2024, 1, 2)),
        (Region("CH"), date(2024, 8, 1)),
    ],
)
def test_names_are_english(region: Region, day: date) -> None:
    """Also those of a country that speaks otherwise, as verdicts are read by people of many.

    Which names those are is the library's, and changes with its releases.
    """
    asked = {"country": region.country, "subdiv": region.subdivision or None, "years": day.year}

    assert quietly(language="en_US", **asked)[day] == LIBRARY.dates(region)[day]
    if region.country != "GB":
        assert quietly(language="fr", **asked)[day] != LIBRARY.dates(region)[day]


@pytest.mark.parametrize(
    ("regions", "day"),
    [
        ([Region("FR")], date(2024, 5, 8)),
        ([Region("CH", "GE")], date(2024, 1, 1)),
        ([Region("FR"), Region("CH", "GE")], date(2024, 12, 25)),
    ],
    ids=str,
)
def test_a_reader_is_told_names_in_their_language(regions: list[Region], day: date) -> None:
    """As the library has them, each once where several regions have the day."""
    english, french = (
        dict.fromkeys(
            quietly(each.country, subdiv=each.subdivision or None, years=day.year, language=spoken)[day]
            for each in regions
        )
        for spoken in ("en_US", "fr")
    )

    assert ", ".join(french) == name_in("fr", ", ".join(english), regions, day)
    assert ", ".join(english) == name_in("en", ", ".join(english), regions, day)
    assert set(english).isdisjoint(french)


def test_a_name_stays_where_there_is_no_other() -> None:
    """In a country of which the library does not speak the language; and where the name is not the library's."""
    day = date(2024, 3, 29)
    english = LIBRARY.dates(Region("GB", "ENG"))[day]

    assert english == name_in("fr", english, [Region("GB", "ENG")], day)
    assert "our own" == name_in("fr", "our own", [Region("FR")], day)
    assert english == name_in("fr", english, [], day)


def test_every_year_of_a_calendar_has_its_holidays() -> None:
    """And those next to them, for the local dates at both ends."""
    years = {day.year for day in LIBRARY.dates(Region("FR"))}

    assert set(range(1989, 2052)) == years


def test_subdivisions_differ() -> None:
    """The Assumption is a holiday of Lucerne, not of Bern; 2 January of Bern, not of Lucerne."""
    bern, lucerne = LIBRARY.dates(Region("CH", "BE")), LIBRARY.dates(Region("CH", "LU"))

    assert date(2024, 8, 15) in lucerne
    assert date(2024, 8, 15) not in bern


@pytest.mark.parametrize(
    ("region", "path", "message", "hint"),
    [
        ({"country": "UK"}, "country", "no public holidays are known of country `UK`", "did you mean `GB`?"),
        ({"country": "GBR"}, "country", "no public holidays are known of country `GBR`", "did you mean `GB`?"),
        ({"country": "gb"}, "country", "no public holidays are known of country `gb`", "did you mean `GB`?"),
        (
            {"country": "France"},
            "country",
            "no public holidays are known of country `France`",
            "write the two letters of ISO 3166, such as `GB` or `FR`",
        ),
        (
            {"country": "GB", "subdivision": "EN"},
            "subdivision",
            "no public holidays are known of subdivision `EN` of `GB`",
            "did you mean `ENG`?",
        ),
        (
            {"country": "GB", "subdivision": "XX"},
            "subdivision",
            "no public holidays are known of subdivision `XX` of `GB`",
            "there are `ENG`, `NIR`, `SCT`, `WLS`",
        ),
        (
            {"country": "MC", "subdivision": "A"},
            "subdivision",
            "no public holidays are known of subdivision `A` of `MC`",
            "leave `subdivision` out",
        ),
        ({"country": None}, "country", "no public holidays are known of country ``", None),
        ({"country": "__"}, "country", "no public holidays are known of country `__`", None),
    ],
)
def test_an_unknown_region_is_told_what_to_write(
    region: dict[str, str], path: str, message: str, hint: str | None
) -> None:
    """By the code of ISO 3166, as readers know it; other codes are suggestions."""
    [problem] = calendar_problems(DESK | {"holidays": region})

    assert ("holidays", path) == problem.path
    assert message == problem.message
    assert hint is None or hint == problem.hint
    with pytest.raises(CalendarError, match="no public holidays are known"):
        Calendar.from_document(DESK | {"holidays": [region]})


def test_a_list_of_regions_closes_the_holidays_of_each() -> None:
    """A name said by both is said once."""
    both = Calendar.from_document(DESK | {"holidays": [{"country": "GB", "subdivision": "ENG"}, {"country": "FR"}]})

    found = both.skipped(datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 5, 15, tzinfo=UTC))
    assert ["03-29", "04-01", "05-01", "05-06", "05-08", "05-09"] == [f"{day:%m-%d}" for day, _ in found]
    assert ", " not in dict(found)[date(2024, 4, 1)]  # Easter Monday in both


def test_what_the_library_warns_of_ends_no_command() -> None:
    """V01: some releases tell of their own future when they are imported, which is an error where warnings are."""
    program = "from upheld.calendars.public_holidays import LIBRARY; from upheld.core.time.opening_hours import Region"
    asked = 'assert LIBRARY.dates(Region("GB")); assert LIBRARY.problem(Region("QQ"))'
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{program}\n{asked}"], capture_output=True, check=False
    )

    assert (0, b"") == (done.returncode, done.stderr)


SHOW = """
import hashlib, sys
from upheld.core.time.opening_hours import Region
from upheld.calendars.public_holidays import LIBRARY, Calendar
assert "holidays" not in sys.modules
Calendar.from_document({"zone": "Etc/UTC", "weekly": {"mon": ["09:00-17:00"]}})
assert "holidays" not in sys.modules
for region in (Region("CH", "BE"), Region("FR"), Region("UA"), Region("BE"), Region("JP"), Region("GB")):
    print(hashlib.sha256(repr(LIBRARY.dates(region)).encode()).hexdigest())
"""


def test_the_language_of_the_machine_changes_nothing() -> None:
    """Names would follow LANGUAGE and LANG if they were let; and calendars without holidays load no library."""
    answers = {
        subprocess.run(
            [sys.executable, "-c", SHOW], env=os.environ | language, capture_output=True, check=True, text=True
        ).stdout
        for language in ({"LANGUAGE": "fr", "LANG": "fr_FR.UTF-8"}, {"LANGUAGE": "uk:th:de", "LC_ALL": "C"})
    }

    assert 1 == len(answers)
