"""Formats: what a text of a document may look like, where the schema says ``format``.

Each is a small parser of ours and not a pattern: nothing here can be slow on
hostile text, and each failure says what to write instead. A format raises
ValueError with the message alone; the schema phase adds the place.

    >>> check_format("id", "in-fix")
    >>> check_format("id", "in_fix")
    Traceback (most recent call last):
        ...
    ValueError: `in_fix` is no name: use lower-case letters, digits and single hyphens, such as `in-fix`
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from datetime import datetime

from upheld.core.billing.amount import MONEY, NUMBER, parse_amount, parse_percent
from upheld.core.nearest import listed, nearest
from upheld.core.policy.charge import LEAST_AMOUNT, OVERDRAFTS
from upheld.core.policy.currency import CURRENCIES, MINUTES
from upheld.core.record.message import PRINTED_SPACES
from upheld.core.time.day import parse_date, parse_days, parse_special_day, parse_weekdays
from upheld.core.time.duration import parse_duration
from upheld.core.time.instant import FIRST_YEAR, LAST_YEAR, seconds_of
from upheld.core.time.opening_hours import is_round_the_clock
from upheld.core.time.target import parse_target
from upheld.core.time.window import parse_time_of_day
from upheld.core.time.zone import zone_problem

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_CLAUSE = re.compile(r"[A-Za-z0-9]+(?:[-._][A-Za-z0-9]+)*", re.ASCII)
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*){0,3}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}", re.ASCII)
_VERSION = re.compile(r"[0-9A-Za-z]+(?:[.+-][0-9A-Za-z]+)*", re.ASCII)
_REFERENCE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*@[0-9A-Za-z]+(?:[.+-][0-9A-Za-z]+)*", re.ASCII)
_FACTOR = re.compile(r"[0-9]{1,9}(?:/[1-9][0-9]{0,8}|\.[0-9]{1,6})?", re.ASCII)
_MONTHS = re.compile(r"([1-9][0-9]{0,3})(mo|y)", re.ASCII)
_CODE = re.compile(r"UP[0-9]{3}", re.ASCII)
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PERIOD = re.compile(rf"all|[0-9]{{4}}(?:-(?:0[1-9]|1[0-2]|Q[1-4]))?|{_DAY}/{_DAY}", re.ASCII)
_LOCAL = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
_NAIVE = re.compile(_LOCAL, re.ASCII)
_INSTANT = re.compile(rf"{_LOCAL}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})", re.ASCII)


MOST_MONTHS = 1_200
"""What is longer outlives every calendar."""


def _matches(pattern: re.Pattern[str], what: str, such_as: str) -> Callable[[str], None]:
    """A format that is a plain form; ``what`` and ``such_as`` tell the author what was expected."""

    def check(text: str) -> None:
        if pattern.fullmatch(text) is None:
            raise ValueError(f"{_short(text)} is {what}, such as `{such_as}`")

    return check


def _short(text: str) -> str:
    """A text in backticks for a message, cut and made printable."""
    shown = "".join(char if char.isprintable() and char != "`" else "?" for char in text[:40])
    return f"`{shown if len(text) <= 40 else shown[:39] + '…'}`"


def _id(text: str) -> None:
    if _ID.fullmatch(text) is None:
        better = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64] or "in-fix"
        advice = f"use lower-case letters, digits and single hyphens, such as `{better}`"
        advice = "the calendar that never closes is called `always`" if is_round_the_clock(text) else advice
        raise ValueError(f"{_short(text)} is no name: {advice}")


def _line(text: str) -> None:
    if not text.strip():
        raise ValueError("this text is empty: say something, or leave the key out")
    if not text.translate(PRINTED_SPACES).isprintable():
        raise ValueError("this text breaks the line or holds a character that does not print: write it on one line")


def _prose(text: str) -> None:
    if not text.strip():
        raise ValueError("this text is empty: say something, or leave the key out")


def _zone(text: str) -> None:
    problem = zone_problem(text)
    if problem is not None:
        raise ValueError(f"{problem.message}: {problem.hint}")


def _target_or_word(text: str) -> None:
    """A value of a parameter: a word, or, when it begins as one, money, a share or a target."""
    if "." in text and MONEY.fullmatch(text):
        return
    if text.endswith("%"):
        parse_percent(text, or_none=True)
    elif text[:1] in string.digits + "-+." or text.startswith(("next-opening", "closing")):
        parse_target(text)
    else:
        _id(text)


def _money(text: str) -> None:
    if MONEY.fullmatch(text) is None:
        if NUMBER.fullmatch(text):
            raise ValueError(f"{_short(text)} is no amount: write money as `50.00`, or whole minor units")
        parse_amount(text)


def _charged(text: str) -> None:
    """Money with its decimals; else as any amount, so that `"600"` in quotes is taken for neither euros nor cents."""
    if "." not in text or MONEY.fullmatch(text) is None:
        parse_amount(text)


def _granted(text: str) -> None:
    parse_amount(text, LEAST_AMOUNT)


def parse_instant(text: str) -> int:
    """The instant that ``text`` says, in whole seconds since 1970 UTC; a fraction is cut.

    Raises: ValueError for anything else, for one without its offset, and before 1990 or after 2050.
    """
    if _NAIVE.fullmatch(text):
        advice = f"add its offset from UTC, such as `{text}+01:00` or `{text}Z`"
        raise ValueError(f"{_short(text)} is no instant, since it may be one in any zone: {advice}")
    try:
        instant = datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
    except ValueError:
        instant = None
    if instant is None:
        raise ValueError(f"{_short(text)} is no instant: write date, time and offset, such as `2026-03-02T09:00+01:00`")
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError(f"{_short(text)} lies too far away: the years {FIRST_YEAR} to {LAST_YEAR} are known")
    return seconds_of(instant)


def _length(text: str) -> None:
    """A length of opening time, which days and business days are not."""
    if parse_duration(text).unit not in ("s", "min", "h"):
        raise ValueError(f"{_short(text)} is no length of opening time: write it in h, min or s, such as `8h30min`")


def _opening_length(text: str) -> None:
    """A length of opening time, in business days too; some time."""
    length = parse_duration(text)
    if not length.amount:
        raise ValueError(f"{_short(text)} is no time at all: write a length of opening time, such as `1h`")
    if not length.is_business_day:
        try:
            _length(text)
        except ValueError:
            hint = "write it in h, min, s or bd, such as `8h30min` or `2bd`"
            raise ValueError(f"{_short(text)} is no length of opening time: {hint}") from None


def _window(text: str) -> None:
    """The form of an opening window alone; one of no length is the calendar's finding."""
    opening, dash, closing = text.partition("-")
    if not dash:
        raise ValueError(f"{_short(text)} is no opening window: write `HH:MM-HH:MM`, such as `09:00-17:30`")
    parse_time_of_day(opening)
    parse_time_of_day(closing)


