"""A draft: a policy while it is made from its document, with what was found on the way.

The document has the shape that the schema asks for; a draft still takes nothing
for granted, so that a document checked without its schema leads to findings and
never to a crash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypedDict

from upheld.core.condition.condition import Condition, HookAtom
from upheld.core.condition.grammar import check_named, parse_condition
from upheld.core.condition.scope import Scope
from upheld.core.finding import Finding, Place, Problem
from upheld.core.nearest import MOST_SLIPS
from upheld.core.policy.event_type import Effect, EffectKind, Reference
from upheld.core.policy.provenance import Path
from upheld.core.policy.wording import Wording
from upheld.document.catalogue import finding
from upheld.document.tree import Data, mapping, sequence, words
from upheld.loader.overlay import Resolved
from upheld.loader.vocabulary import Vocabulary

UNREADABLE = HookAtom("?")
"""Stands for a condition that could not be read; checks leave it alone, since it has its own finding."""

_CODES = {"unknown-name": "UP204", "unknown-condition": "UP204", "unknown-value": "UP205"}


class GroundsData(TypedDict):
    """The keywords that every part of a policy is made with."""

    path: Path
    place: Place
    clauses: tuple[str, ...]
    assumes: tuple[str, ...]


class ItemData(GroundsData):
    """The keywords that every named part of a policy is made with."""

    id: str
    label: Wording


@dataclass(frozen=True, slots=True)
class Reading:
    """A condition where it stands, with the names that can be read there."""

    path: Path
    condition: Condition
    scope: Scope


class Reporter:
    """Whoever finds what is wrong in a document.

    Attributes:
        document: The document, overlays applied.
        findings: What was found so far.
    """

    __slots__ = ()
    document: Resolved
    findings: list[Finding]

    def report(
        self,
        code: str,
        path: Path,
        message: str,
        hint: str = "",
        *,
        key: bool = False,
        example: Mapping[str, str] | None = None,
    ) -> None:
        """Record a finding about the value at ``path``, or about its key."""
        place = self.document.place(path, key=key)
        self.findings.append(
            finding(code, place, message, hint, example=example, item=address(self.document.root, path))
        )


class Draft(Reporter):
    """A policy being made.

    Attributes:
        document: The document, overlays applied.
        root: Its outermost mapping.
        vocabulary: The names it declares.
        readings: Every condition that could be read so far.
        findings: What was found so far.
    """

    def __init__(self, document: Resolved) -> None:
        self.document = document
        self.root: Data = document.root
        self.vocabulary = Vocabulary(document.root)
        self.readings: list[Reading] = []
        self.findings: list[Finding] = []
        self.language = str(mapping(self.root.get("vendor")).get("language", "en"))
        self._named = mapping(self.root.get("conditions"))
        self.wrong_conditions = check_named(self._named, self.vocabulary.any_event)

    def entries(self, section: str) -> Iterator[tuple[Path, str, Data]]:
        """The items of a section with their paths and names, whether it is a mapping or a list."""
        value = self.root.get(section)
        if isinstance(value, Mapping):
            for name, spec in value.items():
                yield (section, name), str(name), mapping(spec)
        else:
            for index, spec in enumerate(sequence(value)):
                yield (section, index), str(mapping(spec).get("id", "")), mapping(spec)

    def grounds(self, path: Path, spec: Data) -> GroundsData:
        """What a part of the policy at ``path`` cites, and where it stands."""
        return {
            "path": path,
            "place": self.document.place(path, key=True),
            "clauses": tuple(dict.fromkeys(words(spec.get("clauses")))),
            "assumes": tuple(dict.fromkeys(words(spec.get("assumes")))),
        }

    def item(self, path: Path, name: str, spec: Data) -> ItemData:
        """The same, for a part that has a name."""
        return {**self.grounds(path, spec), "id": name, "label": self.wording(spec.get("label"))}

    def wording(self, value: object) -> Wording:
        """A text by language."""
        return Wording.of(value, self.language)

    def condition(self, path: Path, spec: Data, scope: Scope, key: str = "when") -> Condition | None:
        """The condition under ``key``, or ``None`` where there is none; what is wrong with it is reported."""
        if key not in spec:
            return None
        return self.parse((*path, key), spec[key], scope)

    def parse(self, path: Path, value: object, scope: Scope) -> Condition:
        """The condition that ``value`` says; ``UNREADABLE`` where it says none."""
        few = len(self.findings) < MOST_SLIPS
        condition, problems = parse_condition(value, scope, self._named, suggesting=few)
        for problem in problems:
            if problem.through not in self.wrong_conditions:
                self.report_problem(path, problem)
        if condition is None or problems:
            return UNREADABLE
        self.readings.append(Reading(path, condition, scope))
        return condition

    def report_problem(self, path: Path, problem: Problem) -> None:
        """Record what is wrong in the condition at ``path``."""
        code = _CODES.get(problem.kind, "UP206")
        hint = problem.hint
        if problem.kind == "unknown-name" and problem.at_key:
            hint = self.vocabulary.whereabouts(str(problem.path[-1])) or hint
        self.report(code, (*path, *problem.path), problem.message, hint, key=problem.at_key)

    def reference(self, path: Path, spec: Data, key: str) -> Reference | None:
        """The name that ``{ref: NAME}`` under ``key`` refers to."""
        name = mapping(spec.get(key)).get("ref")
        return Reference(name) if isinstance(name, str) else None

    def effects(self, path: Path, spec: Data, scope: Scope) -> tuple[Effect, ...]:
        """The effects under ``effects``."""
        return tuple(
            self._effect((*path, "effects", index), mapping(entry), scope)
            for index, entry in enumerate(sequence(spec.get("effects")))
        )

    def _effect(self, path: Path, spec: Data, scope: Scope) -> Effect:
        kinds: dict[object, EffectKind] = {
            "notify": "notify",
            "route": "route",
            "create-ticket": "create-ticket",
            "request": "request",
        }
        count = spec.get("count", 1)
        less = spec.get("less", 0)
        reference = self.reference(path, spec, "count")
        return Effect(
            **self.grounds(path, spec),
            kind=kinds.get(spec.get("kind"), "notify"),
            to=str(spec.get("to", "")),
            about=self.wording(spec.get("about")),
            count=reference.name if reference else count if isinstance(count, int) else 1,
            less=less if isinstance(less, int) else 0,
            when=self.condition(path, spec, scope),
        )


def address(root: Data, path: Path) -> str:
    """``section/id`` of the item that holds ``path``, as a waiver names it; only ``section`` where it has no id."""
    section = str(path[0]) if path else ""
    if len(path) < 2:
        return section
    value = root.get(section)
    if isinstance(path[1], int):
        entries = sequence(value)
        name = mapping(entries[path[1]]).get("id") if path[1] < len(entries) else None
        return f"{section}/{name}" if name else section
    return f"{section}/{path[1]}"


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in order."""
    return tuple(dict.fromkeys(names))
