"""The moves of a policy: states, events, transitions, rules and channels."""

from __future__ import annotations

from upheld.core.domain import Text
from upheld.core.event_type import EventType, Field, Reference, Scalar, Setting, SettingCase
from upheld.core.item import Path
from upheld.core.lifecycle import CLOSED, Side, State, Transition
from upheld.core.rule import ANY, Channel, Rule
from upheld.core.scope import Scope
from upheld.loader.declarations import text
from upheld.loader.draft import Draft, unique
from upheld.loader.vocabulary import KINDS, Data, mapping, words

STAY = "stay"
ALL = "all"


def states(draft: Draft) -> dict[str, State]:
    """The vendor's states, each refining a core state."""
    sides: dict[str, Side] = {"customer": "customer", "vendor": "vendor", "third-party": "third-party"}
    found = {}
    for path, name, spec in draft.entries("states"):
        core = text(spec, "core")
        turn: Side = "customer" if core == "resolved" else "vendor"
        found[name] = State(
            **draft.item(path, name, spec),
            core=core,
            says=draft.wording(spec.get("says")),
            waits_for=sides.get(text(spec, "waits-for"), turn),
            final=bool(spec.get("final")) or core in CLOSED,
        )
    return found


def events(draft: Draft) -> dict[str, EventType]:
    """What may happen."""
    found = {}
    for path, name, spec in draft.entries("events"):
        scope = draft.vocabulary.on_events([name], before=True)
        fields = {
            key: _field(draft, (*path, "data", key), key, mapping(each))
            for key, each in mapping(spec.get("data")).items()
        }
        found[name] = EventType(
            **draft.item(path, name, spec),
            by=words(spec.get("by")),
            needs_channel=text(spec, "channel") != "none",
            needs_ticket=text(spec, "ticket") != "not-needed",
            fields=fields,
            sets=tuple(
                _setting(draft, (*path, "sets", fact), fact, value, scope)
                for fact, value in mapping(spec.get("sets")).items()
            ),
            effects=draft.effects(path, spec, draft.vocabulary.on_events([name])),
        )
    return found


def _field(draft: Draft, path: Path, name: str, spec: Data) -> Field:
    domain = draft.vocabulary.field_domain(name, spec)
    if domain is None:
        kinds = ", ".join(f"`{kind}`" for kind in (*KINDS, "like"))
        which = "only one of them" if sum(kind in spec for kind in KINDS) > 1 else "one of them, or call it as a fact"
        draft.report("UP210", path, f"field `{name}` does not say what it holds", f"give {which}: {kinds}", key=True)
    default = spec.get("default")
    return Field(
        **draft.item(path, name, spec),
        domain=domain or Text(),
        required=bool(spec.get("required")),
        default=default if isinstance(default, (str, int, bool)) else None,
        unit=text(spec, "unit"),
    )


def _setting(draft: Draft, path: Path, fact: str, value: object, scope: Scope) -> Setting:
    """How an event changes a fact: a list is read as cases, all else as the one case that always holds."""
    cases = (
        [(path, {"is": value})]
        if not isinstance(value, list)
        else [((*path, i), mapping(v)) for i, v in enumerate(value)]
    )
    return Setting(
        **draft.grounds(path, {}),
        fact=fact,
        cases=tuple(
            SettingCase(**draft.grounds(at, case), value=_value(case.get("is")), when=draft.condition(at, case, scope))
            for at, case in cases
        ),
    )


def _value(value: object) -> Scalar | Reference:
    """A value, or the name it is taken from: ``event.FIELD`` and ``{ref: NAME}``."""
    if isinstance(value, str) and value.startswith("event."):
        return Reference(value)
    name = mapping(value).get("ref")
    if isinstance(name, str):
        return Reference(name)
    return value if isinstance(value, (str, int, bool)) else None


