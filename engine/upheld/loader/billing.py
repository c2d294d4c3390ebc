"""What a policy bills, and how its tickets are handled: accounts, charges, escalation, queue, invariants."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from upheld.core.billing.amount import MONEY, parse_amount, parse_money
from upheld.core.policy.charge import (
    OVERDRAFTS,
    Account,
    Amount,
    Charge,
    ChargeKind,
    FixedAmount,
    NamedAmount,
    Overage,
    Overdraft,
    Rating,
    Rounding,
    Scope,
    SplitCase,
    WorkedAmount,
)
from upheld.core.policy.currency import CURRENCIES, MINUTES
from upheld.core.policy.handling import Closure, Escalation, Invariant, QueueLine
from upheld.core.policy.money import ParameterAmount
from upheld.core.policy.provenance import Path
from upheld.core.policy.wording import Wording
from upheld.document.tree import Data, mapping, sequence, text, words
from upheld.loader.commitments import duration
from upheld.loader.draft import Draft
from upheld.loader.remedies import cap, unit_of
from upheld.schema.formats import message_and_hint

KINDS: tuple[ChargeKind, ...] = ("debit", "hold", "waive", "settle", "release", "reverse")
ROUNDINGS: dict[str, Rounding] = {"up-to": "up", "down-to": "down", "to-nearest": "nearest"}


def _fixed(draft: Draft, path: Path, value: object, unit: str) -> FixedAmount | None:
    """An amount that is written; money has the decimals of the account's unit."""
    if not isinstance(value, (str, int)):
        return None
    is_money = isinstance(value, str) and MONEY.fullmatch(value) is not None
    try:
        return parse_money(value, unit) if is_money else parse_amount(value)
    except ValueError as error:
        if is_money and "." in str(value):
            draft.report("UP602", path, *message_and_hint(error))
        return None


def _overdraft(spec: Data) -> Overdraft:
    """What happens when the balance is too small; what the vendor owes can always be paid out."""
    mode = text(spec, "overdraft") or text(mapping(spec.get("overdraft")), "mode")
    return "allow" if "kind" in spec else next((each for each in OVERDRAFTS if each == mode), "refuse")


def _overage(draft: Draft, path: Path, spec: Data) -> Overage | None:
    """Where what the balance lacks is charged; else it has to be said what happens then."""
    if "kind" in spec:
        return None
    if "overage" not in spec:
        if "overdraft" not in spec:
            hint = "add `overdraft:`, what happens when the balance is too small, or `overage:`, where that is charged"
            draft.report("UP102", path, "`overdraft` is missing", hint, key=True)
        return None
    overage = mapping(spec.get("overage"))
    return Overage(text(overage, "to"), Fraction(str(overage.get("factor", 1))))


def _unit(draft: Draft, path: Path, spec: Data) -> dict[str, Any]:
    """What an account counts: time, money, or things that have names."""
    names = mapping(mapping(spec.get("unit")).get("count"))
    if not names:
        return {"unit": unit_of(spec)}
    said = {language: [str(each) for each in sequence(words_)] for language, words_ in names.items()}
    for language, forms in said.items():
        if len(forms) != 2:
            message = f"`{forms[0]}` is not told in the plural"
            hint = f"write both: `{language}: [{forms[0]}, {forms[0]}s]`"
            draft.report("UP603", (*path, "unit", "count", language), message, hint)
    one, several = (Wording(tuple((each, forms[place]) for each, forms in said.items())) for place in (0, -1))
    unit = unit_of(spec)
    if unit == MINUTES or unit in CURRENCIES:
        message = f"`{unit}` is a unit of time or money, and nothing that is counted"
        draft.report("UP603", (*path, "unit"), message, f"write `unit: {unit}`, or call it otherwise", key=True)
    return {"unit": unit, "counts": (one, several)}


