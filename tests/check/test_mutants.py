"""Mutants: each small mistake in an installed policy is found, or is none that anybody could find.

What is not found is listed here with the reason, so that a check that goes blind is
noticed. Source: THREATS S07.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest
from check.mutation import OPERATORS, Mutant, Tree, mutants, originals, text_of

from upheld.loading import examine

A_POLICY_TOO = "what is left is a policy too, with fewer promises, rules or ways; only what nothing cites would tell"
ONLY_A_NAME = "nothing names it but verdicts, which say the new name"
TWICE_THE_SAME = "a second promise or flag like the first contradicts nothing"
WEAKER = "without it the policy is as sound, and says something else"
CITED_ELSEWHERE = "other clauses or assumptions are left that ground it, or it needs none; the rest are cited elsewhere"
ANOTHER_WAY = "the lifecycle is sound this way too"
FREE_TEXT = "the field holds any text, so no word is misspelt"
NO_DAYS = "the policy names no days from which it must hold"
PARTIAL = "the table says that columns may be missing"
NOT_COMPARABLE = "a release may come before any number of days"
OF_THE_SOURCE = "titles of documents, and languages that only the title declares, need no translation"

UNDETECTABLE: tuple[tuple[str, str, str], ...] = (
    ("item deleted", r"(events|channels|transitions|rules|commitments|charges|timers|excuses)/.*", A_POLICY_TOO),
    ("item deleted", r"(objectives|queue|invariants)/.*|facts/queue|contracts/.*", A_POLICY_TOO),
    ("item renamed", r"(events|channels|transitions|rules|commitments|charges|timers|excuses)/.*", ONLY_A_NAME),
    ("item renamed", r"(objectives|invariants|sources)/.*|contracts/.*", ONLY_A_NAME),
    ("item duplicated", r"(rules|commitments|excuses|objectives|timers|invariants)/.*", TWICE_THE_SAME),
    ("value misspelt", r".*/event\.reason", FREE_TEXT),
    ("key dropped", r".*/(label|clauses)", CITED_ELSEWHERE),
    ("key dropped", r".*/(when|effects|required|default|roll|holidays|round|waits-for|side|reset)", WEAKER),
    ("key dropped", r"(events/.*/(sets|data|channel|unit|to)|(events|transitions|timers)/.*/effects/.*/to)", WEAKER),
    ("key dropped", r"commitments/\d+/(cancel|pause|duty|promised|stop/at)", WEAKER),
    ("key dropped", r"(queue/.*|objectives/.*/share|roles/.*/channel|rules/.*/core|recurrences/.*/from)", WEAKER),
    ("key dropped", r"parameters/.*/values/0/from", NO_DAYS),
    ("citation dropped", r".*", CITED_ELSEWHERE),
    ("move swapped", r"transitions/.*", ANOTHER_WAY),
    ("core changed", r"states/.*/core", ANOTHER_WAY),
    ("date shifted", r"parameters/.*/values/0/from|effective/from", NO_DAYS),
    ("column dropped", r"parameters/flat-rates/.*", PARTIAL),
    ("targets swapped", r"parameters/.*", NOT_COMPARABLE),
    ("language dropped", r"title/fr|sources/.*", OF_THE_SOURCE),
)
"""Which kind of mutant, at which paths, nobody can tell from a policy that is meant so, and why."""

EXPECTED = {
    "reference misspelt": {"UP201", "UP204", "UP104"},
    "name misspelt": {"UP204", "UP206", "UP101"},
    "value misspelt": {"UP201", "UP204", "UP205", "UP206", "UP105", "UP104"},
    "window turned": {"UP507", "UP522"},
    "unit changed": {"UP506", "UP513", "UP502", "UP105", "UP602", "UP605", "UP206"},
    "date shifted": {"UP105", "UP406", "UP512"},
    "targets swapped": {"UP502"},
    "column dropped": {"UP501", "UP401"},
    "language dropped": {"UP703"},
    "citation dropped": {"UP701", "UP702", "UP202", "UP106"},
}
"""Of some kinds, the codes of which one has to be among what is found."""
EXPECTED_OF_KEY = {
    "calendar": {"UP505", "UP102", "UP402", "UP512"},
    "business-day": {"UP506"},
    "cycles": {"UP508"},
    "on-change": {"UP509"},
    "on-reopen": {"UP510"},
    "start": {"UP102"},
    "stop": {"UP102"},
    "within": {"UP102"},
    "otherwise": {"UP408"},
    "refuse": {"UP408"},
    "account": {"UP102"},
    "amount": {"UP102"},
    "overdraft": {"UP102"},
    "zone": {"UP102"},
    "weekly": {"UP102"},
}
"""And of some keys that were forgotten."""
SAMPLE = 5
"""How many mutants of each kind are tried without ``--full``: they are spread evenly, the same on every run."""


@cache
def trees() -> dict[str, Tree]:
    """The installed policies."""
    return originals()


@cache
def usual(policy: str) -> Counter[tuple[str, str]]:
    """What is found in a policy before any mistake is made in it."""
    return said(text_of(trees()[policy]))


def said(text: bytes) -> Counter[tuple[str, str]]:
    """Codes and messages of what is found, waived or not."""
    return Counter((finding.code, finding.message) for finding in examine(text, "mutant.yaml").findings)


def of_kind(kind: str, *, every: bool) -> list[Mutant]:
    """The mutants of one kind, or some of them."""
    found = [each for policy, tree in trees().items() for each in mutants(policy, tree, kind)]
    step = 1 if every else max(1, len(found) // SAMPLE)
    return found[step // 2 :: step]


def reason(mutant: Mutant) -> str:
    """Why nobody can find it, or ``""``."""
    path = "/".join(map(str, mutant.path))
    reasons = (why for kind, at, why in UNDETECTABLE if kind == mutant.kind and re.fullmatch(at, path))
    return next(reasons, "")


def wanted(mutant: Mutant) -> set[str]:
    """The codes of which one has to be found; none where any will do."""
    if mutant.kind == "key dropped":
        return EXPECTED_OF_KEY.get(str(mutant.path[-1]), set())
    return EXPECTED.get(mutant.kind, set())


@pytest.mark.parametrize("kind", OPERATORS)
def test_every_mutant_is_found_or_undetectable(kind: str, request: pytest.FixtureRequest) -> None:
    """And found by what it is about."""
    tried = of_kind(kind, every=request.config.getoption("--full"))
    missed, mistaken = [], []
    for mutant in tried:
        new = said(mutant.text) - usual(mutant.policy)
        if not new:
            missed.append(mutant)
        elif wanted(mutant) and not wanted(mutant) & {code for code, _ in new}:
            mistaken.append(f"{mutant}: {sorted(new)}")

    assert tried, kind
    assert [] == [str(mutant) for mutant in missed if not reason(mutant)]
    assert [] == mistaken


def test_every_reason_is_about_some_mutant() -> None:
    """An exception that nothing needs would hide the next blind spot."""
    paths = {kind: ["/".join(map(str, each.path)) for each in of_kind(kind, every=True)] for kind in OPERATORS}

    assert [] == [(kind, at) for kind, at, _ in UNDETECTABLE if not any(re.fullmatch(at, path) for path in paths[kind])]


@pytest.mark.parametrize("policy", originals())
def test_a_policy_without_a_mistake_has_no_errors(policy: str) -> None:
    """As JSON too: a false alarm teaches authors to overlook the true ones."""
    assert () == examine(text_of(trees()[policy]), "original.json").errors
