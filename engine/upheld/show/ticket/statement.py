"""Statements for a reader: what was on an account, every line that changed it, and what is left.

The opening and the closing balance are lines of the table, and the sum below it is that of
the lines shown, so that a customer can add it up.

Source: DESIGN section 9; THREATS F16.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from upheld.core.billing.entry import EntryKind
from upheld.core.billing.statement import Statement, StatementLine
from upheld.core.time.instant import DAY_S
from upheld.show.page.blocks import (
    Block,
    Cited,
    Heading,
    Line,
    Page,
    Paragraph,
    line,
    strong,
    table,
)
from upheld.show.policy.grounds import cited_page
from upheld.show.policy.head import head, which_policy, which_zone
from upheld.show.words.amounts import amount, fell_short, lacking_words, recorded, signed, worked
from upheld.show.words.local_time import local_time, minute, moment, period
from upheld.show.words.view import View

COLUMNS = tuple(f"ledger.{name}" for name in ("number", "at", "ticket", "what", "raw", "billed", "change", "balance"))
OWED = ("credited", "paid", "still-owed")
OWED_COLUMNS = (*COLUMNS[:4], *(f"ledger.{name}" for name in OWED))
OF_ENTRIES: dict[EntryKind | Literal["remedy"], str] = {
    "settle": "of",
    "release": "of",
    "reversal": "of",
    "expire": "of-lot",
    "carry": "of-lot",
}
"""Kinds of entry that say which other entry, or which lot, they are about."""


def statement_page(view: View, statements: Sequence[Statement]) -> Page:
    """The page of some statements of one customer."""
    blocks = [*_head(view, statements)]
    for each in statements:
        blocks += _statement(view, each)
    return cited_page(view, blocks)


def _head(view: View, statements: Sequence[Statement]) -> Iterator[Block]:
    customer = statements[0].customer if statements else ""
    title = view.say("ledger.title", customer=customer or view.say("nobody"))
    return head(view, title, [which_policy(view), which_zone(view)])


def _statement(view: View, each: Statement) -> Iterator[Block]:
    name = view.naming.among(view.policy.accounts, each.account)
    empty = each.from_first and not each.lines
    yield Heading(2, name if empty else view.say("ledger.account", name=name, period=_period(view, each)))
    if each.from_first or each.to_last:
        yield Paragraph(line(_covers(view, each)))
    if each.owed:
        yield from _owed(view, each)
        return
    rows = [_balance(view, "ledger.opening", each.opening, each.unit)]
    rows += [_row(view, entry, each.unit) for entry in each.lines]
    rows.append(_balance(view, "ledger.closing", each.closing, each.unit))
    yield table([*map(view.say, COLUMNS)], rows)
    sums = {name: signed(view, getattr(each, name), each.unit) for name in ("opening", "into", "out", "closing")}
    yield Paragraph(line(view.say("ledger.sum", **sums)))
    if each.closing < 0:
        yield Paragraph(line(view.say("ledger.owed", amount=amount(view, -each.closing, each.unit))))


def _owed(view: View, each: Statement) -> Iterator[Block]:
    """An account of what the vendor owes, from the customer's side: credited, paid, still owed."""
    rows = [_balance(view, "ledger.owed-before", each.opening, each.unit, OWED_COLUMNS)]
    rows += [_owed_row(view, entry, each.unit) for entry in each.lines]
    rows.append(_balance(view, "ledger.owed-after", each.closing, each.unit, OWED_COLUMNS))
    yield table([*map(view.say, OWED_COLUMNS)], rows)
    sums = {name: signed(view, getattr(each, name), each.unit) for name in ("opening", "into", "out", "closing")}
    yield Paragraph(line(view.say("ledger.owed-sum", **sums)))
    key = "to-customer" if each.closing > 0 else "to-nobody" if not each.closing else "paid-beyond"
    yield Paragraph(line(view.say(f"ledger.{key}", amount=amount(view, abs(each.closing), each.unit))))


def _owed_row(view: View, entry: StatementLine, unit: str) -> tuple[Line, ...]:
    told = amount(view, abs(entry.change), unit) if entry.change else ""
    return (
        line(f"{entry.number}."),
        line(minute(view, entry.at_s)),
        line(strong(entry.ticket)),
        line(_what(view, entry, unit, paid_out=entry.kind == "debit"), Cited(entry.clauses, entry.assumptions)),
        line(told if entry.change > 0 else ""),
        line(told if entry.change < 0 else ""),
        line(signed(view, entry.balance, unit)),
    )


