"""The languages: the same messages, and numbers, lengths and dates as each writes them."""

from __future__ import annotations

import json
import re
from datetime import date
from fractions import Fraction
from importlib.resources import files

import pytest

from upheld.core.time.day import Day, parse_day
from upheld.core.time.duration import parse_duration
from upheld.show.words.locale import LANGUAGES, NO_BREAK, locale_of, read_locale

ENGLISH, FRENCH = locale_of("en"), locale_of("fr")


def catalogue(language: str) -> str:
    return files("upheld.show.words").joinpath("catalogues", f"{language}.json").read_text(encoding="utf-8")


def plain(text: str) -> str:
    return text.replace(NO_BREAK, " ")


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_message_is_in_every_language(language: str) -> None:
    """With the same blanks to be filled in; and every country has its name."""
    said = [locale_of(each) for each in (LANGUAGES[0], language)]
    blanks = [{key: sorted(re.findall(r"\{\w+\}", message)) for key, message in each.messages.items()} for each in said]

    assert blanks[0] == blanks[1]
    assert set(said[0].countries) == set(said[1].countries)
    assert all(set(each.countries_within) <= set(each.countries) for each in said)
    assert [(7, 12)] * 2 == [(len(each.weekdays), len(each.months)) for each in said]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_says_everything_once(language: str) -> None:
    """JSON would take the last of two messages with one key, in silence."""
    text = catalogue(language)

    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        assert len(found) == len(dict(found)), found
        return dict(found)

    parts = json.loads(text, object_pairs_hook=pairs)["messages"].values()
    assert sum(map(len, parts)) == len(locale_of(language).messages)


def test_a_language_more_is_a_catalogue_more() -> None:
    """What differs between languages is data: here German, as far as it goes."""
    words = json.loads(catalogue("en"))
    words |= {"decimal": ",", "quotes": ["„", "“"], "time_of_day": "{hour}:{minute:02} Uhr", "full_hour": "{hour} Uhr"}
    words["messages"] = {"all": {"d.one": "{number} Tag", "d.many": "{number} Tage", "and": "und"}}
    german = read_locale("de", json.dumps(words))

    assert ["1 Tag", "1,5 Tage", "0 Tage"] == [german.duration(parse_duration(text)) for text in ("1d", "1.5d", "0d")]
    assert ["9 Uhr", "9:30 Uhr"] == [german.time(32_400), german.time(34_200)]
    assert "a, b und „c“" == german.listed(["a", "b", german.quoted("c")])


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_have_the_apostrophe_of_print(language) -> None:
    assert [message for message in locale_of(language).messages.values() if "'" in message] == []


def test_french_never_breaks_before_high_punctuation() -> None:
    """Nor inside guillemets."""
    assert [message for message in FRENCH.messages.values() if re.search(" [;:!?%»]|« ", message)] == []
    assert f"«{NO_BREAK}oui{NO_BREAK}»" == FRENCH.quoted("oui")


@pytest.mark.parametrize(
    ("written", "english", "french"),
    [
        ("4h", "4 h", "4 h"),
        ("1.5h", "1.5 h", "1,5 h"),
        ("90min", "90 min", "90 min"),
        ("1bd", "1 business day", "1 jour ouvré"),
        ("1.5bd", "1.5 business days", "1,5 jour ouvré"),
        ("2bd", "2 business days", "2 jours ouvrés"),
        ("0.5bd", "0.5 business days", "0,5 jour ouvré"),
        ("1mo", "1 month", "1 mois"),
        ("3mo", "3 months", "3 mois"),
        ("1y", "1 year", "1 an"),
        ("2y", "2 years", "2 ans"),
        ("0d", "0 days", "0 jour"),
        ("1d", "1 day", "1 jour"),
        ("2w", "2 weeks", "2 semaines"),
        ("1.25w", "1.25 weeks", "1,25 semaine"),
    ],
)
def test_lengths_of_time(written: str, english: str, french: str) -> None:
    """In the unit of the promise; French counts from two on as several."""
    duration = parse_duration(written)

    assert [english, french] == [plain(each.duration(duration)) for each in (ENGLISH, FRENCH)]


def test_seconds() -> None:
    """As hours and minutes are said."""
    lengths = (45, 60, 90, 1800, 3600, 5400, 30_600, 45_900, 3661)

    assert "45 s, 1 min, 1 min 30 s, 30 min, 1 h, 1 h 30, 8 h 30, 12 h 45, 1 h 01 min 1 s".split(", ") == [
        plain(ENGLISH.seconds(length_s)) for length_s in lengths
    ]


def test_numbers_are_exact() -> None:
    """A fraction whose decimals never end stays a fraction."""
    assert ["87.5 %", "87,5 %"] == [plain(each.percent(Fraction(7, 8))) for each in (ENGLISH, FRENCH)]
    assert ["100 %", "100 %"] == [plain(each.percent(Fraction(1))) for each in (ENGLISH, FRENCH)]
    assert ["1.5", "0.000001", "1/3", "150"] == [
        ENGLISH.number(number) for number in (Fraction(3, 2), Fraction(1, 10**6), Fraction(1, 3), 150)
    ]


@pytest.mark.parametrize(
    ("day", "english", "french"),
    [
        (Day(2021, 1, 1), "1 January 2021", "1er janvier 2021"),
        (Day(2024, 2, 29), "29 February 2024", "29 février 2024"),
        (parse_day("*-12-31"), "31 December of every year", "31 décembre de chaque année"),
    ],
)
def test_days(day: Day, english: str, french: str) -> None:
    assert [english, french] == [plain(each.day(day)) for each in (ENGLISH, FRENCH)]
    if day.year is not None:
        assert ENGLISH.day(day) == ENGLISH.date(date(day.year, day.month, day.day))


@pytest.mark.parametrize(
    ("window", "english", "french"),
    [
        ((9 * 3600, 17 * 3600 + 1800), "09:00–17:30", "de 9 h à 17 h 30"),
        ((0, 24 * 3600), "00:00–24:00", "de 0 h à 24 h"),
        ((13 * 3600 + 300, 18 * 3600), "13:05–18:00", "de 13 h 05 à 18 h"),
        ((22 * 3600, 30 * 3600), "22:00 to 06:00 the next day", "de 22 h à 6 h le lendemain"),
    ],
)
def test_windows(window: tuple[int, int], english: str, french: str) -> None:
    assert [english, french] == [plain(each.window(window)) for each in (ENGLISH, FRENCH)]


def test_lists() -> None:
    assert ["", "a", "a and b", "a, b and c"] == [ENGLISH.listed(list("abc")[:n]) for n in range(4)]
    assert "a, b ou c" == FRENCH.listed(["a", "b", "c"], "or")


def test_authors_texts_are_tidied_and_not_rewritten() -> None:
    """Line breaks become spaces; French spaces that are there become no-break ones, and none is added."""
    assert f"fermé{NO_BREAK}; «{NO_BREAK}midi{NO_BREAK}» à l’heure, 90{NO_BREAK}%" == FRENCH.tidy(
        " fermé ;\n« midi » à  l'heure, 90 % "
    )
    assert "a:b c; d" == FRENCH.tidy("a:b c; d")
    assert "one ; the customer’s 'word'" == ENGLISH.tidy("one ;\tthe customer's 'word'")


def test_filling_in_is_not_reading() -> None:
    """What is filled in may look like a message, and stays what it is."""
    assert "{name}: {x}" == ENGLISH.say("compared", subject="{name}", what="{x}")


def test_french_elides() -> None:
    assert "sauf s’il reste peu" == FRENCH.say("rule-unless", condition="il reste peu")
