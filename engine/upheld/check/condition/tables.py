"""Tables: whether every dated value covers its days, and every column its cases.

Source: DESIGN section 4, "Dated parameters"; section 5, "Checking".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from upheld.check.inspection import Inspection
from upheld.check.time.lengths import nominal_day_s
from upheld.core.condition.condition import ALWAYS, All, Atom, Condition, Not, evaluate, names_read
from upheld.core.condition.domain import Domain, Many, OneOf
from upheld.core.nearest import listed, meant, quoted
from upheld.core.policy.commitment import Commitment, ParameterTarget
from upheld.core.policy.parameter import Parameter, ParameterRow, column_path
from upheld.core.policy.provenance import Path
from upheld.core.proof.questions import Space
from upheld.core.time.duration import Duration
from upheld.core.time.target import parse_target

DAY = timedelta(days=1)


def check_tables(inspection: Inspection) -> None:
    """Gaps and overlaps in dates and columns, unknown columns, targets that fall with rising severity."""
    since, until = inspection.policy.since, inspection.policy.until
    if since is not None and until is not None and until < since:
        message = f"the policy ends on {until}, before it begins on {since}"
        inspection.report("UP406", ("effective", "until"), message, "put the earlier day first")
    for parameter in inspection.policy.parameters.values():
        domains = [_columns_of(inspection, parameter, name) for name in parameter.names]
        _dates(inspection, parameter)
        for row in parameter.rows:
            if parameter.across:
                _columns_across(inspection, parameter, row, domains)
            else:
                _columns(inspection, parameter, row, domains[0] if domains else None)
    for commitment in inspection.policy.commitments:
        _severities(inspection, commitment)
        _chosen_by_nothing(inspection, commitment)


def parameter_domain(inspection: Inspection, name: str) -> Domain | None:
    """What the name that chooses a column may hold."""
    scope = inspection.vocabulary.any_event
    return scope.get(name)


def _columns_of(inspection: Inspection, parameter: Parameter, name: str) -> Domain | None:
    """What a name holds that chooses a column: one of a few words, also of those that a set has."""
    domain = parameter_domain(inspection, name)
    written = inspection.value((*parameter.path, "by"))
    path: Path = (*parameter.path, "by", written.index(name)) if isinstance(written, list) else (*parameter.path, "by")
    if domain is None:
        hint = inspection.vocabulary.any_event.advice(name)
        inspection.report("UP201", path, f"name {quoted(name)} is not declared", hint)
    elif not isinstance(domain.of if isinstance(domain, Many) else domain, OneOf):
        message = f"`{name}` is not one of a few words, so it cannot choose a column"
        inspection.report("UP409", path, message, "name a fact with `one-of`")
    return domain


def _columns_across(
    inspection: Inspection, parameter: Parameter, row: ParameterRow, domains: Sequence[Domain | None]
) -> None:
    """A table by two names: for each value of the second, a value for each of the first."""
    first, second = (each.of if isinstance(each, Many) else each for each in domains)
    written = inspection.value(row.path)
    assert isinstance(written, Mapping), row.path
    tables = {key: value for key, value in written.items() if key not in ("from", "until", "clauses", "assumes")}
    names = f"`{parameter.by}` and `{parameter.across}`"
    for key, value in tables.items():
        if not isinstance(value, Mapping):
            message = f"`{parameter.id}` is a table by {names}, and this is one value"
            hint = f"write for each value of `{parameter.across}` those for each of `{parameter.by}`"
            inspection.report("UP409", (*row.path, key), message, hint, key=True)
        elif isinstance(second, OneOf) and key not in second.values:
            hint = meant(key, second.values, f"it can be {listed(second.values)}")
            message = f"`{parameter.across}` cannot be {quoted(key)}"
            inspection.report("UP205", (*row.path, key), message, hint, key=True)
        inside = value if isinstance(value, Mapping) else {}
        for inner in inside:
            if isinstance(first, OneOf) and inner not in first.values:
                hint = meant(inner, first.values, f"it can be {listed(first.values)}")
                at = (*row.path, key, inner)
                inspection.report("UP205", at, f"`{parameter.by}` cannot be {quoted(inner)}", hint, key=True)
    if parameter.partial or not isinstance(first, OneOf) or not isinstance(second, OneOf):
        return
    whole = [value for value in second.values if value not in tables]
    if whole:
        _gap(inspection, parameter, row, whole, parameter.across, row.path, {})
    for key, value in tables.items():
        if key in second.values and isinstance(value, Mapping):
            missing = [each for each in first.values if each not in value]
            if missing:
                _gap(inspection, parameter, row, missing, parameter.by, (*row.path, key), {parameter.across: key})


def check_chooser(inspection: Inspection, parameter: Parameter, name: str, domain: Domain, path: Path) -> None:
    """Where a table is used with a name of its own (`by:`), each of that name's values needs a column."""
    element = domain.of if isinstance(domain, Many) else domain
    if not parameter.by:
        message = f"`{parameter.id}` has no columns, so {quoted(name)} cannot choose one"
        inspection.report(
            "UP409", path, message, "leave out `by:` here, or give the parameter columns by one of its own"
        )
    elif not isinstance(element, OneOf):
        message = f"{quoted(name)} is not one of a few words, so it cannot choose a column"
        inspection.report("UP409", path, message, "name a fact or field with `one-of`")
    elif not parameter.partial:
        columns = parameter_domain(inspection, parameter.by)
        known = columns.of if isinstance(columns, Many) else columns
        foreign = [value for value in element.values if isinstance(known, OneOf) and value not in known.values]
        if foreign:
            message = f"{quoted(name)} can be {listed(foreign)}, and `{parameter.id}` is a table by `{parameter.by}`"
            hint = "name something with the same values, or say `partial: true` on the parameter"
            inspection.report("UP409", path, message, hint, example={name: foreign[0]})


