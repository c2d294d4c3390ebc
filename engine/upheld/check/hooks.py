"""Hooks: whether the conditions that plugins decide are there, and can read what they say they read.

Nobody can look into a plugin's condition, so nothing is proved about it; but a name
that no plugin gives, or one that finds nothing to read, is found before any ticket.

Source: DESIGN section 5, "Conditions".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from upheld.check.inspection import Inspection, meant
from upheld.core.condition.condition import hooks_read
from upheld.core.nearest import listed, quoted
from upheld.core.policy.provenance import Path
from upheld.loader.draft import Reading


def check_hooks(inspection: Inspection, readings: Sequence[Reading]) -> None:
    """Conditions that no installed plugin gives, and those that read what cannot be read where they are used."""
    for reading in readings:
        written = dict(_written(inspection.value(reading.path), reading.path))
        for hook in hooks_read(reading.condition):
            places = [path for path, name in written.items() if name == hook]
            if hook in inspection.hooks:
                _check_reads(inspection, reading, hook, places)
            else:
                for path in places:
                    hint = meant(hook, inspection.hooks, _installed(inspection.hooks))
                    message = f"no installed plugin gives the condition {quoted(hook)}"
                    inspection.report("UP907", path, message, hint)


def _installed(hooks: Mapping[str, Sequence[str]]) -> str:
    return f"installed are {listed(hooks)}" if hooks else "install the plugin that gives it"


def _check_reads(inspection: Inspection, reading: Reading, hook: str, places: Sequence[Path]) -> None:
    """What the plugin reads must be readable; of a named condition this depends on where it is used."""
    everywhere = inspection.vocabulary.any_event
    missing = [name for name in inspection.hooks[hook] if name not in reading.scope]
    if not places:
        missing = [name for name in missing if name in everywhere]
    if missing:
        message = f"the plugin's condition `{hook}` reads {listed(missing)}, which cannot be read here"
        hint = "declare it, or use the condition where it can be read"
        inspection.report("UP908", places[0] if places else reading.path, message, hint)


def _written(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Every hook named in a condition as it is written."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            if key == "hook":
                yield (*path, key), entry
            else:
                yield from _written(entry, (*path, key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _written(entry, (*path, index))
