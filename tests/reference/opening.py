"""Opening time by looking at the local clock, minute by minute where the clock is changed.

A calendar is asked for the *pieces* of a date: the stretches of time, in epoch seconds,
in which the local clock stands inside one of the date's windows. A window that ends at an
earlier time than it begins ends on the next morning, and its pieces are those of the date
on which it begins. Everything else walks from date to date over these pieces.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

with warnings.catch_warnings():  # some releases warn of their own future
    warnings.simplefilter("ignore")
    import holidays


DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAY = timedelta(days=1)
DAY_S = 86_400
DAY_MIN = 24 * 60
FIRST_YEAR, LAST_YEAR = 1990, 2050
Pieces = list[tuple[int, int]]


def seconds_of(moment: datetime) -> int:
    """Epoch seconds; a fraction is cut."""
    return int(moment.timestamp() // 1)


def utc(at_s: int) -> str:
    """An instant as verdicts write it."""
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def minute_of(clock: str) -> int:
    """Minutes since midnight."""
    return int(clock[:2]) * 60 + int(clock[3:])


def span_of(window: str) -> tuple[int, int]:
    """A window in minutes since the midnight of the date on which it begins."""
    first, last = (minute_of(clock) for clock in window.split("-"))
    return first, last if first < last else last + DAY_MIN


def lies_in(day: date, text: str) -> bool:
    """Whether a date is of a rule, or of those written `2026-08-03`, `*-12-24`, or with `/` from one to another."""
    if text.startswith("FREQ="):
        return day in _days_of_rule(text)
    first, _, last = text.partition("/")
    last, that = last or first, day.isoformat()
    if text.startswith("*"):
        first, last, that = first[2:], last[2:], that[5:]
    return first <= that <= last if first <= last else that >= first or that <= last


@lru_cache(maxsize=100)
def _days_of_rule(text: str) -> frozenset[date]:
    """The days of a rule, which counts from the first that a calendar knows."""
    first, last = (datetime.combine(day, time()) for day in (date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)))
    return frozenset(each.date() for each in rrulestr(text, dtstart=first).between(first, last, inc=True))


class Opening:
    """The opening time of one calendar."""

    def __init__(self, document: dict) -> None:
        self.zone = ZoneInfo(document["zone"])
        self.weekly: dict[str, list[str]] = {}
        for days, windows in document["weekly"].items():
            for day in self._days(days):
                self.weekly[day] = windows
        self.closed = set(document.get("closed", []))
        special = document.get("special", {})
        self.special = {day: hours for day, hours in special.items() if isinstance(hours, list)}
        self.early = {day: minute_of(hours["closes"]) for day, hours in special.items() if isinstance(hours, dict)}
        asked = document.get("holidays", [])
        self.countries = [asked] if isinstance(asked, dict) else asked
        self.nominal_day = document.get("nominal-day")
        self._pieces: dict[date, Pieces] = {}
        self._holidays: dict[int, set[date]] = {}

    @staticmethod
    def _days(text: str) -> list[str]:
        first, _, last = text.partition("-")
        days = [first]
        while last and days[-1] != last:
            days.append(DAYS[(DAYS.index(days[-1]) + 1) % 7])
        return days

    def is_holiday(self, day: date) -> bool:
        if day.year not in self._holidays:
            found: set[date] = set()
            for each in self.countries:
                found.update(holidays.country_holidays(each["country"], subdiv=each.get("subdivision"), years=day.year))
            self._holidays[day.year] = found
        return day in self._holidays[day.year]

    def minutes(self, day: date) -> list[tuple[int, int]]:
        """The windows of a date, in minutes since its midnight.

        Special hours win over all the rest, those of a very date over those of every year. A day that closes early
        has what it would have without that, up to then; what is said of a very date counts, not what of every year.
        """
        closing = self._closing(day)
        return [(first, min(last, closing)) for first, last in self._otherwise(day) if first < closing]

    def closes_early(self, day: date) -> bool:
        """Whether a date has less than it would have, were it not to close early."""
        return self.minutes(day) != self._otherwise(day)

    def named(self, day: date) -> set[str]:
        """How a date is named among others that are closed, or have hours of their own."""
        texts = [text for text in (*self.closed, *self.special, *self.early) if "/" in text or "=" in text]
        return {"of a rule" if "=" in text else "in a row" for text in texts if lies_in(day, text)}

    def _closing(self, day: date) -> int:
        exact, yearly = day.isoformat(), f"*-{day.month:02}-{day.day:02}"
        if exact in self.special:
            return 2 * DAY_MIN
        if exact in self.early:
            return self.early[exact]
        rows = [(text, closing) for text, closing in self.early.items() if "/" in text and lies_in(day, text)]
        dated = [closing for text, closing in rows if "*" not in text]
        if dated:
            return min(dated)
        if yearly in self.early or yearly in self.special:
            return self.early.get(yearly, 2 * DAY_MIN)
        if rows:
            return min(closing for _, closing in rows)
        ruled = [closing for text, closing in self.early.items() if text.startswith("FREQ=") and lies_in(day, text)]
        if ruled:
            return min(ruled)
        if any(text.startswith("FREQ=") and lies_in(day, text) for text in self.special):
            return 2 * DAY_MIN
        is_eve = "before-holidays" in self.early and self.is_holiday(day + DAY)
        return self.early["before-holidays"] if is_eve else 2 * DAY_MIN

    def _otherwise(self, day: date) -> list[tuple[int, int]]:
        exact, yearly = day.isoformat(), f"*-{day.month:02}-{day.day:02}"
        ruled = [windows for text, windows in self.special.items() if text.startswith("FREQ=") and lies_in(day, text)]
        for windows in (self.special.get(exact), self.special.get(yearly), *ruled):
            if windows is not None:
                return [span_of(window) for window in windows]
        if any(lies_in(day, text) for text in self.closed) or self.is_holiday(day):
            return []
        return [span_of(window) for window in self.weekly.get(DAYS[day.weekday()], [])]

    def taken(self, day: date) -> int:
        """Up to which minute of a date the night of the date before lasts."""
        return max([last - DAY_MIN for _, last in self.minutes(day - DAY)], default=0)

    def local(self, at_s: int) -> datetime:
        return datetime.fromtimestamp(at_s, self.zone)

    def day_of(self, at_s: int) -> date:
        """The date to which an instant belongs: a night is of the date on which it begins."""
        local = self.local(at_s)
        day = local.date()
        return day - DAY if local.hour * 60 + local.minute < self.taken(day) else day

    def pieces(self, day: date) -> Pieces:
        """When the date is open, in epoch seconds, in order, neighbours joined."""
        if day not in self._pieces:
            if day.year > LAST_YEAR:
                raise OverflowError("no opening time before the years end")
            self._pieces[day] = self._look(day)
        return self._pieces[day]

    def _look(self, day: date) -> Pieces:
        taken = self.taken(day)
        windows = [(max(first, taken), last) for first, last in self.minutes(day) if last > taken]
        if not windows:
            return []
        midnight_s = seconds_of(datetime.combine(day, time(), UTC))
        before = self.local(midnight_s - DAY_S).utcoffset()
        after = self.local(midnight_s + 3 * DAY_S).utcoffset()
        if before == after:
            start_s = midnight_s - int(before.total_seconds())
            return _joined([(start_s + first * 60, start_s + last * 60) for first, last in sorted(windows)])
        open_minutes = []
        for at_s in range(midnight_s - DAY_S, midnight_s + 3 * DAY_S, 60):
            local = self.local(at_s)
            minute = (local.date() - day).days * DAY_MIN + local.hour * 60 + local.minute
            if any(first <= minute < last for first, last in windows):
                open_minutes.append((at_s, at_s + 60))
        return _joined(open_minutes)

    def onward(self, at_s: int) -> Iterator[tuple[int, int]]:
        """The pieces that end after an instant, without end."""
        day = self.local(at_s).date() - 2 * DAY
        while True:
            for start_s, end_s in self.pieces(day):
                if end_s > at_s:
                    yield start_s, end_s
            day += DAY

    def is_open(self, at_s: int) -> bool:
        return self.next_opening(at_s) == at_s

    def next_opening(self, at_s: int) -> int:
        """This instant if it is open, else the next that is."""
        start_s, _ = next(self.onward(at_s))
        return max(start_s, at_s)

    def between(self, a_s: int, b_s: int) -> int:
        """Opening seconds from one instant to a later one; 0 when it is not later."""
        total = 0
        if b_s > a_s:
            for start_s, end_s in self.onward(a_s):
                if start_s >= b_s:
                    break
                total += min(end_s, b_s) - max(start_s, a_s)
        return total

    def add(self, at_s: int, seconds: int) -> int:
        """The first instant at which so much opening time has passed."""
        if seconds == 0:
            return at_s
        for start_s, end_s in self.onward(at_s):
            here = end_s - max(start_s, at_s)
            if seconds <= here:
                return max(start_s, at_s) + seconds
            seconds -= here
        raise AssertionError

    def left_today(self, at_s: int) -> int:
        """Opening seconds left on the date to which the instant belongs."""
        return sum(max(0, end_s - max(start_s, at_s)) for start_s, end_s in self.pieces(self.day_of(at_s)))

    def is_business_day(self, day: date) -> bool:
        return bool(self.pieces(day))

    def closing(self, day: date) -> int:
        return self.pieces(day)[-1][1]

    def business_day_after(self, day: date, n: int) -> date:
        for _ in range(n):
            day += DAY
            while not self.is_business_day(day):
                day += DAY
        return day

    def at_local(self, day: date, clock: time) -> int:
        """A local time: its first coming where it comes twice, the moment of the change where it is skipped."""
        wanted = datetime.combine(day, clock)
        at_s = seconds_of(wanted.replace(tzinfo=self.zone, fold=0))
        if self.local(at_s).replace(tzinfo=None) == wanted:
            return at_s
        at_s -= 4 * 3600
        while self.local(at_s).replace(tzinfo=None) < wanted:
            at_s += 1
        return at_s

    def worth(self) -> int:
        """The opening seconds of a nominal day, the same on every weekday that has any."""
        if self.nominal_day:
            return int(self.nominal_day[:-1]) * 3600
        (total_s,) = self.worths()  # where weekdays differ nothing says what a business day is worth
        return total_s

    def worths(self) -> set[int]:
        """The opening seconds of the weekdays that have any."""
        totals = {sum(last - first for first, last in map(span_of, windows)) * 60 for windows in self.weekly.values()}
        return totals - {0}


class Always(Opening):
    """24 hours, 7 days; its dates are those of the policy's zone."""

    def __init__(self, zone: str) -> None:
        super().__init__({"zone": zone, "weekly": {"mon-sun": ["00:00-24:00"]}})

    def between(self, a_s: int, b_s: int) -> int:
        return max(0, b_s - a_s)

    def add(self, at_s: int, seconds: int) -> int:
        return at_s + seconds


