"""Which names of a policy are proposed for words: its own first, then what means the same, and never the opposite."""

from __future__ import annotations

from pathlib import Path

import pytest

from upheld.core.policy.lifecycle import ENDED
from upheld.history.draft.plain_words import words_of
from upheld.history.draft.policy_names import CORES, PolicyNames
from upheld.history.draft.status_words import STATUSES
from upheld.loading import load_policy

ROOT = Path(__file__).resolve().parents[3]
POLICIES = ["base", *(str(path) for path in sorted(ROOT.glob("examples/*/policy.yaml")))]
DESK = str(ROOT / "tests" / "small_desk.yaml")


@pytest.mark.parametrize(
    "word, name",
    [
        ("New", "open"),
        ("Assigned", "doing"),
        ("In Progress", "doing"),
        ("Waiting for customer", "asked"),
        ("Waiting for support", "doing"),
        ("Asked", "asked"),
        ("Gelöst", "resolved"),
        ("Done", "resolved"),
        ("Annulé", "closed"),
        ("Reopened", "doing"),
        ("Submit", "submit"),
        ("Pending", ""),
        ("Waiting for vendor", ""),
        ("Not resolved", ""),
        ("Unresolved", ""),
        ("Resolved?", ""),
    ],
)
def test_words_are_names_of_a_policy(word: str, name: str) -> None:
    """Of one whose states have names of their own."""
    assert name == PolicyNames(load_policy(DESK)).outcome(word)


@pytest.mark.parametrize("policy", POLICIES)
def test_no_state_means_the_opposite(policy: str) -> None:
    """Whatever the policy: a word's state has a core state that goes with its meaning, and the same side's turn."""
    names = PolicyNames(load_policy(policy))
    for meaning, texts in STATUSES.items():
        for text in texts.split("|"):
            found = names.policy.states.get(names.outcome(text))
            if found is None or words_of(text) in map(words_of, (found.id, *dict(found.label.texts).values())):
                continue  # none, or its own name
            if meaning in CORES:
                assert found.core in CORES[meaning], text
            if meaning == "waiting-for-customer":
                assert "customer" == found.waits_for, text
            elif found.core not in ENDED:
                assert "vendor" == found.waits_for, text


def test_roles_are_those_of_their_side() -> None:
    """And what nobody did is the system's."""
    names = PolicyNames(load_policy("base"))

    assert ("customer", "agent", "system", "") == tuple(map(names.role, ("End-user", "Agent", "automation", "partner")))
