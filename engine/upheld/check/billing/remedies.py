"""Remedies: whether each says what breaks, how much that costs, on which account, and where it ends.

Source: DESIGN section 9, "Remedies" and "Availability"; `docs/decisions/0021-remedies.md`.
"""

from __future__ import annotations

from fractions import Fraction

from upheld.check.billing.steps import check_steps
from upheld.check.condition.tables import check_chooser
from upheld.check.inspection import Inspection
from upheld.check.time.lengths import round_the_clock, worth_a_day
from upheld.core.billing.amount import MONEY, parse_money, parse_percent
from upheld.core.billing.rating import minor_units
from upheld.core.condition.ordered import Date, Instant, Integer
from upheld.core.condition.scope import Scope
from upheld.core.nearest import listed, quoted
from upheld.core.policy.currency import CURRENCIES, MINUTES, money
from upheld.core.policy.money import Cap, ContractShare, ParameterAmount
from upheld.core.policy.parameter import ParameterValue, column_path
from upheld.core.policy.provenance import Path
from upheld.core.policy.remedy import Availability, Downtime, Remedy, Worth
from upheld.core.time.duration import Duration
from upheld.schema.formats import message_and_hint

Base = tuple[str, Fraction]
"""What an amount is a multiple of, `""` for minor units, and how many times."""

MONTHS = {"month": 1, "quarter": 3, "year": 12}

SHARES = "%"
"""What a table of shares is in, where others have the unit of an account."""


def check_remedies(inspection: Inspection) -> None:
    """Everything that a remedy or an availability leaves unsaid, or says in vain."""
    for remedy in inspection.policy.remedies:
        sort = _sort_of(inspection, remedy)
        _form(inspection, remedy, sort)
        _account(inspection, remedy)
        _amounts(inspection, remedy, sort)
        if sort == "commitments" and remedy.per is not None:
            _overrun(inspection, remedy, (*remedy.path, "per", "each"), remedy.per.each)
        if sort == "commitments" and remedy.by_overrun:
            for step in remedy.steps:
                if step.late is not None:
                    _overrun(inspection, remedy, (*step.path, "above" if step.beyond else "at-least"), step.late)
        if sort != "commitments" or remedy.counts or remedy.by_overrun:
            check_steps(inspection, remedy)
        _end(inspection, remedy, sort)
    _accounts(inspection)
    for availability in inspection.policy.availability:
        _availability(inspection, availability)


def _sort_of(inspection: Inspection, remedy: Remedy) -> str:
    """Which section its promises stand in; ``""`` where that is not clear."""
    policy, path = inspection.policy, (*remedy.path, "of")
    names = {
        "commitments": {each.id for each in policy.commitments},
        "objectives": {each.id for each in policy.objectives},
        "availability": {each.id for each in policy.availability},
    }
    for name in remedy.of:
        sections = [section for section, known in names.items() if name in known]
        if len(sections) > 1:
            message = f"`{name}` may be one of `{sections[0]}` or of `{sections[1]}`"
            inspection.report("UP641", path, message, "give one of them another name")
            return ""
    found = [section for section, known in names.items() if known & {*remedy.of}]
    if len(found) > 1 or (found and found[0] != "commitments" and len(remedy.of) > 1):
        message = f"`{remedy.id}` answers {listed(remedy.of)}, which are not broken alike"
        inspection.report("UP641", path, message, "name commitments, or one objective, or one availability")
        return ""
    unbroken = [each.id for each in policy.commitments if not each.promised and each.id in remedy.of]
    unbroken += [each.id for each in policy.objectives if each.share is None and each.id in remedy.of]
    if unbroken:
        message = f"{quoted(unbroken[0])} is measured only, so it is never broken"
        inspection.report("UP641", path, message, "name what is promised, or promise it")
    return found[0] if found else ""