def _joined(pieces: Pieces) -> Pieces:
    joined: Pieces = []
    for start_s, end_s in pieces:
        if joined and joined[-1][1] == start_s:
            joined[-1] = (joined[-1][0], end_s)
        else:
            joined.append((start_s, end_s))
    return joined


@lru_cache(maxsize=200)
def _opening(text: str) -> Opening:
    return Opening(json.loads(text))


@lru_cache(maxsize=20)
def _always(zone: str) -> Opening:
    return Always(zone)


def opening_of(policy: dict, name: str) -> Opening:
    """The calendar of this name; the same document is laid out once."""
    if name == "always":
        return _always(policy["zone"])
    document = policy["calendars"][name]
    words = ("zone", "weekly", "closed", "special", "holidays", "nominal-day")
    return _opening(json.dumps({word: document[word] for word in words if word in document}))


def with_own_hours(policy: dict, contracts: dict, customer: str | None) -> dict:
    """The policy as it is for a customer: calendars `per-customer` replaced whole by those of the contracts file."""
    own = contracts.get("customers", {}).get(customer, {}).get("calendars", {})
    calendars = policy.get("calendars", {})
    replaced = {
        name: {**own[name], "clauses": calendars[name].get("clauses", [])}
        for name in own
        if calendars.get(name, {}).get("per-customer")
    }
    return {**policy, "calendars": {**calendars, **replaced}} if replaced else policy
