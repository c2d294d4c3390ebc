"""Severity scales: the degrees of a column whose words say which of them is the higher one.

A policy's scale has an order. Words without one (`Value 1`, `P-alpha`) are no scale, and no draft guesses one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from upheld.drafting.state_words import Names
from upheld.history.draft.column_guess import can_be_written
from upheld.history.draft.mapping_draft import MOST_WORDS, MappingDraft
from upheld.history.draft.plain_words import words_of
from upheld.history.draft.severity_words import rank_of

LEAST_KNOWN: Final = Fraction(98, 100)
"""The share of filled rows whose words have to have a rank."""


@dataclass(frozen=True, slots=True)
class Degree:
    """A degree of severity.

    Attributes:
        words: How the export writes it, the most frequent first.
        rows: How many rows have it.
    """

    id: str
    words: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Scale:
    """The degrees of a column, the highest first; none where no column has an order.

    Attributes:
        column: The column, ``""`` for none.
        unordered: Columns that are called like a severity, and whose words have no order.
        left_out: Words of the column that have no rank, with their rows.
        is_said: Whether somebody has said the order, so that the words did not have to.
    """

    column: str = ""
    degrees: tuple[Degree, ...] = ()
    unordered: tuple[str, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    is_said: bool = False


def severity_scale(draft: MappingDraft, column: str = "", order: Sequence[str] = ()) -> Scale:
    """The scale that an export has.

    Args:
        column: The only column that may have it, ``""`` for those that are called so.
        order: Its words, the highest first, where somebody has said it.
    """
    guess, unordered = draft.found.guess, list[str]()
    for name in [column] if column else (*guess.severities, *guess.impacts):
        found = _scale(draft, name, order)
        if found is not None:
            return replace(found, unordered=tuple(unordered), is_said=bool(order))
        if len(_words(draft, name)) > 1:
            unordered.append(name)
    return Scale(unordered=tuple(unordered))


def _words(draft: MappingDraft, column: str) -> list[tuple[str, int]]:
    words = draft.found.columns[column]
    return [each for each in words.frequent(MOST_WORDS) if each[0] not in draft.found.guess.nulls]


def _scale(draft: MappingDraft, column: str, order: Sequence[str]) -> Scale | None:
    said = {words_of(word): rank for rank, word in enumerate(order, 1)}
    ranks, spellings, left_out = dict[object, int](), dict[object, Counter[str]](), list[tuple[str, int]]()
    for word, rows in _words(draft, column):
        known_rank = draft.known.rank(column, word) if draft.known is not None else 0
        rank = said.get(words_of(word), 0) if said else known_rank or rank_of(word)
        if not rank or not can_be_written(word):
            left_out.append((word, rows))
            continue
        key = words_of(word)
        ranks[key] = rank
        spellings.setdefault(key, Counter())[word] += rows
    known = sum(sum(each.values()) for each in spellings.values())
    every = known + sum(rows for _, rows in left_out)
    if not ranks or len(set(ranks.values())) < len(ranks) or known < LEAST_KNOWN * every:
        return None
    degrees = _degrees(sorted(ranks, key=lambda key: ranks[key]), spellings)
    return Scale(column, tuple(degrees), (), tuple(left_out))


def _degrees(order: list[object], spellings: dict[object, Counter[str]]) -> Iterator[Degree]:
    names = Names("severity")
    for key in order:
        words = sorted(spellings[key], key=lambda word: (-spellings[key][word], word))
        yield Degree(names.of(words[0]), tuple(words), sum(spellings[key].values()))