def _form(inspection: Inspection, remedy: Remedy, sort: str) -> None:
    """Amount or steps; what goes with clocks, with their number, and with periods."""
    document = inspection.value(remedy.path)
    given = set(document) if isinstance(document, dict) else set()
    if ("amount" in given) == ("steps" in given):
        said = "both `amount` and `steps`" if "amount" in given else "neither `amount` nor `steps`"
        inspection.report("UP640", remedy.path, f"`{remedy.id}` gives {said}", "give one of them", key=True)
    clocks = sort == "commitments" and not remedy.counts
    vain = {
        "steps": clocks and not remedy.by_overrun,
        "per": (bool(sort) and not clocks) or remedy.by_overrun,
        "per-period": bool(sort) and not remedy.counts,
        "when": sort in ("objectives", "availability"),
        "by": sort in ("objectives", "availability"),
        "amount": (remedy.counts or remedy.by_overrun) and "steps" not in given,
    }
    hints = {
        "steps": "say `by: overrun` or `by: count`, or give `amount:`",
        "per": "it goes with an `amount` for each clock of a commitment",
        "per-period": "it goes with `by: count`",
        "when": "a period is of no one ticket; the objective, or `down:`, may have a condition",
        "by": "it is about the breached clocks of commitments",
        "amount": f"with `by: {'count' if remedy.counts else 'overrun'}` give `steps:`",
    }
    for key, is_vain in vain.items():
        if is_vain and key in given:
            message = f"`{key}` says nothing of `{remedy.id}`"
            inspection.report("UP640", (*remedy.path, key), message, hints[key], key=True)
    if remedy.cases and sort in ("objectives", "availability"):
        message = f"`{remedy.id}` is of periods, and its cases are about tickets"
        hint = "a period is of no one ticket: give one amount, or `steps:` by the share reached"
        inspection.report("UP640", (*remedy.path, "amount"), message, hint, key=True)
    if remedy.claim is not None and remedy.claim.within.unit not in ("d", "w"):
        message = f"`{remedy.claim.within}` is no number of days"
        inspection.report("UP640", (*remedy.path, "claim", "within"), message, "write days, such as `30d`")


def _account(inspection: Inspection, remedy: Remedy) -> None:
    account = inspection.policy.accounts.get(remedy.account)
    if account is not None and not account.owed:
        message = f"account `{account.id}` holds what the customer may use, and not what he is owed"
        hint = f"say `kind: owed-to-customer` on `{account.id}`, or name an account that has it"
        inspection.report("UP643", (*remedy.path, "account"), message, hint)


def _accounts(inspection: Inspection) -> None:
    """What is owed is paid out by a debit; an account on which nothing is ever booked is left over."""
    policy = inspection.policy
    booked = {each.account for each in policy.remedies}
    charged = {each.rating.account for each in policy.charges if each.rating is not None}
    for account in policy.accounts.values():
        if account.owed and account.id not in booked and account.id in charged:
            message = f"account `{account.id}` holds what is owed, and no remedy books on it"
            inspection.report("UP649", account.path, message, "add a remedy, or leave `kind:` out", key=True)
        if account.cap is not None:
            _cap(inspection, (*account.path, "cap"), account.cap, account.unit)
            if account.cap.period == "breach":
                message = "a cap over all remedies of an account needs a period"
                hint = "say `month`, `quarter`, `year` or `contract-year`"
                inspection.report("UP640", (*account.path, "cap", "per"), message, hint)
    for charge in policy.charges:
        taken = policy.accounts.get(charge.rating.account) if charge.rating is not None else None
        if taken is not None and taken.owed and charge.kind != "debit":
            message = f"`{charge.id}` does not pay out what account `{taken.id}` owes"
            inspection.report("UP603", (*charge.path, charge.kind), message, "pay it out with `debit:`", key=True)


