"""What broken promises cost, and promises over time: remedies, caps, availability."""

from __future__ import annotations

from fractions import Fraction

from upheld.core.billing.amount import parse_money, parse_percent
from upheld.core.policy.money import Cap, CapPeriod, ContractShare, CountPeriod, ParameterAmount
from upheld.core.policy.provenance import Path
from upheld.core.policy.remedy import Availability, Claim, Downtime, Overrun, Remedy, Step, Worth, WorthCase
from upheld.core.policy.wording import Wording
from upheld.core.time.duration import Duration
from upheld.document.tree import Data, mapping, sequence, text, words
from upheld.loader.commitments import NOWHERE, PERIODS, duration
from upheld.loader.draft import Draft

_OF_COUNTS: dict[object, CountPeriod] = {"contract-year": "contract-year", **PERIODS}
_OF_CAPS: dict[object, CapPeriod] = {"breach": "breach", **_OF_COUNTS}


def percent(spec: Data, key: str) -> Fraction | None:
    """The share under ``key``, which the schema has checked; ``None`` where there is none."""
    try:
        return parse_percent(text(spec, key))
    except ValueError:
        return None


def _number(spec: Data, key: str) -> int | None:
    value = spec.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def unit_of(account: Data) -> str:
    """What an account counts in: time, money, or what one of its things is called."""
    names = mapping(mapping(account.get("unit")).get("count"))
    one = Wording(tuple((language, str(sequence(forms)[0])) for language, forms in names.items()))
    return one.text("en") if names else text(account, "unit")


def _money(draft: Draft, path: Path, value: object, unit: str) -> int | Duration | None:
    if not isinstance(value, (str, int)):
        return None
    try:
        return parse_money(value, unit)
    except ValueError as error:
        draft.report("UP642", path, *str(error).split(": ", 1))
        return None


def _worth(draft: Draft, path: Path, value: object, unit: str) -> Worth | None:
    spec = mapping(value)
    if not spec:
        return _money(draft, path, value, unit)
    if ("parameter" in spec) == ("share" in spec) or ("share" in spec) != ("of" in spec):
        hint = "give `parameter`, or both `share` and `of`"
        draft.report("UP640", path, "this amount does not say exactly one thing", hint)
        return None
    if "parameter" in spec:
        return _parameter(draft, path, spec)
    share = _share(draft, path, spec)
    return None if share is None else ContractShare(share, text(spec, "of"))


def _parameter(draft: Draft, path: Path, spec: Data) -> ParameterAmount:
    reference = draft.reference(path, spec, "by")
    return ParameterAmount(text(spec, "parameter"), reference.name if reference else "")


def _share(draft: Draft, path: Path, spec: Data) -> Fraction | ParameterAmount | None:
    """A share that is written, or that a parameter holds."""
    table = mapping(spec.get("share"))
    return _parameter(draft, (*path, "share"), table) if table else percent(spec, "share")


def cap(draft: Draft, path: Path, spec: Data, unit: str) -> Cap | None:
    """The cap at ``path``; ``None`` where there is none, or where it does not say how much."""
    if not spec:
        return None
    if ("amount" in spec) == ("share" in spec) or ("share" in spec) != ("of" in spec):
        draft.report("UP640", path, "this cap does not say exactly how much", "give `amount`, or both `share` and `of`")
        return None
    period, share = _OF_CAPS.get(spec.get("per"), "month"), _share(draft, path, spec)
    amount, table = _money(draft, (*path, "amount"), spec.get("amount"), unit), mapping(spec.get("amount"))
    most: int | Duration | ParameterAmount | ContractShare | None = amount
    if table:
        most = _parameter(draft, (*path, "amount"), table)
    elif share is not None:
        most = ContractShare(share, text(spec, "of"))
    return None if most is None else Cap(most, period, _kind_of_years(draft, path, spec, period))


def _kind_of_years(draft: Draft, path: Path, spec: Data, period: CapPeriod, key: str = "per") -> str:
    """The contract by whose years a cap or a remedy counts: the one it names, or else that of which it is a share."""
    if period != "contract-year":
        if "contract" in spec:
            hint, what = f"say `{key}: contract-year`, or leave it out", "this cap" if key == "per" else "this remedy"
            draft.report("UP640", (*path, "contract"), f"`contract` says nothing of {what}", hint, key=True)
        return ""
    family, _, rest = text(spec, "of").partition(".")
    kind = text(spec, "contract") or (rest.partition(".")[0] if family == "contract" else "")
    if not kind:
        hint = "say of which kind, such as `contract: hosting`"
        what = "this cap" if key == "per" else "this remedy"
        draft.report("UP640", (*path, key), f"{what} does not say the years of which contract it means", hint)
    return kind


