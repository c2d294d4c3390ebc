"""Good policies: what is right is left alone, every word of the language included."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from upheld.document import read_document
from upheld.loading import examine_policy
from upheld.schema.resources import read_schema

DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"
EVERYTHING = DOCUMENTS / "good" / "everything.yaml"
POLICIES = sorted([*DOCUMENTS.glob("good/*.yaml"), *DOCUMENTS.glob("good/*/policy.yaml")])
OF_OVERLAYS = {"extends", "override", "remove", "before"}
"""Keys that only a policy over another may use; it has tests of its own."""


def keys_of(schema: Any) -> Iterator[str]:
    """Every key that a schema knows by its name."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "properties":
                yield from value
            yield from keys_of(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from keys_of(value)


def keys_in(value: Any) -> Iterator[str]:
    """Every key that a document uses."""
    if isinstance(value, dict):
        yield from value
    for entry in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys_in(entry)


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: str(path.relative_to(DOCUMENTS / "good")))
def test_a_good_policy_has_no_finding(path: Path) -> None:
    """Strictly: what is waived says why."""
    examined = examine_policy(path, texts=[DOCUMENTS / "texts"])

    assert [] == [str(each) for each in examined.findings if not each.waived]


def test_one_of_them_uses_every_word_of_the_language() -> None:
    """So that whatever is tried on it is tried on all of the language."""
    schema = json.loads(read_schema("policy"))
    names = schema["$defs"].pop("names", {})
    schema["$defs"]["calendar"]["properties"]["weekly"].pop("properties")
    used = set(keys_in(read_document(EVERYTHING.read_bytes(), "everything.yaml").root))

    assert [] == sorted(set(keys_of(schema)) - used - OF_OVERLAYS - set(names.get("properties", {})))