def _covers(view: View, each: Statement) -> str:
    """What the period was taken from, where nobody asked for its beginning or its end."""
    if not each.lines and each.from_first:
        return view.say("ledger.covers.nothing", until=moment(view, each.until_s - 1))
    if not each.to_last:
        return view.say("ledger.covers.from-first")
    return view.say(f"ledger.covers.{'all' if each.from_first else 'to-last'}", until=moment(view, each.until_s - 1))


def _period(view: View, each: Statement) -> str:
    """In dates where it is made of whole days, the last one included; else in instants."""
    since, until = local_time(view, each.from_s), local_time(view, each.until_s)
    if since.time() == until.time() == since.time().min and each.from_s < each.until_s:
        last = local_time(view, each.until_s - DAY_S // 2)
        days = [view.locale.date(day.date()) for day in (since, last)]
        return view.say("since-until", since=days[0], until=days[1])
    return view.say("since-until", since=moment(view, each.from_s), until=moment(view, each.until_s - 1))


def _balance(view: View, key: str, balance: int, unit: str, columns: Sequence[str] = COLUMNS) -> tuple[Line, ...]:
    blank: tuple[Line, ...] = ((),) * (len(columns) - 5)
    return (), (), (), line(strong(view.say(key))), *blank, line(strong(signed(view, balance, unit)))


def _row(view: View, entry: StatementLine, unit: str) -> tuple[Line, ...]:
    return (
        line(f"{entry.number}."),
        line(minute(view, entry.at_s)),
        line(strong(entry.ticket)),
        line(_what(view, entry, unit), Cited(entry.clauses, entry.assumptions)),
        line(recorded(view, entry.raw, entry.rule, unit) if entry.raw else ""),
        line(signed(view, entry.billed, unit) if entry.billed else ""),
        line(signed(view, entry.change, unit) if entry.change else view.say("none-promised")),
        line(signed(view, entry.balance, unit)),
    )


def _credited(view: View, entry: StatementLine) -> str:
    """Which remedy credited something, and for which period where no ticket tells it."""
    rule = view.naming.among(view.policy.remedies, entry.rule)
    return view.say("ledger.remedy") + view.say("ledger.for", what=rule) + _for_period(view, entry)


def _for_period(view: View, entry: StatementLine) -> str:
    """The period of what no ticket tells, with what fell short in it."""
    if entry.ticket:
        return ""
    told = period(view, entry.period)
    short = fell_short(view, entry.share, entry.breaches)
    return view.say("ledger.for-period", period=view.say("compared", subject=told, what=short) if short else told)


def _what(view: View, entry: StatementLine, unit: str, *, paid_out: bool = False) -> str:
    """What was done: the charge and the event, by whom, and which lots it touched."""
    if entry.kind == "remedy":
        return _credited(view, entry)
    text = view.say(f"ledger.{entry.kind}" if not paid_out else "ledger.paid-out")
    if entry.kind in OF_ENTRIES and entry.of is not None:
        text += view.say(f"ledger.{OF_ENTRIES[entry.kind]}", number=entry.of)
    if entry.rule:
        rule, event = view.naming.among(view.policy.charges, entry.rule), view.naming.event(entry.event)
        done = event if rule == event else view.say("compared", subject=rule, what=event)
        text += view.say("ledger.for", what=done)
    if entry.actor:
        text += view.say("ledger.by", who=view.naming.role(entry.actor))
    if entry.lacking is not None:
        text += view.say("ledger.lacking", **lacking_words(view, entry.lacking))
    if entry.pieces:
        text += view.say("ledger.pieces", pieces=worked(view, entry.pieces, entry.worked_s))
    if entry.held:
        key = "ledger.held" if entry.held > 0 else "ledger.released"
        text += view.say(key, amount=signed(view, abs(entry.held), unit))
    if entry.repaid:
        key = "ledger.repaid" if entry.repaid > 0 else "ledger.repaid-back"
        text += view.say(key, amount=signed(view, abs(entry.repaid), unit))
    if entry.carried:
        text += view.say("ledger.carried", amount=signed(view, entry.carried, unit))
    if entry.lots:
        text += view.say("ledger.lots", numbers=view.locale.listed([str(lot) for lot in entry.lots]))
    if entry.worked_s != entry.at_s:
        text += view.say("ledger.worked", moment=moment(view, entry.worked_s))
    return text