def _kind_counted(draft: Draft, path: Path, spec: Data, period: CountPeriod) -> str:
    """The contract whose years count breaches: the one it names, or else the one of which its amounts are shares."""
    worths = [mapping(mapping(step).get("is")) for step in sequence(spec.get("steps"))]
    of = {text(worth, "of") for worth in worths}
    said = {"of": of.pop()} if len(of) == 1 else {}
    named = {"contract": spec["contract"]} if "contract" in spec else {}
    return _kind_of_years(draft, path, {**said, **named}, period, "per-period")


def _steps(draft: Draft, path: Path, spec: Data, unit: str) -> tuple[Step, ...]:
    found = []
    for index, entry in enumerate(sequence(spec.get("steps"))):
        at, each = (*path, "steps", index), mapping(entry)
        found.append(
            Step(
                **draft.grounds(at, each),
                amount=_worth(draft, (*at, "is"), each.get("is"), unit),
                below=percent(each, "below"),
                since=percent(each, "from"),
                until=percent(each, "to"),
                at_least=_number(each, "at-least"),
                at_most=_number(each, "at-most"),
                late=duration(each, "above" if "above" in each else "at-least"),
                beyond="above" in each,
            )
        )
    return tuple(found)


def _overrun(spec: Data) -> Overrun | None:
    each = duration(spec, "each")
    return None if each is None else Overrun(each, spec.get("begun") is True, _number(spec, "at-most"))


def _claim(spec: Data) -> Claim | None:
    within = duration(spec, "within")
    return None if within is None else Claim(within, words(spec.get("on")))


def _cases(draft: Draft, path: Path, value: object, unit: str) -> tuple[WorthCase, ...]:
    entries = [((*path, index), mapping(entry)) for index, entry in enumerate(value if isinstance(value, list) else ())]
    return tuple(
        WorthCase(
            **draft.grounds(at, each),
            amount=_worth(draft, (*at, "is"), each.get("is"), unit),
            when=draft.condition(at, each, draft.vocabulary.ticket),
        )
        for at, each in entries
    )


def remedies(draft: Draft) -> tuple[Remedy, ...]:
    """What broken promises cost."""
    found = []
    for path, name, spec in draft.entries("remedies"):
        unit = unit_of(mapping(mapping(draft.root.get("accounts")).get(text(spec, "account"))))
        found.append(
            Remedy(
                **draft.item(path, name, spec),
                of=words(spec.get("of")),
                account=text(spec, "account"),
                when=draft.condition(path, spec, draft.vocabulary.ticket),
                amount=_worth(draft, (*path, "amount"), spec.get("amount"), unit),
                cases=_cases(draft, (*path, "amount"), spec.get("amount"), unit),
                steps=_steps(draft, path, spec, unit),
                per=_overrun(mapping(spec.get("per"))),
                counts=spec.get("by") == "count",
                by_overrun=spec.get("by") == "overrun",
                period=(period := _OF_COUNTS.get(spec.get("per-period"), "month")),
                contract=_kind_counted(draft, path, spec, period),
                cap=cap(draft, (*path, "cap"), mapping(spec.get("cap")), unit),
                claim=_claim(mapping(spec.get("claim"))),
            )
        )
    return tuple(found)


def availability(draft: Draft) -> tuple[Availability, ...]:
    """The promises over time."""
    return tuple(
        Availability(
            **draft.item(path, name, spec),
            down=_downtimes(draft, (*path, "down"), spec.get("down")),
            calendar=text(spec, "calendar"),
            share=percent(spec, "share"),
            period=PERIODS.get(spec.get("per"), "month"),
            excused=_downtimes(draft, (*path, "excused"), spec.get("excused")),
            shortest=duration(spec, "shortest"),
        )
        for path, name, spec in draft.entries("availability")
    )


def _downtimes(draft: Draft, path: Path, value: object) -> tuple[Downtime, ...]:
    if isinstance(value, list):
        return tuple(_downtime(draft, (*path, index), mapping(entry)) for index, entry in enumerate(value))
    return (_downtime(draft, path, mapping(value)),) if value is not None else ()


def _downtime(draft: Draft, path: Path, spec: Data) -> Downtime:
    if ("in" in spec) == ("on" in spec) or any((key in spec) != ("on" in spec) for key in ("from", "until")):
        hint = "give `in:` with states; or `on:` with an event, `from:` and `until:`"
        draft.report("UP640", path, "this does not say from when until when", hint)
    on = words(spec.get("on"))
    scope = draft.vocabulary.on_events(on) if on else draft.vocabulary.ticket
    return Downtime(
        **draft.grounds(path, spec),
        states=words(spec.get("in")),
        on=on,
        since=draft.reference(path, spec, "from") or NOWHERE,
        until=draft.reference(path, spec, "until") or NOWHERE,
        when=draft.condition(path, spec, scope),
        notice=duration(spec, "notice"),
        at_most=duration(spec, "at-most"),
    )
