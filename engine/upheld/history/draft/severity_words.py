"""Words for severities: how trackers and people call degrees of urgency, in English, German and French.

    >>> [rank_of(text) for text in ("Blocker", "2 - High", "Moderate", "niedrig", "Très haute", "Sev 3", "P4")]
    [1, 2, 3, 4, 1, 3, 4]
    >>> [rank_of(text) for text in ("Not urgent", "non-critical", "VIP", "3")]
    [0, 0, 0, 0]

A bare number says nothing: with some trackers the first degree is the highest, with others the lowest. So the word
decides; only where the policy numbers its degrees, too, has the number to agree.

A policy's scale is of words too, so that one scale is laid upon the other rank by rank; its own names come first.

    >>> proposed_degree("1 - Critical", {"urgent": ("Urgent",), "normal": ("Normal",), "low": ("Low",)})
    'urgent'
    >>> proposed_degree("3 - Moderate", {f"p{n}": () for n in (1, 2, 3, 4)})
    'p3'
    >>> proposed_degree("5 - very high", {"urgent": ()}), proposed_degree("5 - very high", {"p1": ()})
    ('urgent', '')
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from upheld.history.draft.plain_words import Words, is_negated, is_slip_of, unnumbered, words_of

RANKS: Final[Mapping[int, str]] = {
    1: (
        "critical|blocker|blocking|urgent|highest|emergency|immediate|showstopper|very high|top|extreme|"
        "kritisch|blockierend|dringend|sehr dringend|sehr hoch|hoechste|notfall|sofort|"
        "critique|bloquant|bloquante|urgente|tres haute|tres haut|tres elevee|tres eleve|tres urgent|urgence|"
        "la plus haute|maximale"
    ),
    2: (
        "high|major|serious|important|severe|hoch|schwer|wichtig|"
        "haute|haut|elevee|eleve|majeur|majeure|importante|grave"
    ),
    3: (
        "medium|moderate|normal|average|standard|regular|mid|mittel|normale|mittlere|durchschnittlich|"
        "moyenne|moyen|moderee|modere|intermediaire"
    ),
    4: (
        "low|minor|minimal|small|niedrig|gering|leicht|geringfuegig|unwichtig|"
        "basse|bas|faible|mineur|mineure|legere|leger"
    ),
    5: (
        "lowest|trivial|very low|planning|cosmetic|sehr niedrig|sehr gering|niedrigste|kosmetisch|planung|"
        "tres basse|tres bas|tres faible|triviale|cosmetique|planification|la plus basse|minimale"
    ),
}
"""Whole texts by rank, 1 the highest."""
LOWEST: Final = 5

FILLERS: Final = frozenset(
    "priority prio severity sev urgency impact level prioritaet dringlichkeit schweregrad stufe priorite gravite "
    "urgence niveau criticite degre".split()
)
_NUMBERED: Final = re.compile(
    r"(?:p|s|prio|sev|severity|priority|level|prioritaet|priorite|gravite|niveau|stufe)([1-9])"
)
_LEVELS: Final = ("level", "niveau", "stufe")
_TABLE: Final[Mapping[Words, int]] = {
    tuple(text.split()): rank for rank, texts in RANKS.items() for text in texts.split("|")
}


@lru_cache(maxsize=16_384)
def rank_of(text: str) -> int:
    """The rank of a degree, 1 the highest; 0 where it is not certain."""
    words = words_of(text)
    return _named(words) or (_number(words) if _is_numbered(words) else 0)


def proposed_degree(text: str, scale: Mapping[str, Sequence[str]], is_upwards: bool = False) -> str:
    """The degree of a policy's scale that a word of an export means; ``""`` where that is not certain.

    Args:
        scale: The degrees' ids, highest first, with what readers call them.
        is_upwards: Whether the export's numbers count from the lowest.
    """
    own = words_of(text)
    for id_, labels in scale.items():
        if any(own == words_of(name) for name in (id_, *labels)):
            return id_
    if is_negated(own):
        return ""
    bare = unnumbered(own)
    exact = [id_ for id_, labels in scale.items() if any(bare == unnumbered(words_of(name)) for name in (id_, *labels))]
    if len(exact) == 1 and bare:
        return exact[0]
    return degree_of_rank(rank_of(text), scale, 0 if is_upwards else _number(own))


def counts_upwards(texts: Iterable[str]) -> bool:
    """Whether the numbers of such words count from the lowest: then they say nothing against a scale that does not.

    >>> counts_upwards(["2 normal", "3 high"]), counts_upwards(["1 - Critical", "3 - Moderate"])
    (True, False)
    """
    told = [(words_of(text), rank_of(text)) for text in texts]
    ranks = sorted((_number(words), rank) for words, rank in told if rank and _number(words))
    steps = [(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(ranks)]
    return bool(steps) and all(number > 0 > rank for number, rank in steps)


def degree_of_rank(rank: int, scale: Mapping[str, Sequence[str]], number: int = 0) -> str:
    """The degree of a policy's scale that has a rank; ``""`` where none has, or several.

    Args:
        number: With which the export's word is numbered, 0 for none: a degree that is numbered too has to agree.
    """
    ranks = {id_: _rank_of_degree(id_, labels) for id_, labels in scale.items()}
    found = [id_ for id_, each in ranks.items() if each == rank > 0 and _agrees(number, (id_, *scale[id_]))]
    if not found and rank == LOWEST and ranks:
        lowest = list(ranks)[-1]
        found = [lowest] if ranks[lowest] == LOWEST - 1 else []
    return found[0] if len(found) == 1 else ""


def middle_degree(scale: Mapping[str, Sequence[str]]) -> str:
    """The degree that most tickets have with most trackers: that of the middle rank, else the middle one of the scale.

    >>> middle_degree({"urgent": (), "normal": (), "low": ()}), middle_degree({"a": (), "b": (), "c": (), "d": ()})
    ('normal', 'c')
    """
    degrees = list(scale)
    return degree_of_rank(3, scale) or (degrees[len(degrees) // 2] if degrees else "")


def _agrees(number: int, names: Sequence[str]) -> bool:
    """Whether a number that a word has is not another one than the degree's own."""
    own = {_number(words_of(name)) for name in names} - {0}
    return not number or not own or number in own


