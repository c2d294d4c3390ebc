"""The declarations of a policy: sources, clauses, facts, parameters, calendars and the like."""

from __future__ import annotations

from datetime import date

from upheld.core.policy.event_type import Fact
from upheld.core.policy.lifecycle import Role, Side
from upheld.core.policy.parameter import Parameter, ParameterRow
from upheld.core.policy.policy import ContractKind, NamedCondition, OpeningHours, RecurringDays, Severity
from upheld.core.policy.provenance import Assumption, Clause, Confidence, Path, Source, Waiver
from upheld.core.policy.wording import Wording
from upheld.document.tree import Data, mapping, sequence, text, words
from upheld.loader.draft import Draft
from upheld.loader.vocabulary import KINDS, domain_of

ROW_WORDS = ("from", "until", "is", "clauses", "assumes")
"""Keys of a parameter's row that are no columns."""


def day(spec: Data, key: str) -> date | None:
    """The date under ``key``, which the schema has checked."""
    try:
        return date.fromisoformat(text(spec, key))
    except ValueError:
        return None


def sources(draft: Draft) -> dict[str, Source]:
    """The documents that clauses come from."""
    return {
        name: Source(
            **draft.grounds(path, spec),
            id=name,
            label=draft.wording(spec.get("title")),
            language=text(spec, "language"),
            edition=text(spec, "edition"),
            date=text(spec, "date"),
            url=text(spec, "url"),
            file=text(spec, "file"),
        )
        for path, name, spec in draft.entries("sources")
    }


def clauses(draft: Draft) -> dict[str, Clause]:
    """What the documents say; a clause of the only source need not name it."""
    known = words(draft.root.get("sources"))
    found = {}
    if draft.root.get("clauses") and not known:
        message = "clauses are given, and no document that they stand in"
        draft.report("UP201", ("clauses",), message, "declare it under `sources:`", key=True)
    for path, name, spec in draft.entries("clauses"):
        source = text(spec, "source") or (known[0] if len(known) == 1 else "")
        if not source and known:
            draft.report(
                "UP201",
                path,
                f"clause `{name}` does not say its source",
                "add `source:`, one of those declared",
                key=True,
            )
        found[name] = Clause(
            **draft.item(path, name, spec),
            source=source,
            section=draft.wording(spec.get("section")),
            says=draft.wording(spec.get("says")),
            quote=text(spec, "quote"),
        )
    return found


def assumptions(draft: Draft) -> dict[str, Assumption]:
    """How silence was read."""
    levels: dict[str, Confidence] = {"low": "low", "medium": "medium", "high": "high"}
    return {
        name: Assumption(
            **draft.item(path, name, spec),
            says=draft.wording(spec.get("says")),
            confidence=levels.get(text(spec, "confidence"), "medium"),
            of=words(spec.get("of")),
        )
        for path, name, spec in draft.entries("assumptions")
    }


def value_labels(draft: Draft, spec: Data) -> dict[str, Wording]:
    """What readers call the values of a fact or a field declared like this."""
    return {value: draft.wording(label) for value, label in mapping(spec.get("one-of")).items()}


def misplaced(draft: Draft, path: Path, spec: Data) -> None:
    """Words about numbers or about an order where there are none, and bounds the wrong way round."""
    for key, needed in (("at-least", "integer"), ("at-most", "integer"), ("unit", "integer"), ("ordered", "one-of")):
        if key in spec and any(kind in spec for kind in KINDS) and needed not in spec:
            message = f"`{key}` says nothing here: it goes with `{needed}`"
            draft.report("UP210", (*path, key), message, "leave it out", key=True)
    low, high = spec.get("at-least"), spec.get("at-most")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        message = f"no number is at least `{low}` and at most `{high}`"
        draft.report("UP210", (*path, "at-most"), message, "put the smaller one under `at-least`")


def _fact(draft: Draft, path: Path, name: str, spec: Data) -> Fact:
    domain = domain_of(spec)
    if domain is None:
        which = "only one of them" if any(kind in spec for kind in KINDS) else "one of them"
        draft.report(
            "UP210",
            path,
            f"`{name}` does not say what it holds",
            f"give {which}: {', '.join(f'`{k}`' for k in KINDS)}",
            key=True,
        )
    misplaced(draft, path, spec)
    default = spec.get("default")
    return Fact(
        **draft.item(path, name, spec),
        domain=domain or draft.vocabulary.facts.get(name) or draft.vocabulary.facts["queue"],
        default=default if isinstance(default, (str, int, bool)) else None,
        immutable=bool(spec.get("immutable")),
        labels=value_labels(draft, spec),
        unit=text(spec, "unit"),
    )


