"""What is owed: availability, what broken promises cost, and the accounts that hold it.

Source: DESIGN section 9, "Remedies" and "Availability".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from upheld.show.page.blocks import Block, Cited, Line, Paragraph, line, section, strong, table
from upheld.show.words.amounts import amount, fell_short
from upheld.show.words.local_time import period
from upheld.show.words.view import View

Row = Mapping[str, Any]

AMOUNTS: Final = ("booked", "accruing", "claimable", "lapsed", "capped")
MOST_ROWS: Final = 40
"""How many rows of a table are told; files have all."""


def owed(view: View, summary: Row) -> Iterator[Block]:
    """The sections, each where the policy has something in it."""
    yield from section(view.say("replay.availability"), _availability(view, summary.get("availability", ())))
    yield from section(view.say("replay.remedies"), _remedies(view, summary.get("remedies", ())))
    yield from section(view.say("replay.owed-balances"), _balances(view, summary["balances"]))


def _availability(view: View, rows: Sequence[Row]) -> Iterator[Block]:
    """Each period of each customer, the broken ones first; of the others the latest."""
    told = sorted(rows, key=lambda row: row["period"], reverse=True)
    told.sort(key=lambda row: row["status"] != "breached")
    if told:
        replayed = ("customer", "period", "promised", "share", "down", "status")
        names = ("promise", *(f"replay.{each}" for each in replayed), "references")
        yield table([*map(view.say, names)], [_uptime(view, row) for row in told[:MOST_ROWS]])
        yield from _others(view, told)


def _uptime(view: View, row: Row) -> tuple[Line, ...]:
    status = row["status"]
    return (
        line(strong(view.naming.among(view.policy.availability, row["id"]))),
        line(view.customer(row["customer"]) or view.say("replay.no-customer")),
        line(period(view, row["period"])),
        line(view.locale.share(row["promised"])),
        line(view.locale.share(row["share"]) or view.say("none-promised")),
        line(view.locale.seconds(row["down_s"]) if row["down_s"] else ""),
        line(view.say(f"replay.status.{status}") if status else ""),
        line(next((each for each in view.policy.availability if each.id == row["id"]), None)),
    )


def _remedies(view: View, rows: Sequence[Row]) -> Iterator[Block]:
    if not rows:
        return
    told = [name for name in AMOUNTS if name == "booked" or any(row[name] for row in rows)]
    names = ("remedy", "customer", "period", "fell-short", *told)
    head = [*(view.say(f"replay.{each}") for each in names), view.say("references")]
    yield table(head, [_remedy(view, row, told) for row in rows[:MOST_ROWS]])
    yield from _others(view, rows)
    if "accruing" in told:
        yield Paragraph(line(view.say("replay.growing-means")))
    unpriced = dict.fromkeys(row["id"] for row in rows if row["unpriced"])
    if unpriced:
        names_of = view.naming.quoted([view.naming.among(view.policy.remedies, each) for each in unpriced], "and")
        yield Paragraph(line(view.say("replay.unpriced", names=names_of)), loud=True)


def _remedy(view: View, row: Row, told: Sequence[str]) -> tuple[Line, ...]:
    amounts = (amount(view, row[name], row["unit"]) if row[name] else "" for name in told)
    first, *rest = amounts
    return (
        line(strong(view.naming.among(view.policy.remedies, row["id"]))),
        line(view.customer(row["customer"]) or view.say("replay.no-customer")),
        line(period(view, row["period"])),
        line(fell_short(view, row["share"], row["breaches"])),
        line(first or view.say("none-promised")),
        *map(line, rest),
        line(Cited(tuple(row["clauses"]), ())),
    )


def _balances(view: View, balances: Sequence[Row]) -> Iterator[Block]:
    """The accounts of what the vendor owes, from the customer's side."""
    accounts, rows = view.policy.accounts, []
    for each in balances:
        account = accounts[each["account"]]
        if account.owed:
            amounts = [amount(view, each[name], account.unit) if each[name] else "" for name in SHOWN]
            paid, left, beyond = amounts
            told = (paid, left or view.say("none-promised"), beyond)
            rows.append(
                (
                    line(view.customer(each["customer"]) or view.say("replay.no-customer")),
                    line(view.naming.name(account)),
                    *map(line, told),
                )
            )
    if rows:
        names = ("customer", "account", "paid", "still-owed", "paid-beyond")
        yield table([view.say(f"replay.{name}") for name in names], rows)


SHOWN: Final = ("consumed", "available", "overdrawn")


def _others(view: View, rows: Sequence[Row]) -> Iterator[Block]:
    if len(rows) > MOST_ROWS:
        yield Paragraph(line(view.say("replay.others", number=len(rows) - MOST_ROWS)))
