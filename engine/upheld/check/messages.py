"""Messages: whether what stands in braces in a text is a name that can be read there.

A message is a text and not a program: ``{severity}`` stands for what the name holds,
and nothing else is ever substituted. Source: THREATS F07.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from upheld.check.inspection import Inspection, meant
from upheld.check.references import effects
from upheld.core.condition.scope import Scope
from upheld.core.nearest import quoted
from upheld.core.policy.provenance import Path

BRACES = re.compile(r"\{([^{}]*)\}|[{}]")
BESIDES = ("ticket", "event", "at")
"""What a message may name besides what conditions read: the ticket's name, the event's, and its instant."""


def check_messages(inspection: Inspection) -> None:
    """Unknown names in the texts of rules, channels and effects, and braces without their other half."""
    for at, scope in _places(inspection):
        for path, text in _texts(inspection.value(at), at):
            for found in BRACES.finditer(text):
                _check(inspection, path, found, scope)


def _check(inspection: Inspection, path: Path, found: re.Match[str], scope: Scope) -> None:
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