def _dates(inspection: Inspection, parameter: Parameter) -> None:
    """Rows follow one another; a day that none covers is a gap."""
    path = (*parameter.path, "values")
    effective = inspection.policy.since
    for row in parameter.rows:
        if row.until is not None and row.until < row.since:
            message = f"this row ends on {row.until}, before it begins on {row.since}"
            inspection.report("UP406", (*row.path, "until"), message, "put the earlier day first")
    if effective and parameter.rows and parameter.rows[0].since > effective:
        message = f"`{parameter.id}` has no value from {effective} until {parameter.rows[0].since - DAY}"
        hint = f"the policy is effective from {effective}: begin there"
        example = {"day": str(effective)}
        inspection.report("UP406", (*path, 0, "from"), message, hint, example=example)
    for index, (row, after) in enumerate(zip(parameter.rows, parameter.rows[1:])):
        at = (*path, index + 1, "from")
        if after.since == date.min:
            inspection.report(
                "UP402", at[:-1], "only the first row may leave `from` out", "say from which day it holds"
            )
        elif after.since <= row.since:
            message = f"this row begins on {after.since}, and the one before it on {row.since}"
            inspection.report("UP402", at, message, "put the rows in the order of their dates, each day once")
        elif row.until is not None and row.until >= after.since:
            message = f"two rows hold for {after.since}: the one before ends on {row.until}"
            inspection.report(
                "UP402", at, message, f"end the row before on {after.since - DAY}, or leave out its `until`"
            )
        elif row.until is not None and row.until < after.since - DAY:
            message = f"`{parameter.id}` has no value from {row.until + DAY} until {after.since - DAY}"
            example = {"day": str(row.until + DAY)}
            inspection.report("UP406", at, message, "let the rows meet, or leave out `until`", example=example)
    last = parameter.rows[-1] if parameter.rows else None
    end = inspection.policy.until
    if last and last.until is not None and (end is None or last.until < end):
        message = f"`{parameter.id}` has no value after {last.until}"
        hint = "leave out `until`, or add a row"
        inspection.report(
            "UP406", (*path, len(parameter.rows) - 1, "until"), message, hint, example={"day": str(last.until + DAY)}
        )


