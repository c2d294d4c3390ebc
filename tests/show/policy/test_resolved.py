"""The resolved policy: the same values, each with the place where it was written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import assume
from hypothesis import given as examples
from hypothesis import strategies as st

import upheld
from upheld.core.errors import DocumentError
from upheld.document import read_document
from upheld.loader.overlay import Resolved, plain
from upheld.loading import Examined, examine, examine_policy
from upheld.plugins import installed_policies
from upheld.show.policy.resolved import resolved_yaml

ORIGIN = re.compile(r"  # (?:([a-z-]+) )?(\S+):(\d+)$")


def resolved(text: str, name: str = "policy.yaml") -> Resolved:
    return plain(read_document(text.encode(), name))


def read_back(written: str) -> object:
    return read_document(written.encode(), "back.yaml").root


@pytest.mark.parametrize("name", [policy.id for policy in installed_policies()])
def test_installed_policies_read_back(name: str) -> None:
    """And nothing is wrong with what was read back that was not before."""
    examined = examine_policy(name)
    assert examined.resolved is not None
    written = resolved_yaml(examined.resolved)
    again = examine(written.encode(), "again.yaml")

    assert examined.resolved.root == read_back(written)
    assert examined.policy is not None
    assert again.policy is not None
    assert examined.policy.digest == again.policy.digest
    assert [finding.code for finding in examined.findings] == [finding.code for finding in again.findings]


def test_what_extends_another_stands_by_itself(examined: Examined) -> None:
    """`extends` is done: items of both are there, and the words of overlays are gone."""
    assert examined.resolved is not None
    written = resolved_yaml(examined.resolved)

    assert () == examine(written.encode(), "again.yaml").errors
    assert {key: value for key, value in examined.resolved.root.items() if key != "extends"} == read_back(written)
    assert not re.search(r"^ *(extends|override|remove|before):", written, flags=re.MULTILINE)


def test_every_value_names_the_place_where_it_was_written(examined: Examined, root: Path) -> None:
    """The line there holds the key; the policy named is the one that the file holds."""
    assert examined.resolved is not None
    files = {
        "harbour/policy.yaml": root / "tests" / "documents" / "good" / "harbour" / "policy.yaml",
        "policies/base.yaml": Path(upheld.__file__).parent / "policies" / "base.yaml",
    }
    texts = {name: file.read_text(encoding="utf-8").split("\n") for name, file in files.items()}
    seen = set()
    for line in resolved_yaml(examined.resolved).split("\n"):
        key = re.match(r" *(?:- )?\"?([\w.-]+)\"?:", line)
        told = ORIGIN.search(line)
        if key is None or told is None:
            assert not line.strip() or line.startswith(("#", " ")), line
            continue
        policy, name, number = told.groups()
        assert key[1] in texts[name][int(number) - 1]
        seen.add((policy, name))

    assert {("harbour", "harbour/policy.yaml"), ("base", "policies/base.yaml")} == seen


def test_layout() -> None:
    """One line stays one, several stay several; long texts are folded; sections stand apart."""
    written = resolved_yaml(
        resolved(
            f"""policy: acme
version: "1.0"
title: {{en: One, fr: Un}}
sources:
  terms: {{title: [a, b]}}
  more:
    title: {{en: x,
      fr: z}}
  said: {"long words " * 12}
checks: []
""",
            "acme.yaml",
        )
    )

    told = [re.sub(" +# ", " # ", line) for line in written.split("\n")]
    folded = "long words long words long words long words long words long words long words long words long words long"
    assert [
        "# acme@1.0",
        "# After each value: where it was written.",
        "# acme@1.0 acme.yaml",
        "",
        "policy: acme # acme.yaml:1",
        'version: "1.0" # acme.yaml:2',
        "title: {en: One, fr: Un} # acme.yaml:3",
        "",
        "sources: # acme.yaml:4",
        "  terms: {title: [a, b]} # acme.yaml:5",
        "  more: # acme.yaml:6",
        "    title: # acme.yaml:7",
        "      en: x # acme.yaml:7",
        "      fr: z # acme.yaml:8",
        "  said: >- # acme.yaml:9",
        f"    {folded}",
        "    words long words long words",
        "checks: [] # acme.yaml:10",
        "",
    ] == [re.sub(r"#   (\S+)\s+", r"# \1 ", line) for line in told]


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.text(max_size=12),
    st.text("abc ,:#[]{}\"'\\-?*&!|>%@`\n~", max_size=12),
    st.sampled_from(
        [
            "true",
            "null",
            "~",
            "NO",
            "1.10",
            "010",
            "17:30",
            "12",
            "-",
            "- a",
            "a: b",
            "a #b",
            "x:",
            " x",
            "x ",
            "a" * 200,
        ]
    ),
    st.text("ab ", min_size=120, max_size=300),
)
KEYS = st.one_of(st.text(max_size=8), st.sampled_from(["1", "on", "a b", "true", "?", "*-12-31", "x: y"]))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


@examples(st.dictionaries(KEYS.filter(lambda key: key != "extends"), VALUES, min_size=1, max_size=4))
def test_any_document_reads_back(content: dict[str, object]) -> None:
    """Whatever it holds: texts that look like something else, markup, line breaks, nothing."""
    try:
        document = read_document(json.dumps(content, indent=1).encode(), "any.json")
    except DocumentError:
        assume(False)

    assert document.root == read_back(resolved_yaml(plain(document)))


def test_names_of_files_do_no_harm() -> None:
    """A comment ends with its line, so a name of a file must not."""
    written = resolved_yaml(resolved("policy: acme\n", "a\n- b\x1b[31m.yaml"))

    assert {"policy": "acme"} == read_back(written)
    assert "a\\n- b\\x1b[31m.yaml:1" in written
