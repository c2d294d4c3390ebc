"""Messages: whether what stands in braces in a text is a name that can be read.

A message is a text and not a program: ``{severity}`` stands for what the name holds,
and nothing else is ever substituted. Source: THREATS F07.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from upheld.check.inspection import Inspection, meant
from upheld.core.item import Path
from upheld.core.nearest import quoted

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
BESIDES = ("ticket", "event", "at")
"""What a message may name besides what conditions read: the ticket's name, the event's, and its instant."""


def check_messages(inspection: Inspection) -> None:
    """Unknown names in the texts of rules, channels and effects."""
    scope = inspection.vocabulary.any_event
    for path, text in _texts(inspection.document.root, ()):
        for found in PLACEHOLDER.finditer(text):
            name = found[1]
            if name not in scope and name not in BESIDES:
                hint = meant(name, (*scope, *BESIDES), "write a name that conditions can read, such as `{severity}`")
                inspection.report("UP207", path, f"{quoted('{' + name + '}')} names nothing that can be read", hint)


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text under ``message`` or ``about``, language by language."""
    if isinstance(value, dict):
        for key, entry in value.items():
            at = (*path, key)
            if key in ("message", "about") and len(path) > 1:
                yield from _of(entry, at)
            else:
                yield from _texts(entry, at)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _texts(entry, (*path, index))


def _of(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        yield from (((*path, language), text) for language, text in value.items() if isinstance(text, str))
