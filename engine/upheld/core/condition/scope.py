"""Scopes: the names that a condition may read at some place, and what each may hold.

The world is closed: a name that no scope declares is a mistake. A scope is made for
each place where conditions stand, for an event's data can be read only there; and it
can be narrowed, since on the event that opens a ticket every fact is unset.

    >>> scope = Scope({"severity": OneOf(("1", "2")), **calendar_names("support")})
    >>> scope.nearest("severty")
    'severity'
    >>> scope.fixed({"severity": "1"}).held("severity")
    ('1',)

Some names follow from others, and an example ticket must not contradict that: `core`
follows from `state`; where a calendar is open, opening time is left on its date; and
an attribute of a contract has a value only where there is such a contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from upheld.core.condition.domain import Domain, Held, Many, OneOf
from upheld.core.condition.ordered import Seconds
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.time.day import WEEKDAYS

FAMILIES: Final = ("opening", "opening-left", "day")
"""Names written with their calendar below them, `opening: {support: open}`; canonically `opening.support`."""

RESERVED: Final = ("all", "any", "none", "hook", *FAMILIES)
"""What no fact can be called, since conditions use these words."""

Contradiction = tuple[tuple[str, Held], tuple[str, Held]]
"""Two names with what they cannot hold at once."""


def calendar_names(calendar: str) -> dict[str, Domain]:
    """The names that a calendar brings, with their domains."""
    return {
        f"opening.{calendar}": OneOf(("open", "closed"), may_be_unset=False),
        f"opening-left.{calendar}": Seconds(may_be_unset=False),
        f"day.{calendar}": OneOf(WEEKDAYS, may_be_unset=False),
    }


class Scope(Mapping[str, Domain]):
    """The names that can be read, canonical, with their domains; immutable.

    Args:
        domains: In the order in which they are to be suggested and shown.
        core_of: The core state of each state, where `core` and `state` are among the names.
    """

    __slots__ = ("_core_of", "_domains", "_held")

    def __init__(self, domains: Mapping[str, Domain], core_of: Mapping[str, str] | None = None) -> None:
        self._domains = dict(domains)
        self._core_of = dict(core_of or {})
        self._held: dict[str, tuple[Held, ...]] = {}

    def __getitem__(self, name: str) -> Domain:
        return self._domains[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._domains)

    def __len__(self) -> int:
        return len(self._domains)

    def plus(self, domains: Mapping[str, Domain]) -> Scope:
        """This scope with more names, or with other domains for some."""
        return self._with(self._held, {**self._domains, **domains})

    def only(self, held: Mapping[str, Iterable[Held]]) -> Scope:
        """This scope where names hold one of a few values, ``None`` for nothing.

        A set is narrowed to one set, and what belongs to a contract to nothing.
        """
        narrowed = {name: tuple(values) for name, values in held.items()}
        assert all(name in self for name in narrowed), narrowed
        assert all(values == (None,) for name, values in narrowed.items() if self.needs(name)), narrowed
        assert all(len(values) == 1 for name, values in narrowed.items() if isinstance(self[name], Many)), narrowed
        return self._with({**self._held, **narrowed}, self._domains)

    def fixed(self, held: Mapping[str, Held]) -> Scope:
        """This scope where what some names hold is known: ``scope.fixed({"state": "qualified"})``."""
        return self.only({name: (value,) for name, value in held.items()})

    def unset(self, names: Iterable[str]) -> Scope:
        """This scope where some names hold nothing, as facts do before the ticket is opened."""
        return self.fixed(dict.fromkeys(names))

    def held(self, name: str) -> tuple[Held, ...] | None:
        """What ``name`` was narrowed to, or ``None`` where its domain says all."""
        return self._held.get(name)

    def base(self, name: str) -> str:
        """The name from which ``name`` follows; itself where it follows from none."""
        if name == "core" and self._core_of and "state" in self:
            return "state"
        return name

    def followers(self, base: str) -> tuple[str, ...]:
        """The names that follow from ``base``."""
        return ("core",) if base == "state" and "core" in self and self.base("core") == base else ()

    def follows(self, name: str, base: Held) -> Held:
        """What ``name`` holds where its base holds ``base``."""
        return base if base is None or self.base(name) == name else self._core_of.get(str(base))

    def contradictions(self) -> tuple[Contradiction, ...]:
        """Pairs of what two names hold that no ticket can hold at once.

        Windows are half-open and seconds whole, so at every instant of opening time at least one second is left of
        the date's; in closed time there may be as much, since the date may open later.
        """
        return tuple(
            ((f"opening.{calendar}", "open"), (f"opening-left.{calendar}", 0))
            for calendar in self.calendars("opening-left")
            if f"opening.{calendar}" in self
        )

    def needs(self, name: str) -> tuple[str, str] | None:
        """For an attribute of a contract, the set and the member without which it has no value."""
        family, _, rest = name.partition(".")
        kind, _, attribute = rest.partition(".")
        if family == "contract" and attribute and isinstance(self.get("contract"), Many):
            return ("contract", kind)
        return None

    def calendars(self, family: str) -> tuple[str, ...]:
        """The calendars of which a family of names can be asked."""
        return tuple(name.partition(".")[2] for name in self if name.startswith(f"{family}."))

    def nearest(self, name: str) -> str | None:
        """The name as an author would write it that is most like ``name``, or ``None``."""
        written = dict.fromkeys(each.partition(".")[0] if _family(each) else each for each in self)
        return nearest(name, written)

    def advice(self, name: str) -> str:
        """What to write instead of a name that is not declared."""
        if _family(name):
            family, _, calendar = name.partition(".")
            return f"write `{family}: {{{calendar}: …}}`" if name in self else ""
        near = self.nearest(name)
        if near:
            return f"did you mean `{near}`?"
        family = name.partition(".")[0]
        alike = [each for each in self if each.startswith(f"{family}.")]
        if alike:
            return f"there is {listed(alike)}"
        return f"nothing is declared under {quoted(family)}" if "." in name else ""

    def _with(self, held: Mapping[str, tuple[Held, ...]], domains: Mapping[str, Domain]) -> Scope:
        scope = Scope(domains, self._core_of)
        scope._held = dict(held)
        return scope


def _family(name: str) -> bool:
    return "." in name and name.partition(".")[0] in FAMILIES