def _amounts(inspection: Inspection, remedy: Remedy, sort: str) -> None:
    account = inspection.policy.accounts.get(remedy.account)
    unit = account.unit if account is not None else ""
    _worth(inspection, (*remedy.path, "amount"), remedy.amount, unit, sort if not remedy.counts else "")
    for case in remedy.cases:
        _worth(inspection, (*case.path, "is"), case.amount, unit, sort)
    for step in remedy.steps:
        _worth(inspection, (*step.path, "is"), step.amount, unit, sort if remedy.by_overrun else "")
    if remedy.cap is not None:
        _cap(inspection, (*remedy.path, "cap"), remedy.cap, unit)


def _worth(inspection: Inspection, path: Path, worth: Worth | None, unit: str, sort: str) -> None:
    if isinstance(worth, ContractShare):
        _share(inspection, path, worth, unit, sort)
    elif isinstance(worth, ParameterAmount):
        _parameter(inspection, path, worth, unit, sort)
    elif isinstance(worth, Duration):
        _time(inspection, path, worth, unit)


def _cap(inspection: Inspection, path: Path, cap: Cap, unit: str) -> None:
    """What it is for one customer: of no one ticket, so that only what contracts say can choose among its amounts."""
    if isinstance(cap.amount, ContractShare):
        _share(inspection, path, cap.amount, unit, "")
    elif isinstance(cap.amount, ParameterAmount):
        _parameter(inspection, (*path, "amount"), cap.amount, unit, "")
    elif isinstance(cap.amount, Duration):
        _time(inspection, (*path, "amount"), cap.amount, unit)


def _time(inspection: Inspection, path: Path, length: Duration, unit: str) -> None:
    if unit and unit != MINUTES:
        hint = f"write an amount of {unit}, such as `50.00`" if unit in CURRENCIES else "write how many, without a unit"
        inspection.report("UP642", path, f"`{length}` is a time, and this account counts in {unit}", hint)
    elif minor_units(length).denominator != 1:
        message = f"`{length}` is no whole number of minutes, in which this account counts"
        inspection.report("UP642", path, message, "write whole minutes, such as `15min`")


def _share(inspection: Inspection, path: Path, share: ContractShare, unit: str, sort: str) -> None:
    if isinstance(share.share, ParameterAmount):
        _parameter(inspection, (*path, "share"), share.share, SHARES, sort)
    at, (family, _, rest) = (*path, "of"), share.of.partition(".")
    kind, _, name = rest.partition(".")
    contract = inspection.policy.contracts.get(kind) if family == "contract" else None
    attribute = contract.attributes.get(name) if contract is not None else None
    if attribute is None:
        scope = inspection.vocabulary.ticket
        hint = "" if share.of in scope else scope.advice(share.of)
        hint = hint or "name an attribute of a contract, as `contract.hosting.fee`"
        inspection.report("UP644", at, f"{quoted(share.of)} is no attribute of a contract", hint)
    elif not isinstance(attribute.domain, Integer):
        hint = f"declare it with `integer: true` and `unit: {unit or 'EUR'}`"
        inspection.report("UP644", at, f"{quoted(share.of)} holds no amount", hint)
    elif unit and attribute.unit != unit:
        said = f"is in {attribute.unit}" if attribute.unit else "does not say its unit"
        hint = f"say `unit: {unit}` on the attribute, or use an account in its unit"
        inspection.report("UP642", at, f"{quoted(share.of)} {said}, and this account counts in {unit}", hint)


def _parameter(inspection: Inspection, path: Path, worth: ParameterAmount, unit: str, sort: str) -> None:
    parameter = inspection.policy.parameters.get(worth.parameter)
    if parameter is None:
        return
    scope = _readable(inspection, sort)
    by = next((name for name in parameter.names_with(worth.by) if name not in scope), "")
    if by:
        at: Path = (*path, "by", "ref") if by == worth.by else (*path, "parameter")
        hint = "a period is of no one ticket: only what a contract says can choose a column"
        inspection.report("UP204", at, f"{quoted(by)} is not a name that can be read here", scope.advice(by) or hint)
    elif worth.by:
        check_chooser(inspection, parameter, worth.by, scope[worth.by], (*path, "by", "ref"))
    for row in parameter.rows:
        for column, value in row.values.items():
            where: Path = (*row.path, *column_path(column))
            if unit == SHARES:
                _part(inspection, where, value)
            else:
                _amount_in(inspection, where, value, unit)


