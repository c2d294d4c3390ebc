"""Parts of a contracts file: what of it stands by itself, a line, a row, or all of it.

Source: DESIGN section 6, "Contracts".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from upheld.core.finding import Finding, Place
from upheld.core.nearest import quoted
from upheld.core.policy.provenance import Path as Keys
from upheld.document.catalogue import finding
from upheld.document.problems import MOST
from upheld.document.tree import Data, mapping, sequence
from upheld.loader.contracts.plain import MOST_CONTRACTS, MOST_GRANTS
from upheld.schema.shape import Misfit, misfits


class Places(Protocol):
    """Where a path from the root of a part leads; with ``key`` the place of its last key."""

    def __call__(self, path: Keys, *, key: bool = False) -> Place: ...


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a contracts file.

    Attributes:
        root: What it says, in the form of a whole file.
        place: Where things stand in it.
        whole: Whether a customer in it stands in no other part.
        misshapen: What the schema finds in it, where that takes more than its places.
    """

    root: Data
    place: Places
    whole: bool = True
    misshapen: Callable[[], list[Finding]] | None = None

    def shape_findings(self) -> list[Finding]:
        """Everything in which it does not fit the schema."""
        if self.misshapen is not None:
            return self.misshapen()
        found: dict[Finding, None] = {}
        for each in islice(self._misfits(), MOST):
            path = tuple(each.absolute_path)
            place = self.place(path, key=each.at_key)
            found[finding(each.code, place, f"{each.message}{of_customer(path)}", each.hint)] = None
        return list(found)

    def _misfits(self) -> Iterator[Misfit]:
        """What the schema finds; a list that is too long is not gone through."""
        for name, spec in mapping(self.root.get("customers")).items():
            for key, most in (("contracts", MOST_CONTRACTS), ("grants", MOST_GRANTS)):
                size = len(sequence(mapping(spec).get(key)))
                if size > most:
                    message = f"this list has {size} entries, and at most {most} are read"
                    return iter(
                        [Misfit("UP107", message, "leave those out that are long over", ("customers", name, key))]
                    )
        return misfits(self.root, "contracts")


def of_customer(path: Keys) -> str:
    """Whose contracts a path leads into, for the end of a message; a large file has many alike."""
    return f" (customer {quoted(path[1])})" if path[:1] == ("customers",) and len(path) > 2 else ""
