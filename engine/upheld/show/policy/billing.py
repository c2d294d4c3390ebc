"""Billing: the accounts a customer has, what is taken from them, and by which rates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from upheld.core.billing.amount import parse_money, parse_percent
from upheld.core.policy.charge import (
    Account,
    Amount,
    Charge,
    Effort,
    NamedAmount,
    Overage,
    Rating,
    SplitCase,
    WorkedAmount,
)
from upheld.core.policy.currency import CURRENCIES, MINUTES
from upheld.core.policy.money import Cap, ContractShare, ParameterAmount
from upheld.core.policy.parameter import Parameter, ParameterValue, column_path
from upheld.core.policy.remedy import Worth
from upheld.show.page.blocks import Block, Heading, Line, Paragraph, bullets, line, section, strong, table
from upheld.show.words.amounts import amount, unit_of_work
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View


def billing(view: View) -> Iterator[Block]:
    """The accounts, the charges, the rates."""
    yield from section(view.say("billing"), _billing(view))


def _billing(view: View) -> Iterator[Block]:
    yield from bullets(_account(view, account) for account in view.policy.accounts.values())
    charges = view.policy.charges
    if charges:
        yield from _once(view)
        head = tuple(view.say(key) for key in ("charge", "event", "condition", "how-much", "references"))
        yield table(head, [_charge(view, charge) for charge in charges])
    yield from tables(view, _rates(view))


def tables(view: View, rates: Mapping[str, str]) -> Iterator[Block]:
    """Parameters that amounts or shares are read from, each with the unit of its account."""
    for name, unit in rates.items():
        if name in view.policy.parameters:
            parameter = view.policy.parameters[name]
            yield Heading(3, view.naming.name(parameter))
            yield from bullets(_rate(view, parameter, unit))


def _once(view: View) -> Iterator[Block]:
    """That no effort is billed twice, where efforts are billed at all, and by several charges on one event."""
    rated: Counter[tuple[str, Effort]] = Counter()
    for charge in view.policy.charges:
        if charge.rating is not None and charge.rating.effort is not None and not _pays_out(view, charge.rating):
            rated.update((event, charge.rating.effort) for event in charge.on)
    if rated:
        yield Paragraph(line(view.say("first-bills" if max(rated.values()) > 1 else "bills")))


def _pays_out(view: View, rating: Rating) -> bool:
    """Whether it is no effort that is billed, but what was owed that is paid."""
    account = view.policy.accounts.get(rating.account)
    return account is not None and account.owed


def _account(view: View, account: Account) -> Line:
    says = [_counts(view, account)]
    if account.overage is not None:
        says.append(_overage(view, account, account.overage))
    else:
        owed = view.say("owed-account", vendor=view.policy.vendor.name)
        says.append(owed if account.owed else view.say(f"overdraft.{account.overdraft}"))
    if account.cap is not None:
        says.append(told_cap(view, account.cap, account.unit))
    if account.limit is not None:
        says.append(view.say("overdraft-limit", amount=amount(view, account.limit, account.unit)))
    if account.repays:
        says.append(view.say("overdraft.repaid"))
    if account.low_balance is not None:
        says.append(view.say("low-balance", amount=amount(view, account.low_balance, account.unit)))
    if account.expiry_notice is not None:
        says.append(view.say("expiry-notice", before=view.duration(account.expiry_notice)))
    return view.named(view.naming.name(account), view.say("then").join(says), account)


def _overage(view: View, account: Account, overage: Overage) -> str:
    """Which account pays what this one lacks, and at which rate."""
    pays = view.policy.accounts.get(overage.account)
    name = view.locale.quoted(view.naming.among(view.policy.accounts, overage.account))
    text, factor = view.say("overage", account=name), overage.factor
    if pays is None or factor == 1:
        return text
    hourly = factor * 60
    rate = view.say("factor", factor=view.locale.number(factor))
    if account.unit == MINUTES and pays.unit in CURRENCIES and hourly.denominator == 1:
        rate = view.say("hourly", amount=amount(view, int(hourly), pays.unit))
    elif account.counts is not None and factor.denominator == 1:
        rate = view.say("each", amount=amount(view, int(factor), pays.unit), unit=amount(view, 1, account.unit))
    return view.say("overage.rate", overage=text, rate=rate)


def _counts(view: View, account: Account) -> str:
    if account.counts is not None:
        return view.say("in-count", names=account.counts[1].text(view.locale.language))
    return view.say("in-minutes") if account.unit == MINUTES else view.say("in-currency", currency=account.unit)


def _charge(view: View, charge: Charge) -> tuple[Line, ...]:
    on = view.circumstances.on(charge.on)
    return (
        line(strong(view.naming.name(charge))),
        line(view.locale.listed([view.naming.event(event) for event in charge.on], "or")),
        line(on.text(charge.when) if charge.when is not None else ""),
        _how_much(view, charge),
        line(charge),
    )


def _how_much(view: View, charge: Charge) -> Line:
    if charge.rating is None:
        ended = [view.naming.among(view.policy.charges, each) for each in (*charge.ends, *charge.reverses)]
        return line(view.say(f"charge.{charge.kind}", what=view.naming.quoted(ended, "and")))
    account = view.policy.accounts.get(charge.rating.account)
    unit = account.unit if account is not None else ""
    name = view.naming.among(view.policy.accounts, charge.rating.account)
    rated = ", ".join(_rating(view, charge, charge.rating, unit))
    kind = "paid-out" if _pays_out(view, charge.rating) else charge.kind
    return line(view.say(f"charge.{kind}", account=view.locale.quoted(name), amount=rated), charge.rating)


def _rating(view: View, charge: Charge, rating: Rating, unit: str) -> Iterator[str]:
    """The steps of a rating, in the order in which they are taken."""
    rated, factor = _amount(view, charge, rating.amount, unit), rating.factor
    is_share = factor < 1 and 10**6 % factor.denominator == 0
    yield view.say("share-of", share=view.locale.percent(factor), amount=rated) if is_share else rated
    if rating.split:
        yield view.locale.listed([_split(view, case) for case in rating.split])
    hourly = factor * 60
    if unit in CURRENCIES and hourly.denominator == 1 and unit_of_work(view, charge) == MINUTES and not is_share:
        yield view.say("hourly", amount=amount(view, int(hourly), unit))
    elif factor != 1 and not is_share:
        yield view.say("factor", factor=view.locale.number(factor))
    scope = view.say(f"scope.{rating.scope}")
    if rating.first_block is not None:
        yield view.say("first-block", amount=amount(view, rating.first_block, unit))
    if rating.step is not None:
        yield view.say(f"rounded.{rating.rounding}", step=amount(view, rating.step, unit), scope=scope)
    elif rating.scope != "entry":
        yield scope
    if rating.minimum is not None:
        yield view.say("minimum", amount=amount(view, rating.minimum, unit))
    if rating.cap is not None:
        yield view.say("cap", amount=amount(view, rating.cap, unit))
    if rating.category:
        yield view.say("category", name=view.locale.quoted(rating.category))


def _split(view: View, case: SplitCase) -> str:
    """By what a part of the work is multiplied."""
    factor = view.locale.number(case.factor)
    if not case.calendar:
        return view.say("split.rest", factor=factor)
    return view.say("split.in", calendar=view.naming.among(view.policy.calendars, case.calendar), factor=factor)


def _amount(view: View, charge: Charge, value: Amount | None, unit: str) -> str:
    if isinstance(value, WorkedAmount):
        on = view.circumstances.on(charge.on)
        since, until = (view.locale.quoted(on.subject(name)) for name in (value.since, value.until))
        return view.say("amount-worked", since=since, until=until)
    if isinstance(value, NamedAmount):
        name = view.circumstances.on(charge.on).subject(value.name)
        return view.say("amount-of", name=view.locale.quoted(name))
    if isinstance(value, ParameterAmount):
        name = view.naming.among(view.policy.parameters, value.parameter)
        return view.say("amount-by", name=view.locale.quoted(name))
    return amount(view, value, unit) if value is not None else ""


def told_cap(view: View, cap: Cap, unit: str) -> str:
    """A cap in words."""
    most = told_worth(view, cap.amount, unit)
    if cap.period == "contract-year":
        contract = view.locale.quoted(view.naming.among(view.policy.contracts, cap.contract))
        return view.say("cap.contract-year", amount=most, contract=contract)
    return view.say(f"cap.{cap.period}", amount=most)


def told_worth(view: View, worth: Worth | None, unit: str) -> str:
    """How much a remedy is."""
    if isinstance(worth, ContractShare):
        fee = view.locale.quoted(Subjects(view.naming).name(worth.of))
        if isinstance(worth.share, ParameterAmount):
            name = view.naming.among(view.policy.parameters, worth.share.parameter)
            return view.say("share-by", name=view.locale.quoted(name), amount=fee)
        return view.say("share-of", share=view.locale.percent(worth.share), amount=fee)
    if isinstance(worth, ParameterAmount):
        return view.say(
            "amount-by", name=view.locale.quoted(view.naming.among(view.policy.parameters, worth.parameter))
        )
    return "" if worth is None else amount(view, worth, unit)


def rates_of_remedies(view: View) -> dict[str, str]:
    """The parameters that remedies and caps read and no charge does, each with the unit of its account."""
    found: dict[str, str] = {}
    worths: list[tuple[Worth | None, str]] = []
    for remedy in view.policy.remedies:
        own = (remedy.amount, *(case.amount for case in remedy.cases), *(step.amount for step in remedy.steps))
        worths += [(each, remedy.account) for each in (*own, remedy.cap.amount if remedy.cap else None)]
    worths += [(each.cap.amount, each.id) for each in view.policy.accounts.values() if each.cap is not None]
    for worth, name in worths:
        table = worth.share if isinstance(worth, ContractShare) else worth
        if isinstance(table, ParameterAmount):
            account = view.policy.accounts.get(name)
            found.setdefault(table.parameter, account.unit if account else "")
    read = _rates(view)
    return {name: unit for name, unit in found.items() if name not in read}


def _rates(view: View) -> dict[str, str]:
    """The parameters that charges read, each with the unit of its account."""
    found: dict[str, str] = {}
    for charge in view.policy.charges:
        if charge.rating is not None and isinstance(charge.rating.amount, ParameterAmount):
            account = view.policy.accounts.get(charge.rating.account)
            found.setdefault(charge.rating.amount.parameter, account.unit if account else "")
    return found


def _rate(view: View, parameter: Parameter, unit: str) -> Iterator[Line]:
    """The values of a table of rates, row by row where they have changed."""
    subjects = Subjects(view.naming)
    for row in parameter.rows:
        dated = view.say("from-day", day=view.locale.date(row.since)) if len(parameter.rows) > 1 else ""
        for column, value in row.values.items():
            values = zip(parameter.names, reversed(column_path(column)))
            name = ", ".join(subjects.value(*each) for each in values) or view.naming.name(parameter)
            yield view.named(name, _rate_value(view, value, unit), dated, parameter, row)


def _rate_value(view: View, value: ParameterValue, unit: str) -> str:
    try:
        if isinstance(value, str) and value.endswith("%"):
            return view.locale.percent(parse_percent(value, or_none=True))
        return amount(view, parse_money(value, unit), unit)
    except ValueError:
        return view.locale.tidy(str(value))
