"""The sections of a policy whose items have names: whether one is a list or a mapping, and what it is for readers.

Overlays are laid over one another item by item in these sections, and names are declared in
them; all other keys of a policy are taken as a whole.

    >>> [name for name, section in SECTIONS.items() if section.is_list and not section.labelled]
    ['rules', 'excuses', 'invariants']
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Section:
    """One section.

    Attributes:
        singular: What one of its items is called.
        is_list: Whether its items stand in a list, each with its `id`, and not in a mapping by name.
        labelled: Whether its items have a label, which customers may read.
    """

    singular: str
    is_list: bool = False
    labelled: bool = True

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys that lead to its items, of the section of this ``name``: lists are entered by themselves."""
        return (name,) if self.is_list else (name, "*")


SECTIONS: Final[Mapping[str, Section]] = {
    "sources": Section("source", labelled=False),
    "clauses": Section("clause", labelled=False),
    "assumptions": Section("assumption", labelled=False),
    "facts": Section("fact"),
    "parameters": Section("parameter"),
    "conditions": Section("condition", labelled=False),
    "contracts": Section("contract"),
    "calendars": Section("calendar"),
    "recurrences": Section("recurrence"),
    "roles": Section("role"),
    "severities": Section("severity", is_list=True),
    "channels": Section("channel"),
    "states": Section("state"),
    "events": Section("event"),
    "transitions": Section("transition", is_list=True),
    "rules": Section("rule", is_list=True, labelled=False),
    "commitments": Section("commitment", is_list=True),
    "excuses": Section("excuse", is_list=True, labelled=False),
    "objectives": Section("objective", is_list=True),
    "availability": Section("availability", is_list=True),
    "timers": Section("timer", is_list=True),
    "accounts": Section("account"),
    "charges": Section("charge", is_list=True),
    "remedies": Section("remedy", is_list=True),
    "invariants": Section("invariant", is_list=True, labelled=False),
}
"""Every section by its key, in the order in which a policy is read."""