def accounts(draft: Draft) -> dict[str, Account]:
    """The balances."""
    for path, name, spec in draft.entries("accounts"):
        keys = ("overdraft", "overage", "limit", "low-balance", "expiry-notice") if "kind" in spec else ("cap",)
        for key in keys:
            if key in spec:
                said = "owed to the customer" if "kind" in spec else "which the customer may use"
                message = f"`{key}` says nothing of account `{name}`, which holds what is {said}"
                draft.report("UP603", (*path, key), message, "leave it out", key=True)
    return {
        name: Account(
            **draft.item(path, name, spec),
            **_unit(draft, path, spec),
            overdraft=_overdraft(spec),
            repays="repay" in mapping(spec.get("overdraft")),
            overage=_overage(draft, path, spec),
            owed="kind" in spec,
            cap=cap(draft, (*path, "cap"), mapping(spec.get("cap")), unit_of(spec)),
            limit=_fixed(draft, (*path, "limit"), spec.get("limit"), unit_of(spec)),
            low_balance=_fixed(draft, (*path, "low-balance"), spec.get("low-balance"), unit_of(spec)),
            expiry_notice=duration(spec, "expiry-notice"),
        )
        for path, name, spec in draft.entries("accounts")
    }


def _measured(draft: Draft, path: Path, spec: Data) -> Amount | None:
    """An amount, or how long work took."""
    if "amount" in spec and "effort" in spec:
        message = "this bills an `amount`, and the `effort` besides"
        draft.report("UP603", (*path, "effort"), message, "keep one of them", key=True)
    elif "effort" not in spec:
        if "amount" not in spec:
            hint = "add `amount:`, how much is billed, or `effort:`, from when until when work was done"
            draft.report("UP102", path, "`amount` is missing", hint, key=True)
        unit = _unit_of_account(draft, spec) if Fraction(str(spec.get("factor", 1))) == 1 else MINUTES
        return _amount(draft, (*path, "amount"), spec.get("amount"), unit)
    effort = mapping(spec.get("effort"))
    ends = [draft.reference((*path, "effort"), effort, key) for key in ("from", "until")]
    return WorkedAmount(*(each.name if each else "" for each in ends))


def _split(draft: Draft, path: Path, spec: Data) -> tuple[SplitCase, ...]:
    cases = []
    for index, entry in enumerate(sequence(spec.get("split"))):
        case, at = mapping(entry), (*path, "split", index)
        factor = Fraction(str(case.get("factor", 1)))
        cases.append(SplitCase(**draft.grounds(at, case), calendar=text(case, "in"), factor=factor))
    return tuple(cases)


def _unit_of_account(draft: Draft, spec: Data) -> str:
    return unit_of(mapping(mapping(draft.root.get("accounts")).get(text(spec, "account"))))


def _amount(draft: Draft, path: Path, value: object, unit: str) -> Amount | None:
    if not isinstance(value, dict):
        return _fixed(draft, path, value, unit)
    forms = [key for key in ("ref", "parameter") if key in value]
    if len(forms) != 1:
        draft.report("UP603", path, "this amount does not say exactly one thing", "give `ref` or `parameter`")
        return None
    if "ref" in value:
        return NamedAmount(text(value, "ref"))
    reference = draft.reference(path, value, "by")
    return ParameterAmount(text(value, "parameter"), reference.name if reference else "")


def _rating(draft: Draft, path: Path, spec: Data) -> Rating:
    round_ = mapping(spec.get("round"))
    ways = [key for key in ROUNDINGS if key in round_]
    if len(ways) > 1:
        draft.report(
            "UP603",
            (*path, "round"),
            "this rounds more than one way",
            "give one of `up-to`, `down-to`, `to-nearest`",
            key=True,
        )
    unit, fixed = _unit_of_account(draft, spec), ("first-block", "minimum", "cap")
    first_block, minimum, most = (_fixed(draft, (*path, key), spec.get(key), unit) for key in fixed)
    step = _fixed(draft, (*path, "round", ways[0]), round_.get(ways[0]), unit) if ways else None
    scopes: dict[str, Scope] = {"entry": "entry", "ticket": "ticket", "day": "day"}
    return Rating(
        **draft.grounds(path, spec),
        account=text(spec, "account"),
        amount=_measured(draft, path, spec),
        split=_split(draft, path, spec),
        factor=Fraction(str(spec.get("factor", 1))),
        first_block=first_block,
        step=step,
        rounding=ROUNDINGS[ways[0]] if ways else "up",
        scope=scopes.get(text(round_, "scope"), "entry"),
        minimum=minimum,
        cap=most,
        category=text(spec, "category"),
    )


