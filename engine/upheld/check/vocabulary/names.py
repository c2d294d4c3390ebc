"""Names: whether everything that is named is declared, and everything declared is used.

Which key holds the name of what stands in one table, so that a new key of the
language needs one line here and is checked ever after. An item that nothing names is a
mistake, or left over from one; either way a reader takes it for a part of the contract.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from upheld.check.inspection import SINGULAR, Inspection, Spot
from upheld.core.condition.scope import RESERVED
from upheld.core.nearest import MOST_SLIPS, listed, meant, nearest, quoted
from upheld.core.policy.lifecycle import CORE_STATES
from upheld.core.policy.policy import ALWAYS
from upheld.core.policy.provenance import Path
from upheld.core.record.message import names_in
from upheld.core.time.opening_hours import is_round_the_clock
from upheld.loader.sections import SECTIONS

TRIGGERS = ("start", "stop", "cancel")
EFFECT_HOLDERS = ("events", "transitions", "rules", "timers")
WORTHS = (("remedies", "amount"), ("remedies", "amount", "is"), ("remedies", "steps", "is"))
CAPPED = (("remedies",), ("accounts", "*"))

REFERENCES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("sources", ("clauses", "*", "source"), ()),
    ("clauses", ("assumptions", "*", "of"), ()),
    ("parameters", ("contracts", "*", "parameters"), ()),
    ("calendars", ("recurrences", "*", "calendar"), (ALWAYS,)),
    ("calendars", ("channels", "*", "during"), (ALWAYS,)),
    ("events", ("channels", "*", "accepts"), ("all",)),
    ("events", ("channels", "*", "except"), ()),
    ("roles", ("events", "*", "by"), ()),
    ("likes", ("events", "*", "data", "*", "like"), ()),
    ("events", ("transitions", "on"), ()),
    ("states", ("transitions", "from"), ("any",)),
    ("core", ("transitions", "from", "core"), ()),
    ("states", ("transitions", "from", "except"), ()),
    ("states", ("transitions", "to"), ("stay",)),
    ("events", ("rules", "on"), ("any",)),
    ("events", ("rules", "except"), ()),
    *(("events", ("commitments", key, "on"), ()) for key in TRIGGERS),
    *(("states", ("commitments", key, way), ()) for key in TRIGGERS for way in ("enters", "leaves")),
    ("states", ("commitments", "pause", "in"), ()),
    *(("events", ("commitments", "pause", key, "on"), ()) for key in ("from", "until")),
    *(("states", ("commitments", "pause", key, way), ()) for key in ("from", "until") for way in ("enters", "leaves")),
    ("events", ("commitments", "cycles", "until", "on"), ()),
    *(("states", ("commitments", "cycles", "until", way), ()) for way in ("enters", "leaves")),
    *(("calendars", ("commitments", "calendar", *case), (ALWAYS,)) for case in ((), ("is",))),
    *(("parameters", ("commitments", "within", *case, "parameter"), ()) for case in ((), ("is",))),
    *(("recurrences", ("commitments", "within", *case, "next"), ()) for case in ((), ("is",))),
    ("events", ("excuses", "on"), ()),
    ("commitments", ("excuses", "of"), ()),
    ("commitments", ("objectives", "of"), ()),
    *(("states", ("availability", key, "in"), ()) for key in ("down", "excused")),
    *(("events", ("availability", key, "on"), ()) for key in ("down", "excused")),
    ("calendars", ("availability", "calendar"), (ALWAYS,)),
    ("breakable", ("remedies", "of"), ()),
    ("accounts", ("remedies", "account"), ()),
    *(("contracts", (*holder, "cap", "contract"), ()) for holder in CAPPED),
    ("contracts", ("remedies", "contract"), ()),
    ("events", ("remedies", "claim", "on"), ()),
    *(("parameters", (*worth, *share, "parameter"), ()) for worth in WORTHS for share in ((), ("share",))),
    *(("parameters", (*holder, "cap", key, "parameter"), ()) for holder in CAPPED for key in ("amount", "share")),
    ("states", ("timers", "in"), ()),
    ("states", ("timers", "to"), ()),
    ("levels", ("timers", "escalate"), ()),
    ("calendars", ("timers", "calendar"), (ALWAYS,)),
    ("events", ("timers", "reset", "on"), ()),
    *(("states", ("timers", "reset", way), ()) for way in ("enters", "leaves")),
    ("accounts", ("accounts", "*", "overage", "to"), ()),
    ("events", ("charges", "on"), ()),
    *(("accounts", ("charges", kind, "account"), ()) for kind in ("debit", "hold", "waive")),
    *(("parameters", ("charges", kind, "amount", "parameter"), ()) for kind in ("debit", "hold", "waive")),
    *(("calendars", ("charges", kind, "split", "in"), (ALWAYS,)) for kind in ("debit", "hold", "waive")),
    *(("charges", ("charges", kind), ()) for kind in ("settle", "release", "reverse")),
    ("events", ("escalation", "on"), ()),
    ("calendars", ("queue", "first", "received", "in-last-closure-of"), (ALWAYS,)),
    ("sortings", ("queue", "by"), ("received", "severity")),
    ("states", ("invariants", "every-path-to"), ()),
    ("passages", ("invariants", "passes"), ()),
    *(
        ("receivers", (*holder, "effects", "to"), ())
        for holder in (("events", "*"), *((each,) for each in EFFECT_HOLDERS[1:]))
    ),
)
"""What stands where: the section that must declare it, the keys that lead to it, and words that are allowed besides."""

RESERVED_BY_SECTION = {
    "states": ("stay", "any"),
    "events": ("any", "all"),
    "calendars": (ALWAYS,),
    "facts": (
        *RESERVED,
        "severity",
        "channel",
        "state",
        "core",
        "level",
        "customer",
        "contract",
        "flagged",
        "actor",
        "actor-id",
        "received",
        "ticket",
        "event",
        "at",
    ),
}


UNIONS = frozenset({"core", "levels", "passages", "receivers", "sortings", "likes", "breakable"})
"""What may be named and has no section of its own."""


def check_names(inspection: Inspection) -> None:
    """Undeclared, repeated, reserved and unused names."""
    declared = _declared(inspection)
    advice = {section: _advice(section, known) for section, known in declared.items()}
    used: dict[str, set[str]] = {section: set() for section in declared}
    for section, pattern, besides in REFERENCES:
        for path, word in inspection.spots(*pattern):
            if isinstance(word, str) and word not in besides:
                _refer(inspection, section, (path, word), declared[section], advice[section], besides)
                used[section].add(word)
    for path, word in citations(inspection.document.root):
        section = "clauses" if path[-2] == "clauses" else "assumptions"
        _refer(inspection, section, (path, word), declared[section], advice[section])
        used[section].add(str(word))
    for section, names in inspection.misspelt.items():
        used[section] |= names
    _check_uses(inspection, used)
    _repeated(inspection)
    _reserved(inspection)


def _declared(inspection: Inspection) -> dict[str, Collection[str]]:
    """The names that each section declares, and those of the sections' unions."""
    root = inspection.document.root
    declared: dict[str, Collection[str]] = {}
    for section in SINGULAR:
        value = root.get(section)
        names = value if isinstance(value, Mapping) else [e.get("id") for e in value or () if isinstance(e, Mapping)]
        declared[section] = dict.fromkeys(str(name) for name in names)
    facts = inspection.vocabulary.facts
    declared["core"] = CORE_STATES
    declared["facts"] = declared["sortings"] = facts
    declared["likes"] = {**facts, "channel": None}
    declared["passages"] = {**_dict(declared["transitions"]), **_dict(declared["timers"]), **_dict(declared["states"])}
    breakable = (declared[section] for section in ("commitments", "objectives", "availability"))
    declared["breakable"] = dict.fromkeys(name for names in breakable for name in names)
    queues = getattr(facts["queue"], "values", ())
    levels = inspection.vocabulary.levels
    declared["levels"] = dict.fromkeys(name for each in inspection.policy.escalation for name, _ in each.levels)
    declared["receivers"] = {**_dict(declared["roles"]), **dict.fromkeys(levels), **dict.fromkeys(queues)}
    return declared


