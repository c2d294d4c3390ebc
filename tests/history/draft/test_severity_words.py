"""What words for severities mean, and which of a policy's degrees that is."""

from __future__ import annotations

import pytest

from upheld.history.draft.severity_words import RANKS, counts_upwards, proposed_degree, rank_of

SCALES = {
    "p": {f"p{n}": (f"P{n}",) for n in (1, 2, 3, 4)},
    "words": {"urgent": ("Urgent",), "high": ("High",), "normal": ("Normal",), "low": ("Low",)},
    "french": {name: (label,) for name, label in zip(("a", "b", "c", "d"), ("Critique", "Haute", "Moyenne", "Basse"))},
    "numbers": {"1": ("1 – Critical",), "2": ("2 – Serious",), "3": ("3 – Defect",), "4": ("4 – Informational",)},
    "two": {"high": (), "low": ()},
}
MEANT = [
    ("P2", "p2 high b 2 high"),
    ("1 - Critical", "p1 urgent a 1 ."),
    ("3 - Moderate", "p3 normal c 3 ."),
    ("4 - Low", "p4 low d 4 low"),
    ("5 - Planning", "p4 low d 4 low"),
    ("Blocker", "p1 urgent a 1 ."),
    ("Highest", "p1 urgent a 1 ."),
    ("Medium", "p3 normal c 3 ."),
    ("Kritisch", "p1 urgent a 1 ."),
    ("mittel", "p3 normal c 3 ."),
    ("Très haute", "p1 urgent a 1 ."),
    ("Bloquante", "p1 urgent a 1 ."),
    ("Basse", "p4 low d 4 low"),
    ("Sev 3", "p3 normal c 3 ."),
    ("Critcal", "p1 urgent a 1 ."),
    ("1 - High", ". high b . high"),
    ("1", ". . . 1 ."),
    ("5 sehr hoch", ". urgent a . ."),
    ("4 hoch", ". high b . high"),
    ("Not urgent", ". . . . ."),
    ("non critique", ". . . . ."),
    ("nicht dringend", ". . . . ."),
    ("uncritical", ". . . . ."),
    ("Level 1", ". . . . ."),
    ("Niveau 3", ". . . . ."),
    ("VIP", ". . . . ."),
]


@pytest.mark.parametrize("word, degrees", MEANT, ids=[word for word, _ in MEANT])
def test_words_are_laid_on_scales(word: str, degrees: str) -> None:
    """On degrees that are words or numbers, many or few; a dot is left to a person."""
    assert dict(zip(SCALES, degrees.split())) == {name: proposed_degree(word, s) or "." for name, s in SCALES.items()}


def test_a_negation_never_keeps_the_degree() -> None:
    """For every word of the lists."""
    words = [(word, rank) for rank, texts in RANKS.items() for word in texts.split("|")]

    negations = ("not ", "un", "non ", "non-", "nicht ", "pas ", "un-", "in")
    assert [] == [word for word, rank in words for negation in negations if rank_of(negation + word) == rank]


def test_own_names_come_first() -> None:
    """A policy's own degree is that degree, whatever the lists say of the word."""
    scale = {"low": ("Dringend",), "not-urgent": ("Not urgent",)}

    assert ("low", "not-urgent") == (proposed_degree("dringend", scale), proposed_degree("Not Urgent", scale))


def test_numbers_that_count_from_the_lowest_say_nothing_against_a_scale() -> None:
    """Zammad and OTRS number the lowest first; a policy's `p1` is its highest."""
    scale = {f"p{number}": () for number in (1, 2, 3, 4)}
    words = {"1 low": "p4", "2 normal": "p3", "3 high": "p2"}

    assert counts_upwards(words)
    assert words == {word: proposed_degree(word, scale, is_upwards=True) for word in words}
    assert not any(map(counts_upwards, (["2 normal"], ["1 high", "2 normal", "3 high"], ["high", "low"], [])))
