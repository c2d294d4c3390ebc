"""Hours: when each calendar is open, why it was closed on a day, and on which days something comes again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from upheld.calendars.public_holidays import name_in
from upheld.core.policy.policy import OpeningHours, RecurringDays
from upheld.core.time import opening_hours
from upheld.core.time.day import WEEKDAYS, Day, NamedDay, RuleDay
from upheld.core.time.instant import date_of_day
from upheld.core.time.opening_document import stated_hours
from upheld.core.time.opening_hours import Region
from upheld.core.time.recurrence import read_recurrence
from upheld.core.time.rrule import Rule
from upheld.core.time.window import Windows
from upheld.show.page.blocks import Block, Line, Paragraph, bullets, code, line, section, strong
from upheld.show.words.view import View

NTH: Final = ("nth.1", "nth.2", "nth.3", "nth.4", "nth.5", "nth.-1")
"""The places of a weekday in a month that have a name."""
MOST_DAYS = 24
"""So many single days are listed; of more only how many there are."""


def hours(view: View) -> Iterator[Block]:
    """The opening hours, and the days that come again."""
    yield from section(view.say("opening-hours"), _calendars(view))
    recurrences = (recurring_line(view, each) for each in view.policy.recurrences.values())
    yield from section(view.say("recurring-days"), bullets(recurrences))


def stated(calendar: OpeningHours) -> opening_hours.OpeningHours | None:
    """What a calendar of the policy states; the dates of public holidays are not looked up."""
    return stated_hours(calendar.document)


def skipped_day(view: View, calendar: str, day: date, name: str) -> Line:
    """A date on which a calendar was closed, and why; a holiday by its name in the reader's language."""
    told = f"{view.locale.weekdays[day.weekday()]} {view.locale.date(day)}"
    if name == opening_hours.OWN_CLOSING_DAY:
        return line(view.say("lead", name=told), f" {view.say('due.own-closing-day')}")
    found = stated(view.policy.calendars[calendar]) if calendar in view.policy.calendars else None
    name = name_in(view.language, name, found.holidays if found is not None else (), day)
    return line(view.say("lead", name=told), f" {view.locale.tidy(name)}")


def _calendars(view: View) -> Iterator[Block]:
    for calendar in view.policy.calendars.values():
        found = stated(calendar)
        if found is not None:
            zone = view.say("times-of")
            yield Paragraph(
                line(strong(view.naming.name(calendar)), zone, code(view.naming.zone(found.zone)), calendar)
            )
            yield from bullets(opening_lines(view, calendar))


def opening_lines(view: View, calendar: OpeningHours) -> Iterator[Line]:
    """When a calendar of the policy is open, and when it is not."""
    found = stated(calendar)
    if found is not None:
        yield from _lines(view, found)
    if calendar.per_customer:
        yield line(view.say("own-hours"))


def _lines(view: View, found: opening_hours.OpeningHours) -> Iterator[Line]:
    for days, windows in _runs(found.weekly):
        first, last = (view.locale.weekday(WEEKDAYS[day]) for day in (days[0], days[-1]))
        name = first if len(days) == 1 else view.say("two-days" if len(days) == 2 else "days", first=first, last=last)
        yield view.named(_capital(name), _windows(view, windows))
    if found.holidays:
        regions = view.locale.listed([_region(view, region) for region in found.holidays])
        yield view.titled("public-holidays", view.say("closed-on", regions=regions))
    if found.closed:
        days_closed = view.locale.listed([_day(view, day) for day in found.closed[:MOST_DAYS]])
        yield view.titled("also-closed", days_closed, _more(view, len(found.closed)))
    special = [_special(view, day, windows) for day, windows in found.special]
    special += [_early(view, day, closing_s, found) for day, closing_s in found.early]
    if found.eves_close_s is not None:
        special.insert(0, view.say("eves-close", time=view.locale.time(found.eves_close_s)))
    for told in special[:MOST_DAYS]:
        yield view.titled("special-hours", told)
    if len(special) > MOST_DAYS:
        yield view.titled("special-hours", _more(view, len(special)).strip(" "))
    named = [day for day, _ in (*found.special, *found.early)]
    if len(special) > 1 and (found.eves_close_s is not None or not all(isinstance(day, Day) for day in named)):
        yield view.titled("special-hours", view.say("closest-counts"))


def _more(view: View, number: int) -> str:
    return view.say("more-days", number=number - MOST_DAYS) if number > MOST_DAYS else ""


def _day(view: View, day: NamedDay) -> str:
    return _rule(view, day.rule) or day.text if isinstance(day, RuleDay) else view.locale.days(day)


