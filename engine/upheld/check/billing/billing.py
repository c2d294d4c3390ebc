"""Billing: whether every amount is counted in its account's unit, and every hold comes to an end.

Source: DESIGN section 9.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from upheld.check.condition.tables import check_chooser
from upheld.check.inspection import Inspection
from upheld.check.vocabulary.values import readable
from upheld.core.billing.amount import MONEY, parse_money
from upheld.core.billing.worked_time import LONGEST_S
from upheld.core.condition.condition import ALWAYS, names_read
from upheld.core.condition.ordered import Instant, Integer
from upheld.core.nearest import listed, quoted
from upheld.core.policy.charge import LARGEST_AMOUNT, Account, Charge, NamedAmount, Overage, Rating, WorkedAmount
from upheld.core.policy.currency import CURRENCIES, MINUTES
from upheld.core.policy.money import ParameterAmount
from upheld.core.policy.parameter import column_path
from upheld.core.policy.policy import ALWAYS as ROUND_THE_CLOCK
from upheld.core.policy.provenance import Path
from upheld.core.proof.questions import Space
from upheld.core.time.duration import Duration
from upheld.document.tree import mapping
from upheld.schema.formats import message_and_hint


def check_billing(inspection: Inspection) -> None:
    """Units that do not fit, amounts that are none, holds without an end."""
    for account in inspection.policy.accounts.values():
        for key, value in (("limit", account.limit), ("low-balance", account.low_balance)):
            _fits(inspection, (*account.path, key), value, account.unit)
        if account.expiry_notice is not None and not account.expiry_notice.has_seconds:
            message = f"`{account.expiry_notice}` is as long as its dates, and a notice is given a fixed time before"
            inspection.report("UP526", (*account.path, "expiry-notice"), message, "write days, such as `30d`")
        if account.overdraft == "refuse" and (account.limit is not None or account.repays):
            path: Path = ("overdraft", "repay") if account.repays else ("limit",)
            told = "there is nothing to repay" if account.repays else "a limit says nothing"
            message, hint = f"`{account.id}` is never overdrawn, so {told}", "leave it out, or say `overdraft: warn`"
            inspection.report("UP603", (*account.path, *path), message, hint, key=True)
        if account.overage is not None:
            _overage(inspection, account, account.overage)
    for charge in inspection.policy.charges:
        if charge.rating is not None:
            _rating(inspection, charge, charge.rating)
    _holds(inspection)
    _ends(inspection)


def _overage(inspection: Inspection, account: Account, overage: Overage) -> None:
    """What an account lacks ends somewhere, and is converted where that account counts otherwise."""
    path: Path = (*account.path, "overage")
    if account.overdraft != "refuse":
        message = f"`{account.id}` is never overdrawn, since `{overage.account}` pays what it lacks"
        inspection.report("UP603", (*account.path, "overdraft"), message, "leave `overdraft:` out", key=True)
    accounts, way = inspection.policy.accounts, [account.id]
    found: Account | None = account
    while found is not None and found.overage is not None:
        way.append(found.overage.account)
        if way[-1] == account.id and next(name for name in accounts if name in way) == account.id:  # told once
            message = f"what `{account.id}` lacks comes back to it, by {listed(way[1:])}"
            inspection.report("UP612", (*path, "to"), message, "let the last account have an `overdraft:` instead")
        if way[-1] in way[:-1]:
            return
        found = accounts.get(way[-1])
    pays = accounts.get(overage.account)
    if pays is not None and pays.owed:
        message = f"what `{account.id}` lacks cannot be taken from `{pays.id}`, which holds what the vendor owes"
        inspection.report("UP603", (*path, "to"), message, "name an account from which the customer pays")
    if pays is not None and pays.unit != account.unit and "factor" not in mapping(inspection.value(path)):
        message = f"`{account.id}` counts in {account.unit}, and `{pays.id}`, which pays what it lacks, in {pays.unit}"
        hint = "convert it with `factor:`, as minutes at 90.00 an hour are `factor: 150`"
        inspection.report("UP602", (*path, "to"), message, hint)


def _fits(inspection: Inspection, path: Path, value: object, unit: str) -> None:
    """A time can only be taken from an account that counts time, and then in whole minutes."""
    if not isinstance(value, Duration):
        return
    if unit != MINUTES:
        message = f"`{value}` is a time, and this account counts in {unit}"
        counted = f"write the amount in the smallest unit of {unit}, without a unit"
        hint = counted if unit in CURRENCIES else "write how many, without a unit"
        inspection.report("UP602", path, message, hint)
    elif _minor(value).denominator != 1:
        message = f"`{value}` is no whole number of minutes, in which this account counts"
        inspection.report("UP602", path, message, "write whole minutes, such as `15min`")


def _rating(inspection: Inspection, charge: Charge, rating: Rating) -> None:
    account = inspection.policy.accounts.get(rating.account)
    if account is None:
        return
    converted = rating.factor != Fraction(1)
    if not converted:
        _amount(inspection, charge, rating, account.unit)
    else:
        _amount(inspection, charge, rating, MINUTES)
    if rating.split:
        _split(inspection, charge, rating)
    keys = ("first-block", "minimum", "cap")
    for key, value in zip(keys, (rating.first_block, rating.minimum, rating.cap), strict=True):
        _fits(inspection, (*rating.path, key), value, account.unit)
    if rating.minimum is not None and rating.cap is not None and _minor(rating.minimum) > _minor(rating.cap):
        message = f"`{charge.id}` bills at least {rating.minimum}, and at most {rating.cap}"
        inspection.report("UP603", (*rating.path, "cap"), message, "put the smaller one under `minimum`")
    round_path: Path = (*rating.path, "round")
    _fits(inspection, round_path, rating.step, account.unit)
    if rating.step is not None and not _minor(rating.step):
        inspection.report(
            "UP603", round_path, "this rounds to multiples of nothing", "round to at least one unit", key=True
        )


def _minor(value: int | Duration) -> Fraction:
    """An amount in minor units, which are minutes where it is a time."""
    return Fraction(value) if isinstance(value, int) else Fraction(0 if value.is_business_day else value.seconds, 60)


def _amount(inspection: Inspection, charge: Charge, rating: Rating, unit: str) -> None:
    path: Path = (*rating.path, "amount")
    amount = rating.amount
    if isinstance(amount, NamedAmount):
        _named(inspection, charge, (*path, "ref"), amount.name, unit)
    elif isinstance(amount, ParameterAmount):
        _table(inspection, charge, path, rating, amount, unit)
    elif isinstance(amount, WorkedAmount):
        _effort(inspection, charge, rating, amount)
    else:
        _fits(inspection, path, amount, unit)
        if amount is not None:
            _bounded(inspection, charge, path, amount, rating)


def _effort(inspection: Inspection, charge: Charge, rating: Rating, amount: WorkedAmount) -> None:
    """Both ends of the effort are instants, and it is billed in minutes."""
    scope = inspection.vocabulary.on_events(charge.on)
    for key, name in (("from", amount.since), ("until", amount.until)):
        path: Path = (*rating.path, "effort", key, "ref")
        domain = readable(inspection, path, name, scope)
        if domain is not None and not isinstance(domain, Instant):
            message, hint = f"{quoted(name)} holds no instant", "name a field with `instant: true`"
            inspection.report("UP515", path, message, hint)
    if amount.since == amount.until:
        message = f"`{charge.id}` bills work that begins and ends at one instant, {quoted(amount.since)}"
        inspection.report("UP603", (*rating.path, "effort", "until"), message, "name when the work ended")
    unit = inspection.policy.accounts[rating.account].unit
    is_converted = rating.factor != 1 or (rating.split and all(case.factor != 1 for case in rating.split))
    if not is_converted and unit != MINUTES:
        message = f"an effort is counted in minutes, and this account counts in {unit}"
        hint = "convert it with `factor:`: at 90.00 an hour a minute is `factor: 150`"
        hint = hint if unit in CURRENCIES else "convert it with `factor:`: a visit of two hours is `factor: 1/120`"
        inspection.report("UP602", (*rating.path, "effort"), message, hint, key=True)
    most = max((case.factor for case in rating.split), default=Fraction(1))
    _bounded(inspection, charge, (*rating.path, "effort"), math.ceil(most * LONGEST_S / 60), rating)


def _split(inspection: Inspection, charge: Charge, rating: Rating) -> None:
    """Every part of an effort falls under one case, and every case may be reached."""
    path: Path = (*rating.path, "split")
    if not isinstance(rating.amount, WorkedAmount):
        message = f"`{charge.id}` cuts along calendars what has no beginning and no end"
        hint = "give `effort: {from: …, until: …}` instead of an amount, or leave the split out"
        inspection.report("UP611", path, message, hint, key=True)
        return
    seen: dict[str, int] = {}
    for index, case in enumerate(rating.split):
        name = "" if case.calendar == ROUND_THE_CLOCK else case.calendar
        earlier = seen.get(name, seen.get(""))
        if earlier is not None:
            taken = rating.split[earlier].calendar
            told = f"what lies in `{taken}`" if taken else "everything"
            message = f"this case of the split is never reached: case {earlier + 1} takes {told} before it"
            inspection.report("UP611", (*path, index), message, "put it before that one, or leave it out")
        seen.setdefault(name, index)
    if "" not in seen:
        message = f"what lies in none of {listed(seen)} is billed by no case of this split"
        hint = "end with `{factor: 1}`, which takes the rest, or `{factor: 0}` where the rest costs nothing"
        inspection.report("UP611", path, message, hint, key=True)


def _bounded(inspection: Inspection, charge: Charge, path: Path, amount: int | Duration, rating: Rating) -> None:
    """What no ledger takes would refuse each event that is charged."""
    if _minor(amount) * rating.factor > LARGEST_AMOUNT:
        message = f"charge `{charge.id}` bills more than {LARGEST_AMOUNT} at one time, which no account takes"
        inspection.report("UP603", path, message, "write a smaller amount, in the account's smallest unit")


def _named(inspection: Inspection, charge: Charge, path: Path, name: str, unit: str) -> None:
    scope = inspection.vocabulary.on_events(charge.on)
    if name not in scope:
        message = f"{quoted(name)} is not a name that can be read here"
        inspection.report("UP204", path, message, scope.advice(name) or "name a field of the event, as `event.minutes`")
    elif not isinstance(scope[name], Integer):
        inspection.report("UP605", path, f"{quoted(name)} holds no whole number", "name a field with `integer: true`")
    else:
        for event in charge.on:
            field = (
                inspection.policy.events[event].fields.get(name.removeprefix("event."))
                if event in inspection.policy.events
                else None
            )
            if field is not None and field.unit and field.unit != unit:
                message = f"`{name}` is in {field.unit}, and this account counts in {unit}"
                inspection.report("UP602", path, message, "convert it with `factor:`, or use an account in its unit")


def _table(
    inspection: Inspection, charge: Charge, path: Path, rating: Rating, amount: ParameterAmount, unit: str
) -> None:
    parameter = inspection.policy.parameters.get(amount.parameter)
    if parameter is None:
        return
    scope = inspection.vocabulary.on_events(charge.on)
    unread = [name for name in parameter.names_with(amount.by) if name not in scope]
    by = next((name for name in unread if name == amount.by or name in inspection.vocabulary.any_event), "")
    if by:
        at: Path = (*path, "by", "ref") if by == amount.by else (*path, "parameter")
        message = f"{quoted(by)} is not a name that can be read here"
        inspection.report("UP204", at, message, scope.advice(by) or "say `by: {ref: NAME}` with a name that can")
    elif amount.by and amount.by in scope:
        check_chooser(inspection, parameter, amount.by, scope[amount.by], (*path, "by", "ref"))
    for row in parameter.rows:
        for column, value in row.values.items():
            where: Path = (*row.path, *column_path(column))
            try:
                fixed = value if isinstance(value, int) else parse_money(value, unit)
            except ValueError as error:
                message = f"{quoted(value)} is no amount, and charge `{charge.id}` takes its amount from here"
                hint = "write minor units such as `600`, or a time such as `90min`"
                message, hint = message_and_hint(error) if MONEY.fullmatch(str(value)) else (message, hint)
                inspection.report("UP605", where, message, hint)
            else:
                _fits(inspection, where, fixed, unit)
                _bounded(inspection, charge, where, fixed, rating)


def _holds(inspection: Inspection) -> None:
    """What is held is settled or released by some charge, and only what is held can be."""
    charges = {charge.id: charge for charge in inspection.policy.charges}
    ended = set(_ended(inspection))
    for charge in inspection.policy.charges:
        if charge.kind == "hold" and charge.id not in ended:
            message = f"what `{charge.id}` holds is never settled and never released"
            hint = f"add a charge with `settle: {charge.id}`, and one with `release: {charge.id}`"
            inspection.report("UP604", charge.path, message, hint, key=True)
        elif charge.kind == "hold":
            _without_ticket(inspection, charge)
        wrong = [name for name in charge.ends if name in charges and charges[name].kind != "hold"]
        if wrong:
            message = f"`{charge.id}` ends the holds of {listed(wrong)}, which hold nothing"
            inspection.report("UP603", (*charge.path, charge.kind), message, "name a charge with `hold:`")
        wrong = [name for name in charge.reverses if name in charges and charges[name].kind not in ("debit", "waive")]
        if wrong:
            message = f"`{charge.id}` takes back what {listed(wrong)} billed, which bills nothing by itself"
            hint = "name charges with `debit:` or `waive:`; what is only set aside is released"
            inspection.report("UP603", (*charge.path, charge.kind), message, hint)


def _without_ticket(inspection: Inspection, charge: Charge) -> None:
    """What is held is remembered by its ticket; an event that needs none may have none."""
    events = inspection.policy.events
    free = [name for name in charge.on if name in events and not events[name].needs_ticket]
    if free and not {"state", "core"} & {*names_read(charge.when or ALWAYS)}:
        message = f"what `{charge.id}` holds on {listed(free)} is never settled where there is no ticket"
        hint = "bill it with `debit:`, or say by `when:` in which states it holds something"
        inspection.report("UP604", charge.path, message, hint, key=True)


def _ends(inspection: Inspection) -> None:
    """One event ends a hold once: settled or released, not twice and not both."""
    ending = [charge for charge in inspection.policy.charges if charge.ends and not inspection.unreadable(charge.when)]
    for index, charge in enumerate(ending):
        for other in ending[:index]:
            shared = [name for name in charge.ends if name in other.ends]
            for event in sorted(set(charge.on) & set(other.on)) if shared else ():
                conditions = [other.when or ALWAYS, charge.when or ALWAYS]
                answer = Space(inspection.vocabulary.on_event(event, conditions), conditions).overlap(0, 1)
                if answer.example is not None:
                    message = f"one `{event}` may end what {listed(shared)} holds by `{other.id}` and by `{charge.id}`"
                    hint = "give them conditions of which only one can hold"
                    example = {"event": event, **answer.example.shown}
                    inspection.report("UP601", charge.path, message, hint, key=True, example=example)


def _ended(inspection: Inspection) -> Iterator[str]:
    for charge in inspection.policy.charges:
        yield from charge.ends
