"""Formats: what a text may look like, and what its author is told otherwise."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from upheld.core.billing.entry import checked
from upheld.core.errors import LedgerError
from upheld.core.policy.charge import LARGEST_AMOUNT, LEAST_AMOUNT
from upheld.schema.formats import FORMATS, check_format, message_and_hint, parse_amount, parse_percent
from upheld.schema.resources import read_schema, schema_names

GOOD = {
    "amount": ("90min", "2h", "1h30min", "120s"),
    "carry-over": ("none",),
    "charged": ("50.00", "90min"),
    "clause-id": ("GM-10", "a", "4.2.1", "A_1"),
    "cycles": ("one", "ignore-while-running", "many"),
    "code": ("UP501",),
    "country": ("FR", "GB"),
    "date": ("2024-02-29", "1990-01-01"),
    "day": ("2024-12-24", "*-12-31", "*-02-29"),
    "duration": ("30min", "1.5bd", "2w", "0h"),
    "factor": ("2", "1.5", "3/2", "0.000001"),
    "file-name": ("portal.txt", "004_94b9.txt", "a"),
    "granted": ("90min", "1s"),
    "id": ("in-fix", "1", "a-1-b"),
    "instant": ("2026-03-02T09:00+01:00", "2026-03-02T09:00:00Z"),
    "language": ("en", "fr-CH", "zh-Hans-CN"),
    "length": ("8h", "30min", "45s"),
    "opening-length": ("8h", "30min", "45s", "2bd", "0.5bd"),
    "line": ("one line", "« oui »", "ceci\u00a0: oui\u202f!"),
    "money": ("50.00", "0.5", "90min", "1000"),
    "months": ("1mo", "3mo", "18mo", "1y", "100y"),
    "name": ("severity", "event.minutes", "contract.tma.elements", "opening-left.support"),
    "overdraft": ("refuse", "warn", "allow"),
    "percent": ("90%", "99.5 %", "100%", "0.001%"),
    "period": ("all", "2026-03", "2026-Q4", "2026", "2026-03-15/2027-03-14"),
    "policy-reference": ("base@1.0.0", "base@1", "a-b@2.0-rc.1+x"),
    "prose": ("one\ntwo", "x"),
    "special-day": ("2024-12-24", "*-12-31", "*-07-01/*-08-31", "before-holidays"),
    "target": ("4h", "next-release", "next-opening + 1h"),
    "target-or-word": ("4h", "gold", "next-release", "50.00", "12.5%", "0%"),
    "time": ("09:00", "24:00"),
    "unit": ("min", "EUR"),
    "account-unit": ("min", "EUR", "BHD"),
    "version": ("1.2.0", "15", "2.0-rc.1+x"),
    "weekdays": ("mon", "mon-fri"),
    "window": ("09:00-17:30", "00:00-24:00", "17:00-09:00"),
    "zone": ("Europe/Paris", "Etc/UTC"),
}
AMOUNTS = ("amount", "fixedAmount")
BAD = {
    "amount": ("2d", "1w", "1bd", "soon", "", "-5min"),
    "carry-over": ("", "all", "2h", "None"),
    "charged": ("600", "1.", ".50", "50,00", "-5min", "2d", "soon", ""),
    "clause-id": ("", "GM 10", "-a", "a-", "é"),
    "cycles": ("", "two", "One", "every"),
    "code": ("UP50", "up501", "UP5011", "UP50１"),
    "country": ("fr", "FRA", "F", "", "ÉÉ"),
    "date": ("2023-02-29", "2024-1-1", "24-01-01", "2024-01-01 ", "٢٠٢٤-01-01"),
    "day": ("*-02-30", "12-31", "2023-02-29"),
    "duration": ("3 days", "1,5h", "h", "", "-1h", "1e3h", "100000d", "１h"),
    "factor": ("", "1/0", "-1", "1.2345678", "1/2/3", ".5"),
    "file-name": ("../etc/passwd", "a/b", ".hidden", "", "a b", "a" * 129, "a\\b"),
    "granted": ("0min", "0h", "600", "-5", "1.5", "2d", "soon"),
    "id": ("in_fix", "In-fix", "a--b", "-a", "a-", "", "é", "a.b", "a\n", "１"),
    "instant": ("2026-03-02T09:00", "2026-03-02", "2026-13-02T09:00Z", "1989-01-01T00:00Z"),
    "language": ("EN", "english", "f", "fr_FR", ""),
    "length": ("1d", "2bd", ""),
    "opening-length": ("1d", "0h", "0bd", ""),
    "line": ("", "  ", "a\nb", "a\x1bb"),
    "money": ("50,00", "1.00001", "soon", "2d", "-1.00", ".50", "1."),
    "months": ("", "0mo", "3", "3 months", "1.5mo", "-1mo", "101y", "3mois", "9999y"),
    "name": ("", "Severity", "a..b", ".a", "a.b.c.d.e", "a b", "a_b"),
    "overdraft": ("", "Warn", "repay", "next-grant"),
    "percent": ("0%", "101%", "90", "-5%", "%", "1e2%", "1.2345%"),
    "period": ("2026-13", "2026-Q5", "26", "All", ""),
    "policy-reference": ("base", "base@", "@1", "base@1@2", "Base@1"),
    "prose": ("", "  \n "),
    "special-day": ("before-holiday", "*-02-30", "eves", ""),
    "target": ("soon", "0h", "next-week", "next-opening + 2bd", "", "-1h", "closing-of: same-day"),
    "target-or-word": ("4 hours", "In Fix", "", "-1h", "next-opening + x", "-5.00", "101%", "%"),
    "time": ("9:00", "24:01", "9", "12:60", ""),
    "account-unit": ("minutes", "eur", "INC", "incident", ""),
    "unit": ("minutes", "eur", "EURO", "MIN", ""),
    "version": ("", "1 0", "-1", "1..0", "é"),
    "weekdays": ("monday", "fri-mon-x", "", "mon,tue"),
    "window": ("9-17", "09:00", "09:00-25:00", ""),
    "zone": ("Europe/Pari", "UTC+1", "", "../etc/passwd"),
}


def test_every_format_is_tested() -> None:
    assert FORMATS.keys() == GOOD.keys() == BAD.keys()


@pytest.mark.parametrize("name, text", [(name, text) for name, texts in GOOD.items() for text in texts])
def test_what_is_accepted(name: str, text: str) -> None:
    check_format(name, text)


@pytest.mark.parametrize("name, text", [(name, text) for name, texts in BAD.items() for text in texts])
def test_what_is_refused(name: str, text: str) -> None:
    """With a message and a hint, one line each, lower case, no full stop; digits of other scripts too (THREATS S06)."""
    with pytest.raises(ValueError) as caught:
        check_format(name, text)
    message, hint = message_and_hint(caught.value)

    assert message
    assert hint, message
    for part in (message, hint):
        assert part.isprintable()
        assert not part.endswith(".")
        assert part[0].islower() or part[0] in "`*0123456789"


def test_a_text_is_cut_in_a_message() -> None:
    with pytest.raises(ValueError, match=r"^`a{39}…` is no country: "):
        check_format("country", "a" * 5000)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_text_makes_a_format_slow_or_fail(name: str) -> None:
    """Long, hostile or empty, it is accepted or refused (THREATS S01, S02)."""
    short = ("", "\0", "\n", "\ud800", "٣٤")
    long = ("a" * 4000, "a-" * 2000, "1" * 4000, "a." * 2000, "9" * 400 + "h", "%" * 4000)
    for text in (*short, *long):
        try:
            check_format(name, text)
        except ValueError:
            continue


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"prose", "line"}))
def test_a_line_break_at_the_end_is_no_part_of_a_value(name: str) -> None:
    """`$` of a pattern would let it pass (THREATS S02)."""
    for text in GOOD[name]:
        with pytest.raises(ValueError):
            check_format(name, f"{text}\n")


def test_amounts_are_times_or_minor_units() -> None:
    assert 600 == parse_amount(600)
    assert "90min" == str(parse_amount("1h30min"))
    with pytest.raises(ValueError, match="the largest is"):
        parse_amount(10**15 + 1)


def test_bounds_of_amounts_are_the_same_everywhere() -> None:
    """Schemas, formats and ledger: what is granted is from 1 to 10^15, what is written in a policy from 0."""
    granted = json.loads(read_schema("contracts"))["$defs"]["grant"]["properties"]["amount"]
    given = json.loads(read_schema("scenario"))["$defs"]["grant"]["properties"]["amount"]
    written = json.loads(read_schema("policy"))["$defs"]

    assert (LEAST_AMOUNT, LARGEST_AMOUNT) == (granted["minimum"], granted["maximum"])
    assert (LEAST_AMOUNT, LARGEST_AMOUNT) == (given["minimum"], given["maximum"])
    assert {(0, LARGEST_AMOUNT)} == {(written[name]["minimum"], written[name]["maximum"]) for name in AMOUNTS}
    for wrong in (0, -1, LARGEST_AMOUNT + 1):
        with pytest.raises(LedgerError):
            checked(wrong)
        with pytest.raises(ValueError, match="is no amount"):
            parse_amount(wrong, LEAST_AMOUNT)


def test_shares_are_exact() -> None:
    assert Fraction(9, 10) == parse_percent("90%")
    assert Fraction(1999, 2000) == parse_percent("99.95 %")


def used(schema: Any) -> set[str]:
    """The formats that a schema names."""
    if isinstance(schema, dict):
        own = {schema["format"]} if isinstance(schema.get("format"), str) else set()
        return own.union(*map(used, schema.values())) if schema else own
    return set().union(*map(used, schema)) if isinstance(schema, list) else set()


def test_schemas_use_the_formats_there_are() -> None:
    """Each that is asked for is ours; each of ours is asked for."""
    asked = set().union(*(used(json.loads(read_schema(name))) for name in schema_names()))

    assert set() == asked - FORMATS.keys()