def _columns(inspection: Inspection, parameter: Parameter, row: ParameterRow, domain: Domain | None) -> None:
    element = domain.of if isinstance(domain, Many) else domain
    written = inspection.document.root["parameters"][parameter.id]["values"][row.path[-1]]
    if not parameter.by:
        extra = [key for key in written if key not in ("from", "until", "is", "clauses", "assumes")]
        for key in extra:
            message = f"{quoted(key)} is a column, and `{parameter.id}` has none"
            inspection.report("UP409", (*row.path, key), message, "add `by:`, or give the one value as `is:`", key=True)
        if "" not in row.values and not extra:
            inspection.report("UP401", row.path, f"this row of `{parameter.id}` has no value", "add `is:`")
        return
    for key, value in written.items():
        if isinstance(value, Mapping):
            message = f"`{parameter.id}` is a table by `{parameter.by}` alone, so {quoted(key)} holds one value"
            hint = f"give the value, or name the second name too: `by: [{parameter.by}, NAME]`"
            inspection.report("UP409", (*row.path, key), message, hint, key=True)
    if "" in row.values:
        message = f"`{parameter.id}` is a table by `{parameter.by}`, so a row has no single value"
        inspection.report("UP409", (*row.path, "is"), message, "give a value for each column", key=True)
    if not isinstance(element, OneOf):
        return
    for key in row.values:
        if key and key not in element.values:
            hint = meant(key, element.values, f"it can be {listed(element.values)}")
            inspection.report("UP205", (*row.path, key), f"`{parameter.by}` cannot be {quoted(key)}", hint, key=True)
    missing = [value for value in element.values if value not in written]
    if missing and not parameter.partial:
        _gap(inspection, parameter, row, missing, parameter.by, row.path, {})


def _gap(
    inspection: Inspection,
    parameter: Parameter,
    row: ParameterRow,
    missing: list[str],
    name: str,
    path: Path,
    others: Mapping[str, str],
) -> None:
    """Columns that a row lacks: a severity without its target, or another gap."""
    example = {name: missing[0], **others, **({"day": str(row.since)} if row.since > date.min else {})}
    of = "".join(f" for `{other}` `{value}`" for other, value in others.items())
    if name == "severity":
        message = f"severity {listed(missing)} has no target in `{parameter.id}`{of}"
        inspection.report("UP501", path, message, "give each severity its time", example=example)
    else:
        message = f"`{parameter.id}` has no value for `{name}` {listed(missing)}{of}"
        inspection.report("UP401", path, message, "add the columns, or say `partial: true`", example=example)


def _severities(inspection: Inspection, commitment: Commitment) -> None:
    """A higher severity should never be allowed more time than a lower one, as far as both are promised anything."""
    promised = _promised(inspection, commitment)
    for case in commitment.within:
        target = case.target
        if not isinstance(target, ParameterTarget) or target.parameter not in inspection.policy.parameters:
            continue
        parameter = inspection.policy.parameters[target.parameter]
        if (target.by or parameter.by) != "severity":
            continue
        for row in parameter.rows:
            tables: dict[tuple[str, ...], dict[str, tuple[Path, Duration | None]]] = {}
            for column, value in row.values.items():
                *plan, name = column_path(column)
                if name in promised:
                    at = (*row.path, *plan, name)
                    tables.setdefault(tuple(plan), {})[name] = (at, _duration(value))
            for allowed in tables.values():
                _monotonic(inspection, commitment, allowed)
    if all(set(names_read(case.when or ALWAYS)) <= {"severity"} for case in commitment.within):
        by_case = _by_case(inspection, commitment)
        _monotonic(inspection, commitment, {name: each for name, each in by_case.items() if name in promised})


def _chosen_by_nothing(inspection: Inspection, commitment: Commitment) -> None:
    """A table by two names promises nothing where the second holds nothing; only a fact is waited for."""
    begins = commitment.beginning
    earlier: list[Condition] = []
    for case in commitment.within:
        parameter = None
        if isinstance(case.target, ParameterTarget):
            parameter = inspection.policy.parameters.get(case.target.parameter)
        name = parameter.across if parameter is not None and not parameter.partial else ""
        conditions = [begins, case.when or ALWAYS]
        is_told = parameter_domain(inspection, name) is not None and name not in inspection.vocabulary.facts
        if is_told and not any(map(inspection.unreadable, conditions)):
            unset = All((*conditions, Not(Atom(name, "set")), *map(Not, earlier)))
            scope = inspection.vocabulary.covering(inspection.vocabulary.on_start(commitment.starting_events), [unset])
            answer = Space(scope, [unset]).overlap(0, 0) if name in scope else None
            if answer is not None and answer.example is not None:
                message = f"`{commitment.id}` promises nothing where `{name}` holds nothing"
                hint = f"say so with `when: {{{name}: {{set: true}}}}`, or give those tickets a case of their own"
                example = answer.example.shown
                inspection.report("UP529", (*case.path,), message, hint, key=True, example=example)
        earlier.append(case.when or ALWAYS)


