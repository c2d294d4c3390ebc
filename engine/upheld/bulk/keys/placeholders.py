"""Placeholders: what the text of an effect shows of a record or a ticket, left open until the text is told.

A text that names the customer says as many things as there are customers, and nothing else depends on it. So what was
decided is kept with placeholders, and each is filled with what the engine shows of the value, once for each value.

Only names are left open whose value stands in the columns of a history as it is. What a fact holds is one of few
things as a rule, and stays in the text.

    >>> [name for name in ("customer", "event.subject", "severity", "before.queue") if is_placeholder(name)]
    ['customer', 'event.subject']

Source: DESIGN section 11, "so that diverse facts do not multiply pairs".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from upheld.core.lifecycle.moment import Moment

OF_RECORD: Final = {"actor": "actor", "actor-id": "actor", "record.channel": "channel", "record.customer": "customer"}
"""Names that a record answers, and from which of its columns."""
OF_TICKET: Final = ("channel", "customer")
"""Names that the opening of a ticket has answered."""
DATA: Final = "event."
"""What the names of the fields of a record begin with."""

_MARK: Final = "\0"
_PLACEHOLDER: Final = re.compile(f"{_MARK}([^{_MARK}]*) ([^{_MARK}]*){_MARK}")


class Placeholder(NamedTuple):
    """A name in a text, and the language in which it is shown there."""

    name: str
    language: str


def is_placeholder(name: str) -> bool:
    """Whether a name is left open in the texts of effects."""
    return name in OF_RECORD or name in OF_TICKET or name.startswith(DATA)


class Templated(Moment):
    """A moment that shows placeholders for what is filled in later. No value that is shown holds what marks them."""

    __slots__ = ()

    @classmethod
    def of(cls, moment: Moment) -> Templated:
        """The same moment as another one, but for that."""
        held = (moment.world, moment.at_s, moment.standing, moment.facts, moment.before, moment.event, moment.data)
        made = cls(*held)
        made.update(moment)
        return made

    def shown(self, name: str, language: str) -> str:
        """What a name holds; a placeholder where that differs among records and tickets that are decided alike."""
        there = self.standing is not None if name in OF_TICKET else self.event is not None
        return f"{_MARK}{name} {language}{_MARK}" if there and is_placeholder(name) else super().shown(name, language)


def placeholders_in(text: str) -> tuple[Placeholder, ...]:
    """The placeholders of a text, each once."""
    return tuple(dict.fromkeys(Placeholder(*each) for each in _PLACEHOLDER.findall(text)))


def filled(text: str, shown: Callable[[str, str], str]) -> str:
    """The text with what is shown in its placeholders."""
    return _PLACEHOLDER.sub(lambda match: shown(match[1], match[2]), text)