def facts(draft: Draft) -> dict[str, Fact]:
    """What is known of a ticket."""
    return {name: _fact(draft, path, name, spec) for path, name, spec in draft.entries("facts")}


def contracts(draft: Draft) -> dict[str, ContractKind]:
    """The kinds of contract."""
    return {
        name: ContractKind(
            **draft.item(path, name, spec),
            attributes={
                key: _fact(draft, (*path, "attributes", key), key, draft.vocabulary.attribute(mapping(each)))
                for key, each in mapping(spec.get("attributes")).items()
            },
            overrides=words(spec.get("parameters")),
        )
        for path, name, spec in draft.entries("contracts")
    }


def parameters(draft: Draft) -> dict[str, Parameter]:
    """Dated values and tables."""
    found = {}
    for path, name, spec in draft.entries("parameters"):
        rows, by = [], words(spec.get("by"))
        for index, entry in enumerate(sequence(spec.get("values"))):
            row, at = mapping(entry), (*path, "values", index)
            columns = {
                key: value for key, value in row.items() if key not in ROW_WORDS and isinstance(value, (str, int))
            }
            for key, column in row.items() if len(by) > 1 else ():
                columns |= {
                    f"{key}.{name}": each for name, each in mapping(column).items() if isinstance(each, (str, int))
                }
            values = columns if by else {}
            if isinstance(row.get("is"), (str, int)):
                values = {**values, "": row["is"]}  # type: ignore[dict-item]  # a text or an integer, as just asked
            since = day(row, "from") or date.min
            rows.append(ParameterRow(**draft.grounds(at, row), since=since, until=day(row, "until"), values=values))
        found[name] = Parameter(
            **draft.item(path, name, spec),
            by=by[0] if by else "",
            across=by[1] if len(by) > 1 else "",
            partial=bool(spec.get("partial")),
            rows=tuple(rows),
        )
    return found


def named_conditions(draft: Draft) -> dict[str, NamedCondition]:
    """Conditions that were given a name; each is read by itself too, so that one never used is checked as well."""
    found = {}
    for path, name, _ in draft.entries("conditions"):
        for problem in draft.wrong_conditions.get(name, ()):
            draft.report_problem(path, problem)
        condition = None if name in draft.wrong_conditions else draft.parse(path, name, draft.vocabulary.any_event)
        found[name] = NamedCondition(**draft.item(path, name, {}), condition=condition)
    return found


def calendars(draft: Draft) -> dict[str, OpeningHours]:
    """Opening times, as they are written."""
    return {
        name: OpeningHours(**draft.item(path, name, spec), document=spec)
        for path, name, spec in draft.entries("calendars")
    }


def recurrences(draft: Draft) -> dict[str, RecurringDays]:
    """Days that come again, as they are written."""
    return {
        name: RecurringDays(**draft.item(path, name, spec), calendar=text(spec, "calendar"), document=spec)
        for path, name, spec in draft.entries("recurrences")
    }


def roles(draft: Draft) -> dict[str, Role]:
    """Who may act. Source: DESIGN section 3, step 3: a customer's event needs a channel."""
    sides: dict[str, Side] = {"customer": "customer", "vendor": "vendor", "third-party": "third-party"}
    found = {}
    for path, name, spec in draft.entries("roles"):
        side = sides.get(text(spec, "side"), "customer" if name == "customer" else "vendor")
        channel = text(spec, "channel") or ("needed" if name == "customer" else "none")
        found[name] = Role(**draft.item(path, name, spec), side=side, needs_channel=channel == "needed")
    return found


def severities(draft: Draft) -> tuple[Severity, ...]:
    """The severity scale, highest first."""
    return tuple(
        Severity(**draft.item(path, name, spec), says=draft.wording(spec.get("says")))
        for path, name, spec in draft.entries("severities")
    )


def waivers(draft: Draft) -> tuple[Waiver, ...]:
    """The warnings that the policy accepts."""
    return tuple(
        Waiver(
            **draft.item(path, text(spec, "waive"), spec),
            code=text(spec, "waive"),
            of=text(spec, "of"),
            reason=text(spec, "reason"),
        )
        for path, _, spec in draft.entries("checks")
    )