def _promised(inspection: Inspection, commitment: Commitment) -> set[str]:
    """The severities at which a clock may begin."""
    severities = {severity.id for severity in inspection.policy.severities}
    begins = commitment.beginning
    if "severity" not in names_read(begins) or inspection.unreadable(begins):
        return severities
    scope = inspection.vocabulary.covering(inspection.vocabulary.on_start(commitment.starting_events), [begins])
    return {each for each in severities if not Space(scope.fixed({"severity": each}), [begins]).never(0)}


Allowed = Mapping[str, tuple[Path, Duration | None]]
"""By severity: the time allowed, and where it is written."""


def _by_case(inspection: Inspection, commitment: Commitment) -> Allowed:
    """What a list of cases allows each severity, where nothing but the severity decides between them."""
    found = {}
    for severity in inspection.policy.severities:
        holding = (case for case in commitment.within if evaluate(case.when or ALWAYS, {"severity": severity.id}.get))
        case = next(holding, None)
        if case is not None and not inspection.unreadable(case.when) and isinstance(case.target, Duration):
            found[severity.id] = ((*case.path, "is"), case.target)
    return found


def _monotonic(inspection: Inspection, commitment: Commitment, allowed: Allowed) -> None:
    rated: list[tuple[str, Duration]] = []
    day_s = _nominal_day_s(inspection, commitment)
    for severity in inspection.policy.severities:
        path, target = allowed.get(severity.id, ((), None))
        if target is None:
            continue
        for higher, more in rated:
            if _longer(more, target, day_s):
                message = (
                    f"`{higher}` is allowed {more} for `{commitment.id}`, longer than `{severity.id}` with {target}"
                )
                hint = "severities are declared highest first; check both figures"
                inspection.report("UP502", path, message, hint, example={"severity": higher})
                break
        rated.append((severity.id, target))


def _nominal_day_s(inspection: Inspection, commitment: Commitment) -> int | None:
    """What a business day is worth, where it is the same on every calendar that it may count on."""
    worth = {nominal_day_s(inspection, name, commitment.business_day) for name in commitment.calendars}
    return worth.pop() if len(worth) == 1 else None


def _duration(value: str | int) -> Duration | None:
    try:
        target = parse_target(str(value))
    except ValueError:
        return None
    return target if isinstance(target, Duration) else None


def _longer(one: Duration, other: Duration, day_s: int | None) -> bool:
    """Whether one is longer for certain: business days and hours compare where a day is worth ``day_s`` seconds."""
    if one.unit == other.unit:
        return one.amount > other.amount
    if one.months and other.months:
        return one.months > other.months
    if one.months or other.months:
        return _days(one, day_s)[0] > _days(other, day_s)[1]
    if one.is_business_day or other.is_business_day:
        return day_s is not None and _worth(one, day_s) > _worth(other, day_s)
    return one.seconds > other.seconds


def _days(duration: Duration, day_s: int | None) -> tuple[Fraction, Fraction]:
    """The least and the most dates it may pass: a month has ten business days, and each an hour, or a day's worth."""
    if duration.months:
        return Fraction(28 * duration.months), Fraction(31 * duration.months)
    if duration.is_business_day:
        return duration.amount - 1, duration.amount * 3
    least = Fraction(duration.seconds, 86_400)
    return least, least if duration.unit in ("d", "w") else Fraction(duration.seconds, day_s or 3600) * 3


def _worth(duration: Duration, day_s: int) -> Fraction:
    return duration.amount * day_s if duration.is_business_day else Fraction(duration.seconds)
