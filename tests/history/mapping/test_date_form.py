"""Date forms: what is one, what is none, and what a text has to look like."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.history.mapping.date_form import MONTH_NAMES, MONTHS, parse_form
from upheld.history.mapping.wall_clock import WallClock


@pytest.mark.parametrize(
    "form, told",
    [
        ("TT.MM.JJJJ", "`J` means nothing in it"),
        ("DD/MM/YYYY HH:MM", "it says `MM` twice"),
        ("DD/MM HH:mm", "it needs year, month and day"),
        ("YYYY-DD HH:mm", "it needs year, month and day"),
        ("DD/MM/YYYY hh:mm", "`h` and `A` go together"),
        ("DD/MM/YYYY HH:mm A", "`h` and `A` go together"),
        ("%d/%m/%Y", "means nothing in it"),
        ("epoch", "means nothing in it"),
        ("", "it needs year, month and day"),
        ("D [de MMMM YYYY] HH", "it needs year, month and day"),
        ("YYYY-MM-DD HH:mm:ss.SSSSSSSSSS", "it says `S` twice"),
        ("dddd ddd D MMMM YYYY", "it says `ddd` twice"),
    ],
)
def test_what_is_no_form_is_told(form: str, told: str) -> None:
    """With what is wrong in it, and how it is written."""
    with pytest.raises(ValueError, match="is no form of dates") as error:
        parse_form(form)
    assert told in str(error.value)


def test_every_day_is_read_as_it_is_written() -> None:
    """Every day of a leap year in four forms, with every month by its name."""
    forms = "DD/MM/YYYY HH:mm:ss", "YYYYMMDD", "YY.M.D H:mm", "D MMM YYYY h:mm A"
    for number in range(366):
        day = datetime(2024, 1, 1, 13, 5, 9) + timedelta(days=number)  # noqa: DTZ001 - a form knows no zone
        name = MONTHS[day.month - 1]
        texts = (
            (f"{day:%d/%m/%Y %H:%M:%S}", day),
            (f"{day:%Y%m%d}", day.replace(hour=0, minute=0, second=0)),
            (f"24.{day.month}.{day.day} {day.hour}:05", day.replace(second=0)),
            (f"{day.day} {name.upper()} 2024 1:05 pm", day.replace(second=0)),
        )
        assert [at for _, at in texts] == [parse_form(form)(text) for form, (text, _) in zip(forms, texts)]


def test_noon_and_midnight_are_twelve() -> None:
    """On a clock of twelve hours, whatever the letters of AM and PM look like."""
    read = parse_form("YYYY-MM-DD h:mm A")
    texts = "12:00 AM", "1:00 a.m.", "12:00 pm", "11:59 PM", "0:00 AM", "13:00 PM"
    hours = [at and at.hour for at in (read(f"2026-03-02 {text}") for text in texts)]

    assert [0, 1, 12, 23, None, None] == hours


def test_two_digits_are_a_year_from_1970_on() -> None:
    read = parse_form("D.M.YY")

    assert [1970, 1999, 2000, 2026, 2069] == [
        at.year for at in (read(f"1.1.{year:02}") for year in (70, 99, 0, 26, 69)) if at
    ]


MONTHS_ELSEWHERE = (
    "january february march april may june july august september october november december",
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "JANVIER FEVRIER MARS AVRIL MAI JUIN JUILLET AOUT SEPTEMBRE OCTOBRE NOVEMBRE DECEMBRE",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Jan. Feb. Mrz. Apr. Mai Jun. Jul. Aug. Sep. Okt. Nov. Dez.",
    "Jänner Feber Mär Apr Mai Juni Juli Aug Sept Okt Nov Dez",
)


@pytest.mark.parametrize("names", MONTHS_ELSEWHERE)
@pytest.mark.parametrize("normal", ["NFC", "NFD"])
def test_months_have_names_in_three_languages(names: str, normal: Literal["NFC", "NFD"]) -> None:
    """Whole or short, with a dot or without, accents written in either way or left out."""
    written = [unicodedata.normalize(normal, name) for name in names.replace("Feber", "Februar").split()]
    for form in ("D MMMM YYYY HH:mm", "D MMM YYYY HH:mm"):
        found = [parse_form(form)(f"2 {name} 2026 09:00") for name in written]

        assert [*range(1, 13)] == [at and at.month for at in found]


def test_a_name_that_could_be_two_months_is_none() -> None:
    """Nor is one of another language."""
    assert {name[:3] for name in MONTH_NAMES} >= set(MONTHS)
    for name in ("jui", "ma", "maj", "stycznia", "huhti"):
        assert parse_form("D MMM YYYY")(f"2 {name} 2026") is None


@pytest.mark.parametrize(
    "form, text",
    [
        ("iso", "2026-03-02 09:05:00 UTC"),
        ("iso", "2026-03-02 09:05:00UTC"),
        ("iso", "2026-03-02 09:05:00.123 UTC"),
        ("iso", "2026-03-02 09:05:00.123456789 gmt"),
        ("iso", "2026-03-02 10:05:00 +0100"),
        ("iso", "2026-03-02T10:05:00+01"),
        ("iso", "2026-03-02T10:05+01:00[Europe/Paris]"),
        ("iso", "2026-03-02T09:05:00Z[UTC]"),
        ("iso", "20260302T090500Z"),
        ("iso", "2026-03-02T09:05:00,5Z"),
        ("YYYY-MM-DD HH:mm:ss Z", "2026-03-02 09:05:00 UTC"),
        ("YYYY-MM-DD HH:mm:ss Z", "2026-03-02 09:05:00Z"),
        ("YYYY-MM-DD HH:mm:ssZ", "2026-03-02 09:05:00 UTC"),
        ("YYYY-MM-DD HH:mm:ss Z", "2026-03-02 11:35:00 GMT+2:30"),
        ("YYYY-MM-DD HH:mm:ss Z", "2026-03-02 04:05:00 -05"),
        ("ddd, DD MMM YYYY HH:mm:ss Z", "Mon, 02 Mar 2026 09:05:00 GMT"),
        ("ddd MMM D HH:mm:ss YYYY Z", "Mon Mar  2 09:05:00 2026 +0000"),
        ("[[]DD/MMM/YYYY:HH:mm:ss Z[]]", "[02/Mar/2026:09:05:00 +0000]"),
    ],
)
def test_an_offset_is_written_in_many_ways(form: str, text: str) -> None:
    """With a space before it or without; a fraction is cut."""
    assert datetime(2026, 3, 2, 9, 5, tzinfo=UTC) == parse_form(form)(text).replace(microsecond=0)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "form, text",
    [
        ("DD/MMM/YY h:mm A", "02/Mar/26 9:05 AM"),
        ("DD/MMM/YY h:mm A", "02/mars/26 9:05\u202fam"),
        ("M/D/YYYY h:mm:ss A", "3/2/2026 9:05:00 a. m."),
        ("YYYY/MM/DD HH:mm:ss.S", "2026/03/02 09:05:00.0"),
        ("YYYY-MM-DD HH:mm:ss.SSS", "2026-03-02 09:05:00.123"),
        ("YYYY-MM-DD HH:mm:ss.SSSSSS", "2026-03-02 09:05:00.123456"),
        ("dddd D MMMM YYYY [à] HH:mm", "lundi 2 mars 2026 à 09:05"),
        ("dddd, D. MMMM YYYY, HH:mm [Uhr]", "Montag, 2. März 2026, 09:05 Uhr"),
        ("MMM D YYYY h:mmA", "Mar  2 2026  9:05AM"),
        ("D MMMM YYYY [at] HH:mm", "2\u00a0March\u00a02026 at 09:05"),
        ("YYYYMMDDHHmm", "202603020905"),
        ("excel", "46083.3784722222"),
        ("excel", "46083,37847222"),
    ],
)
def test_forms_that_exports_use(form: str, text: str) -> None:
    """Of Jira, Disco, SQL Server, browsers, spreadsheets, and people."""
    assert datetime(2026, 3, 2, 9, 5) == parse_form(form)(text)  # noqa: DTZ001 - no zone is written


@pytest.mark.parametrize(
    "form, text",
    [
        ("iso", "2026-03-02+01:00"),
        ("iso", "2026-03-02 UTC"),
        ("iso", "2026-03-02Z"),
        ("iso", "2026-03-02T09:00 cet"),
        ("iso", "2026-03-02T09:00+25:00"),
        ("iso", "2026-03-02T09:00+01:00 UTC"),
        ("YYYY-MM-DD HH:mm:ss.SSS", "2026-03-02 09:05:00.12"),
        ("YYYY-MM-DD HH:mm Z", "2026-03-02 09:05 +1:000"),
        ("YYYY-MM-DD HH:mm Z", "2026-03-02 09:05"),
        ("D MMM YYYY", "2 Foo 2026"),
        ("excel", "46083.5.1"),
        ("excel", "-1"),
        ("excel", "0046083000"),
    ],
)
def test_what_is_not_of_a_form_is_not_read_by_it(form: str, text: str) -> None:
    """A date with an offset is a date, and no hour of the day."""
    assert parse_form(form)(text) is None


@given(
    st.sampled_from(["iso", "epoch-s", "epoch-ms", "excel", "D.M.YY H:mm Z", "ddd D MMM YYYY h:mm:ss.S A"]),
    st.text(st.sampled_from("0123456789-:./ TZUCGMapm+[]éMarju,"), max_size=40) | st.text(max_size=40),
)
def test_no_text_is_too_odd_for_a_form(form: str, text: str) -> None:
    """It is an instant or it is none; nothing is raised."""
    at = parse_form(form)(text)
    told = WallClock("Europe/Paris", forms=(form,)).instant(text)

    assert isinstance(told, str if at is None else (int, str))


@given(st.integers(0, 60_000 * 86_400))
def test_a_day_of_a_spreadsheet_is_the_second_that_was_typed(at_s: int) -> None:
    """As a float writes it, which is off by some millionths."""
    days = at_s / 86_400

    assert datetime(1899, 12, 30) + timedelta(seconds=at_s) == parse_form("excel")(f"{days:.10f}")  # noqa: DTZ001


@pytest.mark.parametrize("text", ["", "x", "2026-03-02", "٢٠٢٦-٠٣-٠٢T09:00Z", "2026-03-02T09:00:00Z ", "1" * 5000])
def test_what_is_no_instant_is_none(text: str) -> None:
    """In no form; digits of other alphabets are none, and nothing is slow or too long."""
    assert isinstance(WallClock(forms=("iso", "epoch-ms", "excel", "YYYY-MM-DD HH:mm")).instant(text), str)


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("iso", "2026-03-02T24:00:00Z", "2026-03-03T00:00:00+00:00"),
        ("iso", "20261231T240000+0100", "2027-01-01T00:00:00+01:00"),
        ("iso", "2026-02-28 24:00 CET", "2026-03-01T00:00:00"),
        ("DD/MM/YYYY HH:mm", "31/12/2026 24:00", "2027-01-01T00:00:00"),
        ("iso", "2026-03-02 24:01", None),
        ("DD/MM/YYYY HH:mm", "31/12/2026 24:01", None),
        ("iso", "9999-12-31 24:00", None),
    ],
)
def test_the_end_of_a_day_is_the_beginning_of_the_next(form: str, text: str, expected: str | None) -> None:
    """ISO 8601 has `24:00`, and releases of Python differ on it (V01); no other minute has that hour."""
    at = parse_form(form)(text)

    assert expected == (at and at.isoformat())
    assert ("CET" if text.endswith("CET") else "") == getattr(at, "name", "")
