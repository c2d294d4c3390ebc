"""Uses: whether what is declared is named anywhere.

An item that nothing names is a mistake, or left over from one; either way a reader
takes it for a part of the contract.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from upheld.check.inspection import SINGULAR, Inspection

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


def check_uses(inspection: Inspection, used: Mapping[str, set[str]]) -> None:
    """Report what is declared and not ``used``; conditions, which name things by words of their own, are read here."""
    _used_in_conditions(inspection, used)
    _unused(inspection, used)


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
            elif key in ("when", "require", "is", "first", "ref", "add", "by"):
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
                inspection.report("UP202", (section, name), message, "use it, or leave it out", key=True)
    measured = {objective.of for objective in inspection.policy.objectives}
    for commitment in inspection.policy.commitments:
        if not commitment.promised and commitment.id not in measured:
            message = f"commitment `{commitment.id}` is measured only, and no objective counts it"
            inspection.report(
                "UP202", commitment.path, message, "add an objective of it, or leave out `promised: false`"
            )


def _counts_by_itself(inspection: Inspection, section: str, name: str) -> bool:
    """The only source is that of every clause; a contract may be there for the parameters it overrides."""
    if section == "contracts":
        return bool(inspection.policy.contracts[name].overrides)
    return section == "sources" and len(inspection.policy.sources) == 1 and bool(inspection.policy.clauses)
