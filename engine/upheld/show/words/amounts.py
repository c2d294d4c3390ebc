"""Amounts of accounts and the work behind them, as a page tells them: times, money, counts, and pieces of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from upheld.core.billing.state import Lacking
from upheld.core.billing.worked_time import Piece
from upheld.core.policy.charge import Charge, FixedAmount, NamedAmount, WorkedAmount
from upheld.core.policy.currency import CURRENCIES, MINUTES, money
from upheld.core.time.duration import Duration
from upheld.core.time.instant import DAY_S
from upheld.show.words.local_time import interval, local_time
from upheld.show.words.view import View


def amount(view: View, value: FixedAmount, unit: str) -> str:
    """An amount of an account: a time, money, or so many things."""
    if isinstance(value, Duration):
        return view.locale.seconds(value.seconds) if unit == MINUTES else view.locale.duration(value)
    if unit == MINUTES:
        return view.locale.seconds(value * 60)
    if unit not in CURRENCIES:
        account = next((each for each in view.policy.accounts.values() if each.counts and each.unit == unit), None)
        told = account.counted(value).text(view.locale.language) if account is not None else unit
        return f"{view.locale.number(value)}\u00a0{told}" if told else view.locale.number(value)
    return f"{money(value, unit, view.locale.decimal)}\u00a0{unit}"


def signed(view: View, value: int, unit: str) -> str:
    """An amount, with a minus sign where it is below zero."""
    if unit == MINUTES and not value:
        return "0\u00a0min"
    return f"−{amount(view, -value, unit)}" if value < 0 else amount(view, value, unit)


def recorded(view: View, raw: int, rule: str, unit: str) -> str:
    """Work as it was recorded: in the unit of the field that holds it, or else in that of the charge's account.

    What a factor converts is minutes, where nothing else is said; on an account that counts things, just a number.

    Args:
        unit: That of the account: what ends holds is counted in it.
    """
    by_id = {each.id: each for each in view.policy.charges}
    charge = by_id.get(rule)
    if charge is not None and charge.reverses:
        charge = by_id.get(charge.reverses[0])
    return signed(view, raw, unit if charge is None or charge.rating is None else unit_of_work(view, charge))


def unit_of_work(view: View, charge: Charge) -> str:
    """What the work is counted in that a charge rates."""
    rating = charge.rating
    if rating is None or isinstance(rating.amount, WorkedAmount):
        return MINUTES
    if isinstance(rating.amount, NamedAmount):
        name = rating.amount.name.removeprefix("event.")
        fields = (view.policy.events[event].fields.get(name) for event in charge.on if event in view.policy.events)
        said = next((field.unit for field in fields if field is not None and field.unit), "")
        if said:
            return said
    account = view.policy.accounts.get(rating.account)
    if account is None or (rating.factor != 1 and account.counts is None):
        return MINUTES
    return account.unit if rating.factor == 1 else ""


def lacking_words(view: View, lacking: Lacking) -> dict[str, str]:
    """What another account lacked, as messages ask for it."""
    account = view.policy.accounts.get(lacking.account)
    name = view.locale.quoted(view.naming.among(view.policy.accounts, lacking.account))
    return {"amount": amount(view, lacking.amount, account.unit if account else ""), "account": name}


def fell_short(view: View, share: str | None, breaches: int) -> str:
    """The share that was reached of what is measured over time, or else how many breaches there were."""
    if share:
        return view.say("replay.reached", share=view.locale.share(share))
    return view.locale.counted("replay.breach", breaches) if breaches else ""


def worked(view: View, pieces: Sequence[Piece], told_s: int) -> str:
    """The pieces of worked time: ``16:00–17:00 inside Desk ×1, 17:00–18:00 ×1.5``.

    Args:
        told_s: An instant whose date is told already.
    """
    day, told = local_time(view, told_s).date(), list[str]()
    splits = any(piece.calendar or piece.factor != 1 for piece in pieces)
    for piece in pieces:
        time, day = _time(view, piece, day)
        name = view.naming.among(view.policy.calendars, piece.calendar) if piece.calendar else ""
        text = view.say("worked.in", time=time, calendar=name) if name else time
        told.append(view.say("worked.factor", work=text, factor=view.locale.number(piece.factor)) if splits else text)
    return ", ".join(told)


def _time(view: View, piece: Piece, day: date) -> tuple[str, date]:
    """From when until when, with the date where it is another one; and the date that is told by now."""
    start, end = local_time(view, piece.from_s), local_time(view, piece.until_s - 1)
    if start.date() == end.date() == day and not piece.from_s % 60 and not piece.until_s % 60:
        last = local_time(view, piece.until_s)
        end_s = DAY_S if last.date() != day else last.hour * 3600 + last.minute * 60
        return view.locale.window((start.hour * 3600 + start.minute * 60, end_s)), day
    return interval(view, piece.from_s, piece.until_s), end.date()
