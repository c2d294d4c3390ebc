"""Wordings: a text in one or several languages, for people.

>>> waiting = Wording.of({"en": "Waiting for you", "fr": "En attente client"}, "fr")
>>> waiting.text("fr"), waiting.text("de")
('En attente client', 'Waiting for you')
>>> Wording.of("Support", "en").languages
('en',)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """A text by language, in the order in which the author gave them.

    Attributes:
        texts: Pairs ``(language, text)``; empty when nothing was said.
    """

    texts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, value: object, language: str) -> Wording:
        """Make one from a document's value: a mapping by language, one text in ``language``, or nothing."""
        if isinstance(value, str):
            return cls(((language, value),))
        if isinstance(value, Mapping):
            return cls(tuple((str(key), str(text)) for key, text in value.items()))
        return cls()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is given in."""
        return tuple(language for language, _ in self.texts)

    def text(self, language: str, otherwise: str = "") -> str:
        """The text in ``language``; else in English, else the first one, else ``otherwise``."""
        by_language = dict(self.texts)
        first = self.texts[0][1] if self.texts else otherwise
        return by_language.get(language) or by_language.get("en") or first

    def __bool__(self) -> bool:
        return bool(self.texts)
