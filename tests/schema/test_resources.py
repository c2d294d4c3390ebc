"""The schemas are found wherever upheld runs from."""

from __future__ import annotations

import json
from pathlib import Path

from upheld.schema.resources import read_schema, schema_names


def test_the_schemas_are_those_of_the_checkout(root: Path) -> None:
    """In a checkout nothing is copied: an edit of schemas/ counts at once."""
    present = {path.name.removesuffix(".schema.json") for path in (root / "schemas").glob("*.json")}

    assert present == set(schema_names())
    for name in schema_names():
        assert (root / "schemas" / f"{name}.schema.json").read_bytes() == read_schema(name)


def test_the_schemas_are_of_draft_2020_12() -> None:
    assert schema_names()
    for name in schema_names():
        assert "https://json-schema.org/draft/2020-12/schema" == json.loads(read_schema(name))["$schema"]
