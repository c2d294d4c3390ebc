"""Domains: what a name may hold.

Everything a policy can ask about a ticket has a declared domain: a severity is one
of five words, minutes are a whole number, a contract is a set of kinds. Because the
domains are known, a misspelt value is found when the policy is checked, and
questions about conditions are decided rather than sampled.

A domain reads the scalars of a document (``str``, ``int``, ``bool``) into values and
shows values to people. What it cannot read it answers with a `Wrong`, never with an
exception: a policy and a record are both written by somebody else.

    >>> severity = OneOf(("critical", "high", "low"), ordered=True)
    >>> severity.read("hihg", "severity").hint
    'did you mean `high`?'
    >>> severity.scale
    ('low', 'high', 'critical')
    >>> shown(Many(OneOf(("flex", "tma"))), frozenset({"tma", "flex"}))
    'flex, tma'

Values that lie on a line, such as integers and dates, stand in `upheld.core.condition.ordered`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from upheld.core.nearest import listed, nearest, quoted, said

Scalar = str | int | bool
Value = str | int | bool | frozenset[str | int | bool]
Held = Value | None
"""What a name holds at some moment: a value, or `UNSET`."""

UNSET: Final = None
"""What a name holds when it holds nothing. An empty set counts as unset."""

WrongKind = Literal["unknown-value", "bad-value"]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a scalar is no value of a domain: a message and a hint in the style of findings.

    Attributes:
        about: Which of these mistakes it is; ``values`` and ``known`` are what it names, for who tells it in another
            language.
    """

    kind: WrongKind
    message: str
    hint: str = ""
    about: str = ""
    values: tuple[tuple[str, str], ...] = ()
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Domain:
    """What a name may hold.

    Attributes:
        may_be_unset: Whether it may also hold nothing; for a set, whether it may be empty.
    """

    may_be_unset: bool = field(default=True, kw_only=True)

    @property
    def comparable(self) -> bool:
        """Whether its values have an order, so that `below` and the like mean something."""
        return False

    @property
    def scale(self) -> tuple[str, ...]:
        """The values from lowest to highest where a declaration says so; empty where order is natural or none."""
        return ()

    def read(self, scalar: object, name: str) -> Scalar | Wrong:
        """The value that a document's ``scalar`` stands for; ``name`` is what the message calls the holder."""
        return self._read(scalar, name)

    def show(self, value: Scalar) -> str:
        """The value as an author would write it."""
        return said(value)

    def required(self) -> Domain:
        """The same domain, always holding a value."""
        return replace(self, may_be_unset=False)

    def _read(self, scalar: object, name: str) -> Scalar | Wrong:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class OneOf(Domain):
    """One of the words declared.

    Attributes:
        values: In the order declared.
        ordered: They are declared from the highest to the lowest, so `below: high` is what stands after `high`.
            Otherwise they can be equal or not, nothing else.
    """

    values: tuple[str, ...]
    ordered: bool = False

    @property
    def comparable(self) -> bool:
        """Whether an order was declared."""
        return self.ordered

    @property
    def scale(self) -> tuple[str, ...]:
        """The values from lowest to highest, where they have an order."""
        return self.values[::-1] if self.ordered else ()

    def _read(self, scalar: object, name: str) -> Scalar | Wrong:
        if isinstance(scalar, str) and scalar in self.values:
            return scalar
        word = said(scalar)
        if isinstance(scalar, (int, float)) and word in self.values:
            message, hint = f"`{name}` holds words, and `{word}` is none", f'write `"{word}"`, in quotes'
            return Wrong("bad-value", message, hint, "no-word", (("value", f"`{word}`"), ("word", word)))
        near, message, shown = nearest(word, self.values), f"`{name}` cannot be {quoted(scalar)}", quoted(scalar)
        if near:
            found = (("value", shown), ("near", near))
            return Wrong("unknown-value", message, f"did you mean `{near}`?", "misspelt-word", found)
        hint = f"it can be {listed(self.values)}" if self.values else ""
        return Wrong("unknown-value", message, hint, "unknown-word", (("value", shown),), self.values or ("–",))


@dataclass(frozen=True, slots=True)
class Boolean(Domain):
    """True or false."""

    def _read(self, scalar: object, name: str) -> Scalar | Wrong:
        if isinstance(scalar, bool):
            return scalar
        message, hint = f"`{name}` is true or false, not {quoted(scalar)}", "write `true` or `false`, without quotes"
        return Wrong("bad-value", message, hint, "no-boolean", (("value", quoted(scalar)),))


@dataclass(frozen=True, slots=True)
class Text(Domain):
    """Any text; only equality can be asked."""

    def _read(self, scalar: object, name: str) -> Scalar | Wrong:
        if isinstance(scalar, str):
            return scalar
        hint = f'write `"{said(scalar)}"`, in quotes' if isinstance(scalar, int) else ""
        message = f"`{name}` holds text, and {quoted(scalar)} is none"
        return Wrong("bad-value", message, hint, "no-text", (("value", quoted(scalar)),))


@dataclass(frozen=True, slots=True)
class Presence(Domain):
    """Something that is there or not, such as a dated parameter: only `set` can be asked of it."""

    def _read(self, scalar: object, name: str) -> Scalar | Wrong:
        hint = "write `{set: true}` or `{set: false}`"
        return Wrong("bad-value", f"`{name}` can only be asked whether it has a value", hint, "no-value")


@dataclass(frozen=True, slots=True)
class Many(Domain):
    """A set of values of one domain; a comparison asks whether it contains a value. Empty is unset."""

    of: Domain

    def show(self, value: Scalar) -> str:
        """One of its members, as an author would write it."""
        return self.of.show(value)

    def _read(self, scalar: object, name: str) -> Scalar | Wrong:
        return self.of.read(scalar, name)


def shown(domain: Domain, held: Held) -> str:
    """What a name holds, for people: a set in the order its domain declares, nothing as ``unset``."""
    if held is None:
        return "unset"
    if not isinstance(held, frozenset):
        return domain.show(held)
    element = domain.of if isinstance(domain, Many) else domain
    rank = {value: at for at, value in enumerate(element.values)} if isinstance(element, OneOf) else {}
    members: list[Scalar] = [*held]
    members.sort(key=lambda member: (rank.get(str(member), len(rank)), member))
    return ", ".join(element.show(member) for member in members) or "unset"