def _part(inspection: Inspection, path: Path, value: ParameterValue) -> None:
    try:
        parse_percent(str(value), or_none=True)
    except ValueError:
        message = f"{quoted(value)} is no share, and a remedy takes its share from here"
        inspection.report("UP642", path, message, "write it in per cent, such as `5%`, or `0%` for nothing")


def _amount_in(inspection: Inspection, path: Path, value: ParameterValue, unit: str) -> None:
    try:
        amount = parse_money(value, unit)
    except ValueError as error:
        message = f"{quoted(value)} is no amount, and a remedy takes its amount from here"
        hint = "write minor units such as `5000`"
        if str(value).endswith("%"):
            hint = "a share is `share: {parameter: …}`, with `of:`, what it is a share of"
        elif unit in CURRENCIES:
            hint = f"{hint}, or money such as `{money(5000, unit, '.')}`"
        message, hint = message_and_hint(error) if MONEY.fullmatch(str(value)) else (message, hint)
        inspection.report("UP642", path, message, hint)
    else:
        if isinstance(amount, Duration):
            _time(inspection, path, amount, unit)


def _readable(inspection: Inspection, sort: str) -> Scope:
    """What an amount may depend on: for a clock all of its ticket, for a period what contracts say."""
    scope = inspection.vocabulary.ticket
    if sort == "commitments":
        return scope
    return Scope({name: domain for name, domain in scope.items() if name.startswith("contract.")})


def _overrun(inspection: Inspection, remedy: Remedy, path: Path, length: Duration) -> None:
    """The overrun is opening time of its commitment's calendars, so a part of it needs the same words."""
    if length.months:
        message = f"`{length}` is as long as its dates, and an overrun is counted in opening time"
        inspection.report("UP526", path, message, "write hours or business days, such as `8h`")
        return
    if not length.amount and path[-1] != "above":
        inspection.report("UP640", path, f"`{length}` is no time at all", "write a duration longer than nothing")
    for commitment in inspection.policy.commitments:
        if commitment.id not in remedy.of or not commitment.calendars:
            continue
        if length.is_business_day and commitment.business_day != "opening-time":
            message = f"`{remedy.id}` counts in business days, and `{commitment.id}` does not say how long one is"
            hint = f"write the hours, or say `business-day: opening-time` on `{commitment.id}`"
            inspection.report("UP506", path, message, hint)
        for calendar in commitment.calendars:
            if length.is_business_day and commitment.business_day == "opening-time":
                worth_a_day(inspection, remedy, calendar)
            round_the_clock(inspection, remedy, calendar, [(path, length)])


def _end(inspection: Inspection, remedy: Remedy, sort: str) -> None:
    """What grows with the overrun ends somewhere; a cap that can never be reached says nothing."""
    account = inspection.policy.accounts.get(remedy.account)
    capped = remedy.cap is not None or (account is not None and account.cap is not None)
    if remedy.per is not None and remedy.per.at_most is None and not capped:
        message = f"`{remedy.id}` grows for as long as the promise is not kept"
        hint = "add `at-most:` to `per:`, or a `cap:`"
        inspection.report("UP647", (*remedy.path, "per"), message, hint, key=True)
    if remedy.cap is not None:
        largest, cap = _largest(inspection, remedy, sort), _base(remedy.cap.amount)
        if largest is not None and cap is not None and largest[0] == cap[0] and largest[1] <= cap[1]:
            message = f"`{remedy.id}` never comes to more than its cap allows"
            inspection.report("UP648", (*remedy.path, "cap"), message, "leave it out, or lower it", key=True)


