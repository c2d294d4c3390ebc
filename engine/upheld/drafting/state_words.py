"""State words: the words of an export that are one state of a policy, and what that state is called in it.

Words that differ in case, accents and signs alone are one state; nothing else is thrown together.

    >>> names = Names("state", ("stay", "any"))
    >>> [names.of(text) for text in ("Wait - User", "wait user", "stay", "解決", "42", "Gelöst")]
    ['wait-user', 'wait-user-2', 'state-stay', 'state', 'state-42', 'geloest']
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from upheld.history.draft.column_guess import can_be_written, is_status_field
from upheld.history.draft.mapping_draft import MOST_STATUSES, OF_MOMENT, MappingDraft
from upheld.history.draft.plain_words import words_of
from upheld.history.draft.proposal import Words
from upheld.history.draft.status_words import Meaning, meaning_of

LONGEST_ID: Final = 40
"""Of 64 characters that an id may have: moves are named by two states."""
RESERVED_STATES: Final = ("stay", "any")


class Names:
    """Ids that are given to texts, each once.

    Args:
        plain: What a text is called that has no letter of an id.
        taken: Ids that nothing is called.
    """

    def __init__(self, plain: str, taken: Collection[str] = ()) -> None:
        self._plain, self._reserved, self._given = plain, frozenset(taken), set[str]()

    def of(self, text: str) -> str:
        """A new id for a text: its letters and digits, and a number where another text has the same."""
        letters = re.sub(r"[^a-z0-9]+", "-", "-".join(words_of(text)))
        name = letters[:LONGEST_ID].strip("-")
        if not name or name.isdecimal() or name in self._reserved or name in ("true", "false", "null"):
            name = f"{self._plain}-{name}".strip("-")
        number, found = 1, name
        while found in self._given:
            number += 1
            found = f"{name}-{number}"
        self._given.add(found)
        return found


@dataclass(slots=True)
class StateWords:
    """A state, and the words of the export for it.

    Attributes:
        id: What the policy calls it.
        label: The most frequent words.
        words: All of them; of an export with one row per ticket the column of an instant.
        rows: How many rows have them.
        meaning: What they mean by the list of words that `upheld map` goes by; ``""`` where that is not certain.
    """

    id: str
    label: str
    meaning: Meaning
    rows: int = 0
    words: list[Words] = field(default_factory=list)


def state_words(draft: MappingDraft) -> list[StateWords]:
    """The states of an export, the most frequent first."""
    if draft.moments:
        return _of_moments(draft)
    names, found = Names("state", RESERVED_STATES), dict[object, StateWords]()
    for words, rows in draft.counts()[:MOST_STATUSES]:
        said = _said(draft, words)
        if not any(said) or not all(map(can_be_written, words)):
            continue
        key = tuple(words_of(each) or each.casefold() for each in said)
        if key not in found:
            label = " / ".join(each for each in said if each)
            found[key] = StateWords(names.of(label), label, _meaning(draft, said))
        found[key].rows += rows
        found[key].words.append(words)
    return list(found.values())


def _said(draft: MappingDraft, words: Words) -> Words:
    """What words say of the status; of a change of another field nothing."""
    if not draft.found.guess.is_change:
        return tuple("" if each in draft.found.guess.nulls else each for each in words)
    return words[-1:] if is_status_field(words[-2]) else ()


def _meaning(draft: MappingDraft, said: Words) -> Meaning:
    """What they mean; of two columns the second says it closer."""
    last = said[-1]
    known = draft.known.meaning(last) if draft.known is not None and len(said) == 1 else ""
    close = known or meaning_of(last)
    whole = meaning_of(said[0])
    if close or len(said) == 1:
        return close
    return whole if not last or whole in ("resolved", "closed", "cancelled") else ""


def _of_moments(draft: MappingDraft) -> list[StateWords]:
    """The states of an export with one row per ticket: what happened at each of its instants."""
    names, guess = Names("state", RESERVED_STATES), draft.found.guess
    found = []
    for column in draft.moments:
        role = guess.moments[column]
        if role == "waiting" and not draft.waiting_words:
            continue  # nobody knows for whom, nor until when
        rows = draft.found.columns[column].filled
        found.append(StateWords(names.of(role), column, OF_MOMENT[role], rows, [(column,)]))
    return found
