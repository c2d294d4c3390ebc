"""How did the balance move?

A statement's balance after each day on which something was written into the account; of many days that after each
month. Below zero is what is overdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from upheld.core.billing.statement import Statement, StatementLine
from upheld.pages.figures.figure import Figure, Row
from upheld.pages.figures.promised_clock import in_order
from upheld.show.words.amounts import signed
from upheld.show.words.local_time import local_time
from upheld.show.words.view import View

MOST_DAYS: Final = 120
"""Beyond so many days with an entry, months are told."""


def balance_figures(view: View, statements: Iterable[Statement]) -> Iterator[Figure]:
    """One for each statement in which something was written, in order of accounts and then of customers."""
    order = {name: place for place, name in enumerate(view.policy.accounts)}
    told = sorted((each for each in statements if each.lines), key=lambda each: (order[each.account], each.customer))
    for number, each in enumerate(told, 1):
        yield _figure(view, each, number)


def _figure(view: View, statement: Statement, number: int) -> Figure:
    periods = _by(view, statement.lines, len("2024-03-01"))
    monthly = len(periods) > MOST_DAYS
    if monthly:
        periods = _by(view, statement.lines, len("2024-03"))
    before, rows = statement.opening, []
    for name, lines in periods.items():
        added = sum(line.change for line in lines if line.change > 0)
        taken = sum(line.change for line in lines if line.change < 0)
        balance = lines[-1].balance
        amounts = (signed(view, each, statement.unit) if each else "" for each in (added, taken))
        drawn = {"at_s": lines[-1].at_s, "before": before, "balance": balance, "until_s": statement.until_s}
        rows.append(Row(drawn, (name, *amounts, signed(view, balance, statement.unit))))
        before = balance
    account = view.naming.name(view.policy.accounts[statement.account])
    customer = view.customer(statement.customer) or view.say("replay.no-customer")
    heads = ("month" if monthly else "day", "added", "taken", "balance")
    least = min(row.number("balance") for row in rows)
    said = {"last": signed(view, statement.closing, statement.unit), "least": signed(view, least, statement.unit)}
    return Figure(
        f"balance-{number}",
        view.say("figure.balance"),
        view.say("figure.balance.title", account=account, customer=customer),
        view.say("figure.balance.says", **said),
        tuple(view.say(f"figure.head.{head}") for head in heads),
        tuple(rows),
        (("accent", view.say("figure.key.balance")),),
        (view.say(f"figure.balance.{'monthly' if monthly else 'daily'}"),),
        in_order(view.policy, (name for line in statement.lines for name in line.assumptions)),
        "balance",
    )


def _by(view: View, lines: Sequence[StatementLine], length: int) -> dict[str, list[StatementLine]]:
    """The lines by date or month, on the clock of the page."""
    found: dict[str, list[StatementLine]] = {}
    for line in lines:
        found.setdefault(str(local_time(view, line.at_s).date())[:length], []).append(line)
    return found
