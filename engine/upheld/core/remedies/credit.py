"""Credits: what is booked, put on the accounts that hold what the vendor owes.

The ledger of charges knows nothing of remedies, so a statement puts both together, in the order of their instants:
what was credited, what was paid out, what is still owed.

Source: DESIGN section 9, "Remedies"; `docs/decisions/0021-remedies.md`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate

from upheld.core.billing.accounts import Balance
from upheld.core.billing.statement import LAPSES, Statement, StatementLine
from upheld.core.population.availability import fine_percent
from upheld.core.remedies.booking import Booking


def credits_to(bookings: Iterable[Booking], customer: str, account: str) -> list[Booking]:
    """What is booked for a customer on an account, in the order of the instants."""
    found = [
        each
        for each in bookings
        if each.booked_s is not None and each.amount
        if (each.breach.customer, each.remedy.account) == (customer, account)
    ]
    return sorted(found, key=lambda each: each.booked_s or 0)


def credited(made: Statement, credits: Iterable[Booking], entries_before: int) -> Statement:
    """A statement of charges with the credits of its account.

    Args:
        made: Without any credits; those before the period go into its opening balance.
        entries_before: How many entries its ledger had before the period, so that each line keeps its number.
    """
    earlier = [each.amount or 0 for each in credits if (each.booked_s or 0) < made.from_s]
    own = [_line(each) for each in credits if made.from_s <= (each.booked_s or 0) < made.until_s]
    # At one instant what lapses comes first, since it is of the period that ends, and then credits.
    lines = sorted([*own, *made.lines], key=lambda line: (line.at_s, line.kind not in LAPSES))
    opening, first = made.opening + sum(earlier), entries_before + len(earlier) + 1
    numbers = {line.number: number for number, line in enumerate(lines, first) if line.kind != "remedy"}
    balances = accumulate((line.change for line in lines), initial=opening)
    next(balances)
    numbered = (
        replace(line, number=number, balance=balance, of=numbers.get(line.of or 0), lots=())
        for number, (line, balance) in enumerate(zip(lines, balances, strict=True), first)
    )
    return replace(made, opening=opening, lines=tuple(numbered), owed=True)


def _line(booking: Booking) -> StatementLine:
    assert booking.booked_s is not None, "what is not booked is on no statement"
    breach, amount = booking.breach, booking.amount or 0
    return StatementLine(
        *(0, booking.booked_s, booking.booked_s, "remedy", None, breach.ticket, "", "", booking.remedy.id),
        raw=0,
        billed=0,
        held=0,
        repaid=0,
        carried=0,
        change=amount,
        balance=0,
        lots=(),
        clauses=booking.clauses,
        assumptions=booking.assumptions,
        period=breach.period,
        breaches=breach.number or 0,
        share="" if breach.share is None else fine_percent(breach.share),
    )


def with_credits(balance: Balance, credits: Iterable[Booking]) -> Balance:
    """How an account of what is owed stands with its credits: what is left to pay, and what was paid beyond it."""
    net = balance.available + balance.held - balance.overdrawn + sum(each.amount or 0 for each in credits)
    return balance._replace(available=max(net, 0), overdrawn=max(-net, 0), held=0)
