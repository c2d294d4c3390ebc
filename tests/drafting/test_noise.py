"""Noise: few tickets, no people, words of strangers, thousands of states; what an export does not say is told."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from drafting.conftest import Drafting, invoke, table, walk

HEAD = "id,time,status"
HOSTILE = (
    "x: y # z",
    "- {id: a}",
    "\"quoted\" 'twice'",
    "}, final: true, core: closed #",
    "!!python/object:os.system",
    "&anchor *alias",
    "on",
    "1.10",
    "2026-01-01",
    "解決",
    "Закрыто",
    "To Do",
    "stay",
    "a\u2028b",
    "\u202egnissim",
    "%TAG ! x",
    "```",
    "x" * 190,
)


def test_one_ticket(drafting: Drafting) -> None:
    """One ticket is a draft of one path, and too few to say anything of others."""
    draft = drafting(table(HEAD, walk("New", "In Progress", "Resolved", "Closed")))

    assert [] == draft.problems()
    assert ["open", "in-fix", "resolved", "closed"] == [each.core for each in draft.policy.states.values()]
    assert "kept by 95% of 1; too few to say anything of all tickets" in draft.text
    assert ["zone", "people", "roles", "severity", "channel", "hours", "promises"] == draft.summary["unknown"]


def test_words_of_strangers_are_words(drafting: Drafting) -> None:
    """No word of an export is anything but a label, and each keeps its own, as it is seen."""
    rows = [row for n, word in enumerate(HOSTILE) for row in walk("New", word, "Closed", ticket=n, day=n + 1)]
    draft = drafting(table(HEAD, rows))
    labels = {text for state in draft.policy.states.values() for _, text in state.label.texts}

    assert [] == draft.problems()
    seen = {"a\u2028b": "a b", "\u202egnissim": "gnissim"}
    assert {*(seen.get(word, word) for word in HOSTILE), "New", "Closed"} == labels
    assert 0 == draft.summary["rows_left_out"]
    assert {"closed"} == {name for name, each in draft.policy.states.items() if each.core == "closed"}
    audit = draft.audit()
    assert audit["moves"] == audit["conforming_moves"]


def test_spellings_of_one_word_are_one_state(drafting: Drafting) -> None:
    """Case, accents and signs aside; the most frequent spelling is the label."""
    rows = walk("NEW", "new", "En cours", "EN COURS", "Résolu") + walk("new", "en-cours", "résolu", ticket=2)
    draft = drafting(table(HEAD, rows))

    assert ["new", "en-cours", "resolu"] == list(draft.policy.states)
    assert 4 == draft.summary["moves"]["seen"]


def test_thousands_of_states(drafting: Drafting, request: pytest.FixtureRequest) -> None:
    """The most frequent hundred words are states; the rows of the others are left out, and counted.

    With `--full` there are four hundred words, and a scenario for each of the hundred paths.
    """
    words, paths = (400, "100") if request.config.getoption("--full") else (150, "10")
    rows = [row for n in range(words) for row in walk("New", f"stage {n}", "Closed", ticket=n)]
    draft = drafting(table(HEAD, rows), "--paths", paths)

    assert [] == draft.problems()
    assert 100 == len(draft.policy.states)
    assert words - 98 == draft.summary["rows_left_out"]
    audit = draft.audit()
    assert audit["moves"] - audit["conforming_moves"] <= 0.02 * audit["moves"]


def test_open_tickets_are_not_thrown_away(drafting: Drafting) -> None:
    """Of twenty tickets two are open: within no time are 95 % known to be resolved, so no time is written."""
    rows = [row for n in range(20) for row in walk("New", *["Resolved"] * (n > 1), ticket=n)]
    draft = drafting(table(HEAD, rows))

    assert [] == draft.problems()
    assert () == draft.policy.commitments
    assert [(None, 20, 18)] * 2 == [
        (each["within"], each["clocks"], each["stopped"]) for each in draft.summary["times"]
    ]
    assert "times" in draft.summary["unknown"]


def test_waits_are_seen_from_who_acts_next(drafting: Drafting) -> None:
    """A word that says nothing is a wait where customers act next; one that says so is one of itself."""
    rows = []
    for ticket in range(10):
        states = ("New", "Blue", "In Progress", "Waiting for customer", "Resolved")
        who = ("customer", "agent", "customer", "agent", "agent")
        rows += [(*row, role, role) for row, role in zip(walk(*states, ticket=ticket), who)]
    draft = drafting(table("id,time,status,actor,author role", rows))

    assert [] == draft.problems()
    assert ["blue", "waiting-for-customer"] == draft.summary["waits"]
    assert "the customer acts next 10 times of 10" in draft.text
    assert "its word says that the customer is waited for" in draft.text


def test_severities_whose_order_no_word_tells(drafting: Drafting) -> None:
    """`Value 1` may be the highest or the lowest: there is no scale, unless somebody says it."""
    rows = [(*row, f"Value {n % 2 + 1}") for n in range(6) for row in walk("New", "Resolved", ticket=n)]
    text = table("id,time,status,priority", rows)

    assert ((), True) == ((draft := drafting(text)).policy.severities, "severity-order" in draft.summary["unknown"])
    said = drafting(text, "--scale", "Value 2, Value 1", folder="said")
    assert ["value-2", "value-1"] == [each.id for each in said.policy.severities]
    assert "# column priority; somebody has said which is higher\n" in said.text
    assert [] == said.problems()


def test_rare_moves_are_left_out_and_named(drafting: Drafting) -> None:
    """A move under the share is no transition; what is against the core lifecycle and frequent changes the core."""
    rows = [row for n in range(300) for row in walk("New", "In Progress", "Resolved", "Closed", ticket=n)]
    rows += walk("New", "Closed", ticket="rare")
    draft = drafting(table(HEAD, rows), "--least", "0.5%")

    assert [{"from": "new", "to": "closed", "count": 1, "why": "rare"}] == draft.summary["left_out"]
    assert 1 == draft.summary["moves"]["nonconforming"]
    back = [row for n in range(9) for row in walk("New", "In Progress", "New", "Closed", "Resolved", ticket=n)]
    again = drafting(table(HEAD, back), folder="again")
    assert ["qualified", "in-fix", "resolved", "resolved"] == [each.core for each in again.policy.states.values()]
    assert [] == again.problems()


@pytest.mark.parametrize("seed", range(2))
def test_any_walk_is_drafted(drafting: Drafting, seed: int) -> None:
    """Tickets that go anywhere, and stop anywhere."""
    drawn = random.Random(seed)
    words = ["New", "Open", "In Progress", "Pending", "Workaround", "Resolved", "Closed", "Cancelled", "Odd", "Even"]
    rows = []
    for ticket in range(60):
        rows += walk(*drawn.choices(words, k=drawn.randint(1, 9)), ticket=ticket, day=ticket % 28 + 1)
    draft = drafting(table(HEAD, rows))
    audit = draft.audit()

    assert [] == draft.problems()
    assert audit["moves"] - audit["conforming_moves"] <= 0.02 * audit["moves"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,colour\n1,red\n", "no column tells when it happened: name it with `--at`"),
        ("id,time\n1,2026-01-01T00:00Z\n", "no column is like a status: name it with `--status`"),
        ("id,time,status\n", "there is no row in it"),
    ],
)
def test_what_is_no_history(tmp_path: Path, text: str, told: str) -> None:
    """It is refused with what to say, and nothing is written."""
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    done = invoke("draft", tmp_path / "export.csv", "-o", tmp_path / "draft")

    assert 2 == done.exit_code
    assert told in done.stderr
    assert not (tmp_path / "draft").exists()