def _dict(names: Collection[str]) -> dict[str, None]:
    return dict.fromkeys(names)


def _advice(section: str, known: Collection[str]) -> str:
    """What to write for a name that is like none that is declared."""
    if section in UNIONS:
        return f"it can be {listed(known)}" if known else "none is declared"
    what = SINGULAR[section]
    return f"{what}s declared under `{section}:` are {listed(known)}" if known else f"declare it under `{section}:`"


def _refer(
    inspection: Inspection,
    section: str,
    spot: Spot,
    known: Collection[str],
    advice: str,
    besides: Collection[str] = (),
) -> None:
    path, word = spot
    if word in known:
        return
    hint = advice
    if section == "calendars" and is_round_the_clock(str(word)):
        hint = "the calendar that never closes is called `always`"
    elif len(inspection.findings) < MOST_SLIPS:
        near = nearest(str(word), known)
        if near is not None:
            inspection.misspelt.setdefault(section, set()).add(near)
        hint = meant(word, (*known, *besides), advice)
    inspection.report("UP201", path, f"{SINGULAR[section]} {quoted(word)} is not declared", hint)


def citations(value: object, path: Path = ()) -> Iterator[Spot]:
    """Every clause and assumption cited anywhere, but in the section that declares them."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            at = (*path, key)
            if key in ("clauses", "assumes") and path and isinstance(entry, list):
                yield from (((*at, index), word) for index, word in enumerate(entry) if isinstance(word, str))
            elif path or key not in ("clauses", "assumptions", "checks"):
                yield from citations(entry, at)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from citations(entry, (*path, index))


WORD_LISTS = (
    ("facts", "*", "one-of"),
    ("contracts", "*", "attributes", "*", "one-of"),
    ("events", "*", "data", "*", "one-of"),
    ("escalation", "levels"),
    ("queue", "order"),
)
"""Lists of words in which each stands for itself."""


def _repeated(inspection: Inspection) -> None:
    """One name twice in a list; in a mapping the reader has found it."""
    for pattern in WORD_LISTS:
        given: set[tuple[object, ...]] = set()
        for path, word in inspection.spots(*pattern):
            if isinstance(word, str) and (*path[:-1], word) in given:
                inspection.report("UP203", path, f"{quoted(word)} is in this list already", "leave it out")
            given.add((*path[:-1], str(word)))
    for section in [name for name, each in SECTIONS.items() if each.is_list]:
        seen: dict[str, int] = {}
        for index, entry in enumerate(inspection.document.root.get(section) or ()):
            name = entry.get("id")
            if name in seen:
                first = inspection.document.place((section, seen[name]))
                message = f"{SINGULAR[section]} `{name}` is declared twice"
                hint = f"the first stands at line {first.line}; give this one another name"
                inspection.report("UP203", (section, index, "id"), message, hint)
            elif name:
                seen[name] = index


def _reserved(inspection: Inspection) -> None:
    for section, words in RESERVED_BY_SECTION.items():
        for name in inspection.document.root.get(section) or ():
            if name in words or (section == "facts" and "." in name):
                message = f"`{name}` has a meaning of its own, so no {SINGULAR[section]} can be called so"
                inspection.report("UP208", (section, name), message, "choose another name", key=True)


USED_SECTIONS = (
    "assumptions",
    "sources",
    "contracts",
    "calendars",
    "recurrences",
    "roles",
    "parameters",
    "conditions",
    "accounts",
)
"""Sections in which an item that nothing names is a mistake, or left over from one."""


def _check_uses(inspection: Inspection, used: Mapping[str, set[str]]) -> None:
    """Report what is declared and not ``used``; conditions, which name things by words of their own, are read here."""
    _used_in_conditions(inspection, used)
    for commitment in inspection.policy.commitments:
        used["calendars"].update(commitment.calendars)
    _unused(inspection, used)
    _unread_facts(inspection)


def _unread_facts(inspection: Inspection) -> None:
    """A fact that events set and nothing reads changes nothing: it is a mistake, or left over from one.

    Unless readers are to see it, for which it has a label, or a clause or an assumption says what it is recorded for.
    """
    words = set(_read(inspection.document.root))
    named = {name.rpartition(".")[2] for word in words for name in names_in(word)}
    set_somewhere = {setting.fact for event in inspection.policy.events.values() for setting in event.sets}
    for name, fact in inspection.policy.facts.items():
        is_read = name in words or name in named or f"before.{name}" in words
        if name in set_somewhere and not (is_read or fact.grounded or fact.label):
            message = f"fact `{name}` is set, and nothing reads it"
            hint = "use it, leave it out, or say by `clauses:`, `assumes:` or a `label:` what it is recorded for"
            inspection.report("UP566", fact.path, message, hint, key=True)


def _read(value: object, path: Path = ()) -> Iterator[str]:
    """Every word of the document but those that declare a fact, take one from data, or name what is set."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            if (not path and key in ("facts", "sources", "clauses", "assumptions")) or (
                _of_event(path) and key == "data"
            ):
                continue
            if not (len(path) == 3 and _of_event(path[:2]) and path[2] == "sets"):
                yield str(key)
            yield from _read(entry, (*path, key))
    elif isinstance(value, list):
        for entry in value:
            yield from _read(entry, path)


