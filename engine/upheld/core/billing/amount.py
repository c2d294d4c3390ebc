"""Amounts as people write them: whole minor units, times, money with its decimals, and shares.

A table of a policy holds them as texts, since only who reads one knows what they are amounts of: ``50.00`` is money of
the account on which it is booked.

    >>> parse_money("50.00", "EUR"), parse_money("50", "JPY"), parse_percent("12.5%")
    (5000, 50, Fraction(1, 8))
"""

from __future__ import annotations

import re
from fractions import Fraction

from upheld.core.nearest import quoted
from upheld.core.policy.charge import LARGEST_AMOUNT
from upheld.core.policy.currency import CURRENCIES, DECIMALS, MINUTES
from upheld.core.time.duration import Duration, parse_duration

PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,3}))? ?%", re.ASCII)
NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]*)?", re.ASCII)
MONEY = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,4}))?", re.ASCII)


def parse_amount(value: str | int, least: int = 0) -> int | Duration:
    """Minor units, or a time such as ``90min``. Raises ValueError for anything else, and beyond the bounds."""
    if isinstance(value, str) and NUMBER.fullmatch(value):
        raise ValueError(f"{quoted(value)} is no amount: write whole minor units, without quotes, such as `600`")
    amount = value if isinstance(value, int) else parse_duration(value)
    if isinstance(amount, Duration) and amount.unit not in ("s", "min", "h"):
        raise ValueError(f"`{value}` is no amount: days and weeks cannot be billed; write hours, such as `8h`")
    units = amount.seconds / 60 if isinstance(amount, Duration) else amount
    if units <= 0 < least or units < 0:
        raise ValueError(f"`{value}` is no amount: the least is {least}")
    if units > LARGEST_AMOUNT:
        raise ValueError(f"`{value}` is no amount: the largest is {LARGEST_AMOUNT}")
    return amount


def parse_money(value: str | int, unit: str) -> int | Duration:
    """Minor units, a time, or money as people write it: ``50.00``, with the decimals of its currency.

    >>> parse_money("50.00", "EUR"), parse_money(5000, "EUR"), parse_money("50", "JPY")
    (5000, 5000, 50)

    Raises: ValueError for anything else.
    """
    match = MONEY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return parse_amount(value)
    decimals = DECIMALS.get(unit, 2 if not unit or unit in CURRENCIES else 0)
    if unit == MINUTES or len(match[2] or "") not in (0, decimals):
        counts = "whole minutes" if unit == MINUTES else f"{decimals or 'no'} decimals"
        raise ValueError(f"{quoted(str(value))} is no amount of {unit}: it has {counts}; or write whole minor units")
    return parse_amount(int(f"{match[1]}{match[2] or '0' * decimals}"))


def parse_percent(text: str, *, or_none: bool = False) -> Fraction:
    """The share that ``text`` says, above 0 (or, in a table, nothing) and up to 1. Raises ValueError."""
    match = PERCENT.fullmatch(text)
    share = Fraction(f"{match[1]}.{match[2] or 0}") / 100 if match else Fraction(2)
    if not (0 < share <= 1 or (or_none and share == 0)):
        raise ValueError(f"{quoted(text)} is no share: write one above 0 % and up to 100 %, such as `90%`")
    return share
