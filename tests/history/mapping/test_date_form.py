"""Date forms: what is one, what is none, and what a text has to look like."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from upheld.history.mapping.date_form import MONTHS, WallClock, parse_form


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


def test_two_digits_are_a_year_from_1990_on() -> None:
    read = parse_form("D.M.YY")

    assert [1990, 1999, 2000, 2026, 2089] == [
        at.year for at in (read(f"1.1.{year:02}") for year in (90, 99, 0, 26, 89)) if at
    ]


@pytest.mark.parametrize("text", ["", "x", "2026-03-02", "٢٠٢٦-٠٣-٠٢T09:00Z", "2026-03-02T09:00:00Z ", "1" * 5000])
def test_what_is_no_instant_is_none(text: str) -> None:
    """In no form; digits of other alphabets are none, and nothing is slow or too long."""
    assert isinstance(WallClock(forms=("iso", "epoch-ms", "YYYY-MM-DD HH:mm")).instant(text), str)
