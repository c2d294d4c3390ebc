"""How instants are written: settled by every text, and asked where none tells."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.history.draft.date_shape import DateTexts, Reading, likely_zone, settled
from upheld.history.mapping.date_form import parse_form


def read(*texts: str, numbers: bool = False) -> Reading:
    """How these texts are read."""
    dates = DateTexts()
    for text in texts:
        dates.add(text)
    return dates.reading(numbers)


@pytest.mark.parametrize(
    "texts, form, other",
    [
        ("2026-03-02 09:00:00", "iso", ""),
        ("2026-03-02T09:00:00.000+0000", "iso", ""),
        ("2026-03-02", "YYYY-MM-DD", ""),
        ("2026/03/02 09:00:00.000", "YYYY/MM/DD HH:mm:ss.S", ""),
        ("02/Mar/26 9:12 AM", "DD/MMM/YY h:mm A", ""),
        ("2/Mar/26 9:12 AM|12/Mar/26 10:12 PM", "D/MMM/YY h:mm A", ""),
        ("28/03/2024 17:05", "DD/MM/YYYY HH:mm", ""),
        ("03/28/2024 17:05", "MM/DD/YYYY HH:mm", ""),
        ("01/02/2026 08:00|01/13/2026 09:30", "MM/DD/YYYY HH:mm", ""),
        ("01/02/2026 08:00|13/01/2026 09:30", "DD/MM/YYYY HH:mm", ""),
        ("01/02/2026 08:00", "DD/MM/YYYY HH:mm", "MM/DD/YYYY HH:mm"),
        ("3/4/2026 5:00 PM", "M/D/YYYY h:mm A", "D/M/YYYY h:mm A"),
        ("29/2/2016 01:16|1/3/2016 10:00", "D/M/YYYY HH:mm", ""),
        ("04.03.2026 17:00", "DD.MM.YYYY HH:mm", ""),
        ("3-14-26", "M-D-YY", ""),
        ("Mon, 2 Mar 2026 09:05:00 +0000|Tue, 10 Mar 2026 10:00:00 +0000", "dddd, D MMM YYYY HH:mm:ss Z", ""),
        ("lundi 2 mars 2026 à 09:05|mardi 13 mars 2026 à 10:05", "dddd D MMMM YYYY [à] HH:mm", ""),
        ("02/03/2026 09h05|13/03/2026 10h00", "DD/MM/YYYY HH[h]mm", ""),
        ("Mo. 02.03.2026 um 9:05 Uhr", "dddd DD.MM.YYYY [um] H:mm [Uhr]", ""),
        ("2 March 2026 at 09:05", "D MMMM YYYY [at] HH:mm", ""),
        ("Mar 2, 2026 @ 09:05:00.000", "MMM D, YYYY @ HH:mm:ss.S", ""),
        ("Mar 2 2026  9:05AM", "MMM D YYYY h:mmA", ""),
        ("3/22/2026, 9:05:00\u202fAM", "M/D/YYYY, h:mm:ss A", ""),
        ("2026-03-02\u00a009:05", "iso", ""),
        ("22/03/2026 9:05 a.\u00a0m.", "DD/MM/YYYY h:mm A", ""),
        ("Mon Mar 02 2026 09:05:00 GMT+0100 (Central European Standard Time)", "dddd MMM DD YYYY HH:mm:ss Z", ""),
        ("Mon Mar  2 09:05:00 2026|Tue Mar 10 10:05:00 2026", "dddd MMM D HH:mm:ss YYYY", ""),
        ("Mon Mar 02 09:05:00 CET 2026", "dddd MMM DD HH:mm:ss Z YYYY", ""),
        ("02-MAR-26 09.05.00.000000 AM", "DD-MMM-YY hh.mm.ss.S A", ""),
        ("2 de marzo de 2026 09:05|12 de agosto de 2026 10:05", "D [de] MMMM [de] YYYY HH:mm", ""),
        ("02.03.2026 09:05 Europe/Paris", "DD.MM.YYYY HH:mm Z", ""),
        ("20260302090500|20260313100000", "YYYYMMDDHHmmss", ""),
        ("Case 12 May 2026", "", ""),
        ("Case 7", "", ""),
        ("1709999999", "", ""),
    ],
)
def test_forms(texts: str, form: str, other: str) -> None:
    """Those of trackers and of spreadsheets; what is certain has no other."""
    found = read(*texts.split("|"))

    assert (form, other) == (found.form, found.other)
    assert not form or all(parse_form(form)(text) is not None for text in texts.split("|"))


def test_numbers_are_instants_only_where_the_name_says_so() -> None:
    """They may count anything."""
    assert ("", "epoch-s", "epoch-ms", "epoch-us", "epoch-ns") == (
        read("1709999999").form,
        read("1709999999", numbers=True).form,
        read("1709999999000", numbers=True).form,
        read("1709999999000000", numbers=True).form,
        read("1709999999000000000", numbers=True).form,
    )


def test_what_a_zone_calls_its_time_proposes_one() -> None:
    """All of the names have to be its own; what zones of no relation share proposes none."""
    forms = ["iso", "D MMM YYYY HH:mm Z"]
    texts = {
        "Europe/Paris": ["2026-03-02 09:00 CET", "2 Jul 2026 09:00 CEST"],
        "America/New_York": ["2 Jul 2026 09:00 EDT"],
        "": ["2026-03-02 09:00 CET", "2026-03-02 09:00 EST"],
    }
    assert list(texts) == [likely_zone(each, forms) for each in texts.values()]


def test_the_last_row_may_tell() -> None:
    """All rows decide: a thousand that could be either, and one that is not."""
    start = datetime(2026, 1, 1)  # noqa: DTZ001 - as an export writes it
    texts = [f"{start + timedelta(minutes=n):%m/%d/%Y %H:%M}" for n in range(0, 12 * 24 * 60, 15)]

    assert "MM/DD/YYYY HH:mm" == read(*texts).other
    assert ("MM/DD/YYYY HH:mm", "") == read(*texts, "01/13/2026 00:00")[:2]


def test_contradictions_and_misfits_are_counted() -> None:
    """A column that is both ways round is told, and so is what is no instant."""
    found = read("13/01/2026", "14/01/2026", "01/15/2026", *["02/03/2026"] * 20, "soon")

    assert ("DD/MM/YYYY", 1, 1, "soon") == (found.form, found.contradicted, found.misfits, found.misfit)


def test_other_columns_of_the_tool_tell() -> None:
    """One tool writes all its dates alike."""
    created, resolved = DateTexts(), DateTexts()
    created.add("01/02/2026 08:00")
    resolved.add("01/20/2026 08:00")

    assert ("MM/DD/YYYY HH:mm", "") == settled([created, resolved])[:2]


@pytest.mark.parametrize(
    ("texts", "ways"),
    [
        ("26-03-13 09:00", "YY-MM-DD HH:mm|DD-MM-YY HH:mm"),
        ("26-03-13|26-03-30", "YY-MM-DD"),
        ("13/03/26|02/03/26", "DD/MM/YY|YY/MM/DD"),
        ("01/03/26|31/03/26", "DD/MM/YY"),
        ("01/02/26", "DD/MM/YY|MM/DD/YY|YY/MM/DD"),
        ("26.03.13", "DD.MM.YY|YY.MM.DD"),
        ("2.3.26|13.3.26", "D.M.YY"),
        ("99-03-13", "YY-MM-DD"),
    ],
)
def test_years_of_two_digits_may_stand_first(texts: str, ways: str) -> None:
    """Each way that nothing rules out is told; years of one export lie no thirty years apart, as its days do."""
    assert ways.split("|") == read(*texts.split("|")).ways


@given(st.lists(st.dates(date(1990, 1, 1), date(2049, 12, 31)), min_size=1), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_no_reading_contradicts_a_text(days: list[date], written: str) -> None:
    """Whatever the days are: the right form is proposed, or is the other one."""
    texts = [day.strftime(written) for day in days]
    found = read(*texts)

    form = "DD/MM/YYYY" if written.startswith("%d") else "MM/DD/YYYY"
    assert form in (found.form, found.other)
    assert bool(found.other) is all(day.day <= 12 for day in days)


@given(st.lists(st.text(max_size=30)))
def test_any_texts_can_be_looked_at(texts: list[str]) -> None:
    """Whatever strangers write, what is proposed is a form."""
    found = read(*texts)
    for form in (found.form, found.other, *found.others):
        assert not form or parse_form(form)