def _rank_of_degree(id_: str, labels: Sequence[str]) -> int:
    """The rank of a policy's own degree: that of its words; else its number, since a policy says the highest first."""
    found = {rank_of(name) for name in (*labels, id_)} - {0}
    if len(found) == 1:
        return found.pop()
    return int(id_) if not found and len(id_) == 1 and id_.isdecimal() else 0


def _named(words: Words) -> int:
    """The rank that the words tell, numbers aside."""
    plain = tuple(word for word in words if word not in FILLERS and not _NUMBERED.fullmatch(word))
    plain = tuple(word for word in plain if not word.isdecimal() and word not in ("p", "s"))
    if plain in _TABLE:
        return _TABLE[plain]
    if is_negated(plain) or len(plain) != 1:
        return 0
    slips = {rank for known, rank in _TABLE.items() if len(known) == 1 and is_slip_of(plain[0], known[0])}
    return slips.pop() if len(slips) == 1 else 0


def _number(words: Words) -> int:
    """The number with which a tracker sorts its degrees."""
    joined = "".join(words[:2])
    match = _NUMBERED.match(joined) if words else None
    if match:
        return int(match[1])
    return int(words[0]) if words and words[0] in tuple("123456789") else 0


def _is_numbered(words: Words) -> bool:
    """Whether nothing but a number and what it counts is there: `P2`, `Sev 3`; levels may count upwards."""
    return bool(words) and not words[0].startswith(_LEVELS) and _NUMBERED.fullmatch("".join(words)) is not None
