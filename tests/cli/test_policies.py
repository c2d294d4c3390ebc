"""`upheld policies`: what is installed, at a glance; one that is broken hides none of the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, MISUSED

VENDORS = ["entropics", "greenmash", "manao", "mapping", "proconcept"]

PLUGIN = """
@hookimpl
def upheld_policies():
    return [ProvidedPolicy("acme", files(__name__))]
"""

Install = Callable[..., Path]


def policies(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["policies", *arguments])


def test_every_policy_is_a_line() -> None:
    """The columns are aligned, and each policy says which distribution it comes from."""
    done = policies()

    assert DONE == done.exit_code
    head, *lines = done.stdout.splitlines()
    assert ["id", "version", "status", "vendor", "clauses", "from"] == head.split()
    assert ["base", *VENDORS] == [line.split()[0] for line in lines]
    assert {head.index("from")} == {line.index("upheld ") for line in lines}


def test_programs_get_json() -> None:
    """Every vendor names itself, its version and how many clauses its policy holds."""
    rows = json.loads(policies("--format", "json").stdout)

    assert ["base", *VENDORS] == [row["id"] for row in rows]
    for row in rows[1:]:
        assert row["clauses"] > 0
        assert row["vendor"].lower() == row["id"]
        assert row["version"]


BROKEN = {
    "no file": (None, "acme: plugin `acme_support` of acme_support 1.2 cannot show its policy `acme`"),
    "no YAML": (b"policy: [", "acme: acme_support/policy.yaml:1:"),
    "another policy": (
        b"policy: other\n",
        "acme: plugin `acme_support` of acme_support 1.2 provides it, but acme_support/policy.yaml does not say",
    ),
}


@pytest.mark.parametrize("text, start", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_policy_is_told_and_the_others_listed(install: Install, text: bytes | None, start: str) -> None:
    package = install("acme_support", PLUGIN)
    if text is not None:
        (package / "policy.yaml").write_bytes(text)

    done = policies()

    assert MISUSED == done.exit_code
    assert done.stderr.startswith(start)
    assert 1 == done.stderr.count("\n")
    assert ["base", *VENDORS] == [line.split()[0] for line in done.stdout.splitlines()[1:]]


def test_a_policy_that_says_little_is_listed_all_the_same(install: Install) -> None:
    """What it lacks, or says wrongly, is for `upheld check` to tell."""
    package = install("acme_support", PLUGIN)
    (package / "policy.yaml").write_bytes(b"policy: acme\nvendor: Acme\nversion: [1]\n")

    done = policies()

    assert DONE == done.exit_code
    assert ["acme", "active", "0", "acme_support", "1.2"] == done.stdout.splitlines()[1].split()
