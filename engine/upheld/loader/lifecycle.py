"""The lifecycle of a policy: states, events, transitions, rules and channels."""

from __future__ import annotations

from upheld.core.condition.condition import All
from upheld.core.condition.domain import OneOf, Text
from upheld.core.condition.scope import Scope
from upheld.core.policy.event_type import Addition, EventType, Field, Reference, Scalar, Setting, SettingCase
from upheld.core.policy.lifecycle import CLOSED, CORE_STATES, Side, State, Transition, usual_turn
from upheld.core.policy.provenance import Path
from upheld.core.policy.rule import Channel, Requirement, Rule
from upheld.document.tree import Data, mapping, sequence, text, words
from upheld.loader.declarations import misplaced, value_labels
from upheld.loader.draft import UNREADABLE, Draft, unique
from upheld.loader.vocabulary import KINDS

STAY = "stay"
ALL = "all"
ANY = "any"


def states(draft: Draft) -> dict[str, State]:
    """The vendor's states, each refining a core state."""
    sides: dict[str, Side] = {"customer": "customer", "vendor": "vendor", "third-party": "third-party"}
    found = {}
    for path, name, spec in draft.entries("states"):
        core = text(spec, "core")
        found[name] = State(
            **draft.item(path, name, spec),
            core=core,
            says=draft.wording(spec.get("says")),
            waits_for=sides.get(text(spec, "waits-for"), usual_turn(core)),
            final=bool(spec.get("final")) or core in CLOSED,
        )
    return found


def events(draft: Draft) -> dict[str, EventType]:
    """What may happen."""
    found = {}
    for path, name, spec in draft.entries("events"):
        scope = draft.vocabulary.on_setting(name)
        fields = {
            key: _field(draft, (*path, "data", key), key, mapping(each))
            for key, each in mapping(spec.get("data")).items()
        }
        found[name] = EventType(
            **draft.item(path, name, spec),
            by=words(spec.get("by")),
            needs_channel=text(spec, "channel") != "none",
            needs_ticket=text(spec, "ticket") != "not-needed",
            in_final_states=text(spec, "in-final-states") == "accepted",
            fields=fields,
            sets=tuple(
                setting(draft, (*path, "sets", fact), fact, value, scope)
                for fact, value in mapping(spec.get("sets")).items()
            ),
            corrects=words(spec.get("corrects")),
            effects=draft.effects(path, spec, draft.vocabulary.on_events([name])),
        )
    return found


def _field(draft: Draft, path: Path, name: str, spec: Data) -> Field:
    domain = draft.vocabulary.field_domain(name, spec)
    misplaced(draft, path, spec)
    own = [kind for kind in KINDS if kind in spec]
    if "like" in spec and own:
        message = f"field `{name}` says `like`, and also what it holds by itself"
        draft.report("UP210", (*path, "like"), message, f"leave out `like` or `{own[0]}`", key=True)
    elif domain is None and "like" not in spec:
        kinds = ", ".join(f"`{kind}`" for kind in (*KINDS, "like"))
        which = "only one of them" if len(own) > 1 else "one of them, or call it as a fact"
        draft.report("UP210", path, f"field `{name}` does not say what it holds", f"give {which}: {kinds}", key=True)
    default, facts = spec.get("default"), mapping(draft.root.get("facts"))
    fact = text(spec, "like") or name
    return Field(
        **draft.item(path, name, spec),
        domain=domain or Text(),
        required=bool(spec.get("required")),
        default=default if isinstance(default, (str, int, bool)) else None,
        unit=text(spec, "unit"),
        fact=fact if fact in facts or (fact == "severity" and not own) else "",
        labels=value_labels(draft, spec if own else mapping(facts.get(fact))),
    )


def setting(draft: Draft, path: Path, fact: str, value: object, scope: Scope) -> Setting:
    """How an event or a timer changes a fact: a list is read as cases, all else as the one case that always holds."""
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


def _value(value: object) -> Scalar | Reference | Addition:
    """A value, or the name it is taken from: ``event.FIELD``, ``{ref: NAME}``, ``{add: NAME}``."""
    if isinstance(value, str) and value.startswith("event."):
        return Reference(value)
    for key, kind in (("ref", Reference), ("add", Addition)):
        name = mapping(value).get(key)
        if isinstance(name, str):
            return kind(name)
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
        scope = _leaving(draft.vocabulary.on_events(on, before=True), () if opens else origins)
        target = text(spec, "to")
        _goes_somewhere(draft, path, name, spec, origins)
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


def _leaving(scope: Scope, origins: tuple[str, ...]) -> Scope:
    """``scope`` where the ticket is in one of these states; unchanged where they are none, or unknown."""
    states = scope["state"]
    known = isinstance(states, OneOf) and origins and set(origins) <= set(states.values)
    return scope.only({"state": origins}) if known and scope.held("state") is None else scope


