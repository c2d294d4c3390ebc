"""Wordings: whether everything that a customer may read is given in every language, and can be filled in.

Which texts those are stands in one table, so that a new text of the language needs one
line here. The clauses and assumptions are for those who check the policy, and may be
given in any language.

A message is a text and not a program: ``{severity}`` stands for what the name holds,
and nothing else is ever substituted.

Source: DESIGN section 5, "labels missing in a declared language"; THREATS F07.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from upheld.check.inspection import Inspection
from upheld.check.vocabulary.values import effects
from upheld.core.condition.scope import Scope
from upheld.core.nearest import meant, quoted
from upheld.core.policy.provenance import Path
from upheld.core.policy.wording import Wording
from upheld.loader.sections import SECTIONS

DECLARING = (("facts",), ("contracts", "*", "attributes"), ("events", "*", "data"))
"""Where something is declared with its values, which may have labels of their own."""

TEXTS: tuple[tuple[str, ...], ...] = (
    ("title",),
    *((*section.keys(name), "label") for name, section in SECTIONS.items() if section.labelled),
    *((*section, "*", "label") for section in DECLARING[1:]),
    *((*section, "*", "one-of", "*") for section in DECLARING),
    ("severities", "says"),
    ("states", "*", "says"),
    ("channels", "*", "message"),
    ("rules", "message"),
    ("rules", "requires", "message"),
    ("events", "*", "effects", "about"),
    *((holder, "effects", "about") for holder in ("transitions", "rules", "timers")),
    ("escalation", "levels", "*"),
    ("accounts", "*", "unit", "count"),
)
"""The keys that lead to each text that customers may read."""


def check_wordings(inspection: Inspection) -> None:
    """Texts that lack a language of the policy, and labels that are missing altogether where languages are declared.

    A text without a letter, such as `10`, reads alike in all of them.
    """
    languages = inspection.policy.languages
    example = f"`{{{', '.join(f'{language}: …' for language in languages)}}}`"
    for pattern in TEXTS:
        for path, value in inspection.spots(*pattern):
            if isinstance(value, Mapping) or (isinstance(value, str) and any(map(str.isalpha, value))):
                given = Wording.of(value, inspection.policy.vendor.language).languages
                missing = [f"`{language}`" for language in languages if language not in given]
                if missing:
                    message = f"this text is not given in {' and '.join(missing)}"
                    inspection.report("UP703", path, message, f"write it as {example}")
    if "languages" in inspection.document.root:
        _labels(inspection, example)


def _labels(inspection: Inspection, example: str) -> None:
    policy = inspection.policy
    for section in (policy.severities, policy.channels.values(), policy.states.values(), policy.commitments):
        for item in section:
            if not item.label:
                message = f"`{item.id}` has no label, and customers read it"
                inspection.report("UP703", item.path, message, f"add `label:` with {example}", key=True)


BRACES = re.compile(r"\{([^{}]*)\}|[{}]")
BESIDES = ("ticket", "event", "at")
"""What a message may name besides what conditions read: the ticket's name, the event's, and its instant."""


def check_messages(inspection: Inspection) -> None:
    """Unknown names in the texts of rules, channels and effects, and braces without their other half."""
    for at, scope in _places(inspection):
        for path, text in _texts(inspection.value(at), at):
            for found in BRACES.finditer(text):
                _braces(inspection, path, found, scope)


def _braces(inspection: Inspection, path: Path, found: re.Match[str], scope: Scope) -> None:
    name = found[1]
    if name is None:
        message = f"this text holds a `{found[0]}` without its other half"
        inspection.report("UP207", path, message, "write `{NAME}` where a name's value is meant, else leave it out")
    elif name not in scope and name not in BESIDES:
        known = (*scope, *BESIDES)
        otherwise = "write a name that conditions can read here, such as `{severity}`"
        hint = meant(name, known) or meant(f"event.{name}", known, otherwise)
        inspection.report("UP207", path, f"{quoted('{' + name + '}')} names nothing that can be read here", hint)


def _places(inspection: Inspection) -> Iterator[tuple[Path, Scope]]:
    """Where a text with names may stand, and the names that it can read."""
    vocabulary = inspection.vocabulary
    for channel in inspection.policy.channels.values():
        yield (*channel.path, "message"), vocabulary.on_events(())
    for rule in inspection.policy.rules:
        yield (*rule.path, "message"), vocabulary.on_events(rule.on)
        for required in rule.requires:
            if "requires" in required.path:
                yield (*required.path, "message"), vocabulary.on_events(rule.on)
    for effect, scope in effects(inspection):
        yield (*effect.path, "about"), scope


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """A text, or one by language."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        yield from (((*path, language), text) for language, text in value.items() if isinstance(text, str))