def _largest(inspection: Inspection, remedy: Remedy, sort: str) -> Base | None:
    """The most that a remedy comes to in one period of its cap; ``None`` where nothing bounds it, or nobody knows."""
    assert remedy.cap is not None, "asked of remedies with a cap"
    amounts = [*(step.amount for step in remedy.steps), *(case.amount for case in remedy.cases)] or [remedy.amount]
    bases = [_base(each) for each in amounts]
    known = [base for base in bases if base is not None]
    if len(known) < len(bases) or len({name for name, _ in known}) != 1:
        return None
    name, most = known[0][0], max(times for _, times in known)
    if remedy.cap.period == "breach":
        units = 1 if remedy.per is None else remedy.per.at_most
        return None if units is None else (name, most * units)
    if not sort or (sort == "commitments" and not remedy.counts):
        return None
    periods = {each.id: each.period for each in inspection.policy.objectives}
    periods |= {each.id: each.period for each in inspection.policy.availability}
    period = next((periods[of] for of in remedy.of if of in periods), remedy.period)
    if period == "contract-year":
        return (name, most) if remedy.cap.period == "contract-year" and remedy.cap.contract == remedy.contract else None
    if remedy.cap.period == "contract-year":
        # A contract that ends within a period has one more than a whole year has.
        return name, most * (MONTHS["year"] // MONTHS[period] + 1)
    return name, most * max(MONTHS[remedy.cap.period] // MONTHS[period], 1)


def _base(worth: Worth | None) -> Base | None:
    if isinstance(worth, ContractShare):
        return None if isinstance(worth.share, ParameterAmount) else (worth.of, worth.share)
    return None if worth is None or isinstance(worth, ParameterAmount) else ("", minor_units(worth))


def _availability(inspection: Inspection, availability: Availability) -> None:
    _lengths(inspection, availability)
    for each in (*availability.down, *availability.excused):
        for key, name in (("from", each.since.name), ("until", each.until.name)):
            if name and each.on and all(event in inspection.policy.events for event in each.on):
                _edge(inspection, each, key, name)


def _lengths(inspection: Inspection, availability: Availability) -> None:
    """Lengths are so many seconds; what is said of maintenance alone is not said of anything else."""
    said: list[tuple[Path, str, Duration | None, bool, str]] = [
        (availability.path, "shortest", availability.shortest, True, ""),
        *((each.path, "notice", each.notice, False, "it goes with `excused:`") for each in availability.down),
        *((each.path, "at-most", each.at_most, False, "it goes with `excused:`") for each in availability.down),
        *((each.path, "notice", each.notice, bool(each.on), "it goes with `on:`") for each in availability.excused),
        *((each.path, "at-most", each.at_most, True, "") for each in availability.excused),
    ]
    for path, key, length, fits, hint in said:
        if length is None:
            continue
        if not fits:
            inspection.report("UP640", (*path, key), f"`{key}` says nothing here", hint, key=True)
        elif not length.has_seconds:
            message = f"`{length}` is not so many hours"
            inspection.report("UP640", (*path, key), message, "write hours or days, such as `72h` or `3d`")
        elif not length.seconds:
            message = f"`{length}` is no time at all"
            inspection.report("UP640", (*path, key), message, "write a duration longer than nothing, or leave it out")


def _edge(inspection: Inspection, downtime: Downtime, key: str, name: str) -> None:
    """Both ends are instants or dates, and no event leaves one open."""
    scope, path = inspection.vocabulary.on_events(downtime.on), (*downtime.path, key, "ref")
    domain = scope.get(name)
    if domain is None:
        hint = scope.advice(name) or "name a field of the event, as `event.since`"
        inspection.report("UP204", path, f"{quoted(name)} is not a name that can be read here", hint)
    elif not isinstance(domain, Date | Instant):
        inspection.report("UP515", path, f"{quoted(name)} holds no date and no instant", "name a field that does")
    elif domain.may_be_unset:
        message = f"{quoted(name)} may be missing, and then nobody knows how long it was"
        inspection.report("UP640", path, message, "say `required: true` on the field")