def _origins(draft: Draft, path: Path, spec: Data) -> tuple[str, ...]:
    """The states that a transition leaves, in the order in which the policy declares them."""
    declared = mapping(draft.root.get("states"))
    said = spec.get("from")
    if isinstance(said, dict):
        cores, but = words(said.get("core")), words(said.get("except"))
        return tuple(
            name for name, state in declared.items() if mapping(state).get("core") in cores and name not in but
        )
    if said == ANY:
        ended = [
            name
            for name, state in declared.items()
            if mapping(state).get("final") or mapping(state).get("core") in CLOSED
        ]
        return tuple(name for name in declared if name not in ended)
    return unique(words(said))


def transitions(draft: Draft) -> tuple[Transition, ...]:
    """The moves that events cause."""
    found = []
    for path, name, spec in draft.entries("transitions"):
        on, opens = words(spec.get("on")), bool(spec.get("opens"))
        origins = _origins(draft, path, spec)
        if opens and "from" in spec:
            draft.report(
                "UP310",
                (*path, "from"),
                f"transition `{name}` opens the ticket, so there is no state to leave",
                "leave out `from` or `opens`",
                key=True,
            )
        elif not opens and "from" not in spec:
            draft.report(
                "UP310",
                path,
                f"transition `{name}` does not say where it starts",
                "add `from:`, or `opens: true` where it opens the ticket",
                key=True,
            )
        scope = draft.vocabulary.on_events(on, before=True)
        if (
            not opens
            and scope.held("state") is None
            and origins
            and all(origin in scope["state"].values for origin in origins)
        ):  # type: ignore[attr-defined]  # a state is one of the states
            scope = scope.only({"state": origins})
        target = text(spec, "to")
        found.append(
            Transition(
                **draft.item(path, name, spec),
                on=on,
                origins=origins,
                target=None if target == STAY else target,
                opens=opens,
                when=draft.condition(path, spec, scope),
                effects=draft.effects(path, spec, draft.vocabulary.on_events(on)),
            )
        )
    return tuple(found)


def rules(draft: Draft) -> tuple[Rule, ...]:
    """What is refused or flagged."""
    found = []
    declared = tuple(mapping(draft.root.get("events")))
    for path, name, spec in draft.entries("rules"):
        on = words(spec.get("on"))
        scope = draft.vocabulary.on_events(declared if on == (ANY,) else on, before=True)
        ways = [key for key in ("require", "refuse", "flag") if key in spec]
        if len(ways) != 1:
            said = "says more than one of" if ways else "says none of"
            draft.report(
                "UP408",
                path,
                f"rule `{name}` {said} `require`, `refuse` and `flag`",
                "give exactly one of them",
                key=True,
            )
        elif ("otherwise" in spec) != ("require" in spec):
            hint = (
                "add `otherwise: refuse` or `otherwise: flag`"
                if "require" in spec
                else "`otherwise` goes with `require` alone"
            )
            draft.report("UP408", path, f"rule `{name}` says `require` and `otherwise` only by half", hint, key=True)
        found.append(
            Rule(
                **draft.item(path, name, spec),
                on=on,
                when=draft.condition(path, spec, scope),
                verdict="flag" if "flag" in (*ways, spec.get("otherwise")) else "refuse",
                require=draft.condition(path, spec, scope, "require"),
                message=draft.wording(spec.get("message")),
                effects=draft.effects(path, spec, draft.vocabulary.on_events(on)),
            )
        )
    return tuple(found)


def channels(draft: Draft) -> dict[str, Channel]:
    """The ways in."""
    found = {}
    for path, name, spec in draft.entries("channels"):
        accepts = words(spec.get("accepts"))
        found[name] = Channel(
            **draft.item(path, name, spec),
            accepts=None if accepts == (ALL,) else accepts,
            refuses=words(spec.get("except")),
            during=text(spec, "during"),
            when=draft.condition(path, spec, draft.vocabulary.on_events(())),
            message=draft.wording(spec.get("message")),
        )
    return found
