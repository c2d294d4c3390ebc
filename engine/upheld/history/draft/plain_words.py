"""Plain words: a text without what spelling alone makes of it: case, accents, signs, joined words, leading numbers.

    >>> words_of("Won't Fix"), words_of("inProgress"), words_of("En attente d’un tiers")
    (('wont', 'fix'), ('in', 'progress'), ('en', 'attente', 'd', 'un', 'tiers'))
    >>> words_of("10. Gelöst") == words_of("10 - geloest"), unnumbered(words_of("3 - Moderate"))
    (True, ('moderate',))

Two texts of the same words are the same to a reader. That one is *like* another is a matter of slips of the pen, and
of these alone: within a word a letter too many, one missing, two neighbours changed about. `Unresolved` is two letters
from `Resolved`, and its opposite; `traiter` one from `traité`, and what is still to be done.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

Words = tuple[str, ...]

LONGEST: Final = 120
"""Characters of a text that may be a status or a name of a column; longer ones are prose."""
SHORTEST_SLIP: Final = 6
"""Letters of a word in which a slip may be seen; of shorter ones too many are words themselves."""

NEGATIONS: Final = frozenset(
    "not no non never without wont cant cannot dont doesnt didnt isnt wasnt arent unable nil none neither nor "
    "nicht kein keine keinen keiner nie niemals ohne weder "
    "pas sans jamais aucun aucune ne ni".split()
)
"""Words that turn a meaning round, in English, German and French."""

_APOSTROPHE_T: Final = re.compile(r"n['’ʼ`´]t\b", re.IGNORECASE)
_CAMEL: Final = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD: Final = re.compile(r"[^\W_]+")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "œ": "oe", "æ": "ae"})


@lru_cache(maxsize=16_384)
def words_of(text: str) -> Words:
    """The words of a text, folded; none of a text that is too long to be a name."""
    if len(text) > LONGEST:
        return ()
    text = _CAMEL.sub(" ", _APOSTROPHE_T.sub("nt", unicodedata.normalize("NFC", text)))
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_UMLAUTS))
    return tuple(_WORD.findall("".join(letter for letter in folded if not unicodedata.combining(letter))))


def unnumbered(words: Words) -> Words:
    """The words after the number with which a tracker sorts them; a number that stands alone is left."""
    return words[1:] if len(words) > 1 and words[0].isdecimal() else words


def is_negated(words: Words) -> bool:
    """Whether some word turns the others round; `un` does so at the beginning, and is an article in French elsewhere.

    >>> is_negated(words_of("Not urgent")), is_negated(words_of("Non résolu")), is_negated(words_of("Urgent"))
    (True, True, False)
    """
    return not NEGATIONS.isdisjoint(words) or words[:1] == ("un",)


def is_slip_of(word: str, known: str) -> bool:
    """Whether a word is another one with a slip of the pen in it: its first letter and its ending are right.

    >>> is_slip_of("resovled", "resolved"), is_slip_of("assignd", "assigned"), is_slip_of("unresolved", "resolved")
    (True, True, False)
    """
    if min(len(word), len(known)) < SHORTEST_SLIP - 1 or len(known) < SHORTEST_SLIP or word[0] != known[0]:
        return False
    if abs(len(word) - len(known)) == 1:
        short, long = sorted((word, known), key=len)
        return any(long[:at] + long[at + 1 :] == short for at in range(1, len(long) - 1))
    if len(word) != len(known):
        return False
    turned = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 2))
    return word != known and known in turned