def _special(view: View, day: NamedDay, windows: Windows) -> str:
    return view.say("compared", subject=_day(view, day), what=_windows(view, windows))


def _early(view: View, day: NamedDay, closing_s: int, found: opening_hours.OpeningHours) -> str:
    """Until when a day is open at most; and that this counts instead of what is said of the day every year."""
    told = view.say("closes-early", day=_day(view, day), time=view.locale.time(closing_s))
    dated = day if isinstance(day, Day) and day.year is not None else None
    yearly = dict(found.early).get(Day(None, dated.month, dated.day)) if dated is not None else None
    return told if yearly is None else told + view.say("closes-instead", time=view.locale.time(yearly))


def _windows(view: View, windows: Windows) -> str:
    if windows == opening_hours.ROUND_THE_CLOCK:
        return view.say("all-day")
    return view.locale.listed([view.locale.window(each) for each in windows]) or view.say("closed")


def _runs(weekly: tuple[Windows, ...]) -> Iterator[tuple[list[int], Windows]]:
    """Weekdays in a row with the same windows."""
    days: list[int] = []
    for day, windows in enumerate(weekly):
        if days and weekly[days[-1]] != windows:
            yield days, weekly[days[-1]]
            days = []
        days.append(day)
    yield days, weekly[days[-1]]


def _region(view: View, region: Region) -> str:
    names = {**view.locale.countries, **view.locale.countries_within}
    country, part = names.get(region.country, region.country), region.subdivision
    return f"{country} ({names.get(f'{region.country}-{part}', part)})" if part else country


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def recurring_line(view: View, recurrence: RecurringDays) -> Line:
    """On which days something comes again."""
    found = read_recurrence({**recurrence.document, "calendar": recurrence.calendar})[0]
    calendar = view.locale.quoted(view.naming.calendar(recurrence.calendar))
    if found is None:
        return view.named(view.naming.name(recurrence), recurrence)
    if found.rule is not None:
        days = _rule(view, found.rule)
        days = days if days is not None else str(recurrence.document.get("rrule", ""))
    else:
        dates = [view.locale.date(date_of_day(number)) for number in found.dates[:MOST_DAYS]]
        days = view.locale.listed(dates) + _more(view, len(found.dates))
    at_s = found.time_s
    due = view.say("at-closing") if at_s is None else view.say("at-time", time=view.locale.time(at_s))
    rolled = view.say(f"roll.{found.roll}") if found.roll != "none" else ""
    where = view.say("on-calendar", calendar=calendar)
    return view.named(view.naming.name(recurrence), days, due, rolled, where, recurrence)


def _rule(view: View, rule: Rule) -> str | None:
    """The commonest rules in words; ``None`` for the others, which are shown as they are written."""
    if rule.interval != 1 or rule.positions or not rule.is_endless:
        return None
    days = [view.locale.weekday(WEEKDAYS[day]) for _, day in rule.weekdays]
    if rule.frequency in ("MONTHLY", "YEARLY") and len(days) == 1:
        return _weekday_of_month(view, rule, days[0])
    if rule.frequency == "WEEKLY" and days and not (rule.months or rule.month_days):
        return view.say("weekly", days=view.locale.listed(days))
    if rule.frequency == "MONTHLY" and len(rule.month_days) == 1 and not days:
        day = rule.month_days[0]
        if day < -1:
            return None
        which = view.say("last-day" if day == -1 else "month-day", day=day)
        months = [view.locale.months[month - 1] for month in rule.months]
        return view.say("monthly-in" if months else "monthly", day=which, months=view.locale.listed(months))
    return None


def _weekday_of_month(view: View, rule: Rule, weekday: str) -> str | None:
    """The last Friday of each month; the Wednesday between the 21st and the 27th of November."""
    (place, _), span, months = rule.weekdays[0], rule.month_days, rule.months
    if f"nth.{place}" in NTH and not span and (months or rule.frequency == "MONTHLY"):
        which = view.say(f"nth.{place}", weekday=weekday)
        named = view.locale.listed([view.locale.months[month - 1] for month in months])
        return view.say("nth-in", day=which, months=named) if months else view.say("nth-of-each", day=which)
    in_a_row = len(span) == 7 and span[0] > 0 and list(span) == list(range(span[0], span[0] + 7))
    if place == 0 and in_a_row and len(months) == 1:
        month = view.locale.months[months[0] - 1]
        return view.say("weekday-between", weekday=weekday, first=span[0], last=span[-1], month=month)
    return None