def _overdraft(text: str) -> None:
    if text not in OVERDRAFTS:
        near = nearest(text, OVERDRAFTS)
        hint = f"did you mean `{near}`?" if near else f"it can be {listed(OVERDRAFTS)}"
        raise ValueError(f"{_short(text)} cannot stand here: {hint}")


def parse_months(text: str) -> int:
    """The whole months that ``text`` says, such as ``3mo`` or ``1y``. Raises ValueError for anything else."""
    match = _MONTHS.fullmatch(text)
    months = int(match[1]) * (12 if match[2] == "y" else 1) if match else 0
    if not 0 < months <= MOST_MONTHS:
        raise ValueError(f"{_short(text)} is no number of months: write months or years, such as `3mo` or `1y`")
    return months


def _carry_over(text: str) -> None:
    if text != "none":
        raise ValueError(f"{_short(text)} says not what is carried over: write `none`, or `{{at-most: 2h, for: 3mo}}`")


def _country(text: str) -> None:
    if not (len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()):
        raise ValueError(f"{_short(text)} is no country: write its two capital letters, such as `FR`")


def _unit(text: str) -> None:
    if text != MINUTES and text not in CURRENCIES:
        advice = f"write `{text.upper()}`" if text.upper() in CURRENCIES else "write `min`, or a currency such as `EUR`"
        raise ValueError(f"{_short(text)} is no unit: {advice}")


def _account_unit(text: str) -> None:
    """The same, or a hint at what else an account may count."""
    try:
        _unit(text)
    except ValueError as error:
        if text.upper() in CURRENCIES:
            raise
        name = text if text.isalpha() else "incident"
        form = f"`unit: {{count: {{en: [{name}, {name}s]}}}}`"
        raise ValueError(f"{error}; an account that counts things names one and many: {form}") from None


def _cycles(text: str) -> None:
    if text not in ("one", "ignore-while-running", "many"):
        advice = "write `one`, `ignore-while-running`, `many`, or a rhythm such as `{every: stop}`"
        raise ValueError(f"{_short(text)} says nothing of a second start: {advice}")


FORMATS: dict[str, Callable[[str], object]] = {
    "account-unit": _account_unit,
    "amount": parse_amount,
    "carry-over": _carry_over,
    "charged": _charged,
    "clause-id": _matches(_CLAUSE, "no clause: use letters, digits and hyphens", "GM-10"),
    "code": _matches(_CODE, "no code of a finding: write it as reports do", "UP501"),
    "country": _country,
    "cycles": _cycles,
    "date": parse_date,
    "day": parse_days,
    "special-day": parse_special_day,
    "duration": parse_duration,
    "factor": _matches(_FACTOR, "no factor: write a whole number, a fraction or a decimal", "3/2"),
    "file-name": _matches(_FILE, "no file name: letters, digits, `.`, `_` and `-`, and no folder", "portal.txt"),
    "granted": _granted,
    "id": _id,
    "instant": parse_instant,
    "language": _matches(_LANGUAGE, "no language: write its code", "fr"),
    "length": _length,
    "line": _line,
    "money": _money,
    "months": parse_months,
    "name": _matches(_NAME, "no name that can be read: parts in kebab-case with dots between", "event.minutes"),
    "opening-length": _opening_length,
    "overdraft": _overdraft,
    "percent": parse_percent,
    "period": _matches(_PERIOD, "no period: write a month, a quarter, a year, two days, or `all`", "2026-03"),
    "policy-reference": _matches(_REFERENCE, "no policy: write its name and version", "base@1.0.0"),
    "prose": _prose,
    "target": parse_target,
    "target-or-word": _target_or_word,
    "time": parse_time_of_day,
    "unit": _unit,
    "version": _matches(_VERSION, "no version: letters, digits and dots", "1.2.0"),
    "weekdays": parse_weekdays,
    "window": _window,
    "zone": _zone,
}
"""Every format of our schemas, by the name the schema uses."""


def message_and_hint(error: ValueError) -> tuple[str, str]:
    """What a format says of a value: the message, and what to write instead, which stands after a colon.

    >>> message_and_hint(ValueError("`9h: 30` is no duration: write `9h30min`"))
    ('`9h: 30` is no duration', 'write `9h30min`')
    """
    text = str(error)
    message, _, hint = text[(start := max(0, text.find("` "))) :].partition(": ")
    return text[:start] + message, hint


def check_format(name: str, text: str) -> None:
    """Check ``text`` against the format ``name``. Raises ValueError with the message for the author."""
    FORMATS[name](text)