def charges(draft: Draft) -> tuple[Charge, ...]:
    """What is billed, in order."""
    found = []
    for path, name, spec in draft.entries("charges"):
        on = words(spec.get("on"))
        kinds = [kind for kind in KINDS if kind in spec]
        if len(kinds) != 1:
            said = "does more than one thing" if kinds else "does nothing"
            draft.report(
                "UP603",
                path,
                f"charge `{name}` {said}",
                "give one of `debit`, `hold`, `settle`, `release`, `waive`, `reverse`",
                key=True,
            )
        kind = kinds[0] if kinds else "debit"
        rated = kind in ("debit", "hold", "waive") and kind in spec
        found.append(
            Charge(
                **draft.item(path, name, spec),
                on=on,
                kind=kind,
                rating=_rating(draft, (*path, kind), mapping(spec[kind])) if rated else None,
                ends=words(spec.get(kind)) if kind in ("settle", "release") else (),
                reverses=words(spec.get(kind)) if kind == "reverse" else (),
                when=draft.condition(path, spec, draft.vocabulary.on_events(on)),
            )
        )
    return tuple(found)


def escalation(draft: Draft) -> tuple[Escalation, ...]:
    """The levels a ticket may go through; one set of them, or several with conditions."""
    value = draft.root.get("escalation")
    several = isinstance(value, list)
    found = []
    for index, entry in enumerate(sequence(value)):
        path: Path = ("escalation", index) if several else ("escalation",)
        spec = mapping(entry)
        on, levels = words(spec.get("on")), spec.get("levels")
        labels = mapping(levels)
        found.append(
            Escalation(
                **draft.grounds(path, spec),
                levels=tuple((name, draft.wording(labels.get(name))) for name in words(levels)),
                on=on,
                wanted=draft.reference(path, spec, "to"),
                when=draft.condition(path, spec, draft.vocabulary.on_events(on)),
            )
        )
    return tuple(found)


def queue(draft: Draft) -> tuple[QueueLine, ...]:
    """The order of work. ``received`` in a line's ``first`` asks when the ticket came in; conditions cannot."""
    found = []
    for path, _, spec in draft.entries("queue"):
        if ("first" in spec) == ("by" in spec):
            draft.report(
                "UP408",
                path,
                "this line of the queue says both or neither of `first` and `by`",
                "give exactly one of them",
            )
        elif "order" in spec and "by" not in spec:
            message = "this line of the queue gives an `order`, and does not say of what"
            draft.report("UP408", (*path, "order"), message, "add `by:`, or leave it out", key=True)
        first = dict(mapping(spec.get("first")))
        received = mapping(first.pop("received", None))
        found.append(
            QueueLine(
                **draft.grounds(path, spec),
                by=text(spec, "by"),
                order=words(spec.get("order")),
                first=draft.parse((*path, "first"), first, draft.vocabulary.ticket) if first else None,
                closure=Closure(text(received, "in-last-closure-of"), text(received, "holding")) if received else None,
            )
        )
    return tuple(found)


def invariants(draft: Draft) -> tuple[Invariant, ...]:
    """What must hold on every path."""
    return tuple(
        Invariant(
            **draft.item(path, name, spec), ends=words(spec.get("every-path-to")), passes=words(spec.get("passes"))
        )
        for path, name, spec in draft.entries("invariants")
    )