def _of_event(path: Path) -> bool:
    return len(path) == 2 and path[0] == "events"


def _used_in_conditions(inspection: Inspection, used: Mapping[str, set[str]]) -> None:
    """Count what conditions, tables and targets name by words of their own."""
    words: set[str] = set()
    for value in _conditions(inspection.document.root):
        _collect(value, words)
    for section in ("contracts", "calendars", "parameters", "conditions"):
        names = set(map(str, inspection.document.root.get(section) or ()))
        used[section].update(names & words)
        used[section].update({word.split(".")[1] for word in words if word.startswith(f"{SINGULAR[section]}.")} & names)


def _conditions(value: object, within: bool = False) -> Iterator[object]:
    """Every value that stands where a condition does, or names what holds a value."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            if key == "conditions" and not within and isinstance(entry, Mapping):
                yield from entry.values()
            elif key in ("when", "require", "is", "first", "ref", "add", "by") or (key == "of" and "share" in value):
                yield entry
            else:
                yield from _conditions(entry, within=True)
    elif isinstance(value, list):
        for entry in value:
            yield from _conditions(entry, within=True)


def _collect(value: object, words: set[str]) -> None:
    """Every text in a condition, keys included."""
    if isinstance(value, str):
        words.add(value)
    elif isinstance(value, Mapping):
        words.update(map(str, value))
        for entry in value.values():
            _collect(entry, words)
    elif isinstance(value, list):
        for entry in value:
            _collect(entry, words)


def _unused(inspection: Inspection, used: Mapping[str, set[str]]) -> None:
    for section in USED_SECTIONS:
        for name in inspection.document.root.get(section) or ():
            if name not in used[section] and not _counts_by_itself(inspection, section, name):
                message = f"{SINGULAR[section]} `{name}` is declared and never used"
                inspection.report("UP202", (section, name), message, _unused_hint(inspection, section, name), key=True)
    measured = {name for objective in inspection.policy.objectives for name in objective.of}
    for commitment in inspection.policy.commitments:
        if not commitment.promised and commitment.id not in measured:
            message = f"commitment `{commitment.id}` is measured only, and no objective counts it"
            inspection.report(
                "UP202", commitment.path, message, "add an objective of it, or leave out `promised: false`"
            )


def _unused_hint(inspection: Inspection, section: str, name: str) -> str:
    place = inspection.document.place((section, name), key=True)
    if place.file == inspection.document.document.source.name:
        return "use it, or leave it out"
    base = str(inspection.document.document.root.get("extends"))
    removal = f"`{section}: {{{name}: {{remove: WHY}}}}`"
    return f"it stands in `{base}`, which is extended here: use it, or take it out with {removal}"


def _counts_by_itself(inspection: Inspection, section: str, name: str) -> bool:
    """The only source is that of every clause; a contract may be there for the parameters it overrides."""
    if section == "contracts":
        return bool(inspection.policy.contracts[name].overrides)
    return section == "sources" and len(inspection.policy.sources) == 1 and bool(inspection.policy.clauses)