def _goes_somewhere(draft: Draft, path: Path, name: str, spec: Data, origins: tuple[str, ...]) -> None:
    """Report a move that stays where there is nothing yet, and one that leaves no state at all."""
    if spec.get("opens") and text(spec, "to") == STAY:
        message = f"transition `{name}` opens the ticket, so there is no state to stay in"
        draft.report("UP310", (*path, "to"), message, "name the state that a new ticket is in")
    leaves, every = mapping(spec.get("from")), set(CORE_STATES)
    if leaves and not origins and every.issuperset(words(leaves.get("core"))):
        message = f"transition `{name}` leaves no state: none that is left has one of these core states"
        draft.report("UP310", (*path, "from"), message, "name others, or leave the transition out", key=True)


def rules(draft: Draft) -> tuple[Rule, ...]:
    """What is refused or flagged."""
    found = []
    for path, name, spec in draft.entries("rules"):
        on, but = words(spec.get("on")), words(spec.get("except"))
        if on == (ANY,):
            on = tuple(event for event in words(draft.root.get("events")) if event not in but)
        elif but:
            message = f"rule `{name}` says `except`, and does not look at `any` event"
            draft.report("UP408", (*path, "except"), message, "leave it out, or say `on: any`", key=True)
        scope = draft.vocabulary.on_events(on, before=True)
        _one_way(draft, path, name, spec)
        found.append(
            Rule(
                **draft.item(path, name, spec),
                on=on,
                when=draft.condition(path, spec, scope),
                verdict="flag" if "flag" in spec or spec.get("otherwise") == "flag" else "refuse",
                requires=(*_required(draft, path, spec, scope), *_requirements(draft, path, spec, scope)),
                message=draft.wording(spec.get("message")),
                effects=draft.effects(path, spec, draft.vocabulary.on_events(on)),
            )
        )
    return tuple(found)


def _one_way(draft: Draft, path: Path, name: str, spec: Data) -> None:
    """A rule strikes in one way: when something required fails, or always."""
    ways = [key for key in ("require", "requires", "refuse", "flag") if key in spec]
    requires = ways in (["require"], ["requires"])
    if len(ways) != 1:
        said = "says more than one of" if ways else "says none of"
        message = f"rule `{name}` {said} `require`, `requires`, `refuse` and `flag`"
        draft.report("UP408", path, message, "give exactly one of them", key=True)
    elif requires and "otherwise" not in spec:
        message = f"rule `{name}` does not say what happens otherwise"
        draft.report("UP408", path, message, "add `otherwise: refuse` or `otherwise: flag`", key=True)
    elif not requires and "otherwise" in spec:
        message = f"rule `{name}` says `otherwise`, and requires nothing"
        draft.report("UP408", (*path, "otherwise"), message, "leave it out", key=True)
    elif "effects" in spec and "flag" not in (*ways, spec.get("otherwise")):
        message = f"rule `{name}` refuses, and a refused event has no effects"
        draft.report("UP408", (*path, "effects"), message, "leave them out, or flag instead of refusing", key=True)


def _required(draft: Draft, path: Path, spec: Data, scope: Scope) -> list[Requirement]:
    """What ``require`` says: each of its conditions by itself, so that every one that fails can be told."""
    condition = draft.condition(path, spec, scope, "require")
    if condition is None:
        return []
    parts = condition.conditions if isinstance(condition, All) else (condition,)
    return [Requirement(**draft.grounds((*path, "require"), {}), condition=part) for part in parts]


def _requirements(draft: Draft, path: Path, spec: Data, scope: Scope) -> list[Requirement]:
    """What ``requires`` says, one by one with its own message and clauses."""
    found = []
    for index, entry in enumerate(sequence(spec.get("requires"))):
        at, each = (*path, "requires", index), mapping(entry)
        found.append(
            Requirement(
                **draft.grounds(at, each),
                condition=draft.condition(at, each, scope, "is") or UNREADABLE,
                when=draft.condition(at, each, scope),
                message=draft.wording(each.get("message")),
            )
        )
    return found


def channels(draft: Draft) -> dict[str, Channel]:
    """The ways in."""
    found = {}
    for path, name, spec in draft.entries("channels"):
        accepts = words(spec.get("accepts"))
        if "except" in spec and accepts != (ALL,) and set(accepts) <= set(words(draft.root.get("events"))):
            message = f"channel `{name}` says `except`, and does not accept `all` events"
            draft.report("UP408", (*path, "except"), message, "leave it out, or say `accepts: all`", key=True)
        found[name] = Channel(
            **draft.item(path, name, spec),
            accepts=None if accepts == (ALL,) else accepts,
            refuses=words(spec.get("except")),
            during=text(spec, "during"),
            when=draft.condition(path, spec, draft.vocabulary.on_events(())),
            message=draft.wording(spec.get("message")),
        )
    return found
