"""The sections of a policy: one table, which says what the schema says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from upheld.loader.sections import SECTIONS
from upheld.schema.resources import read_schema

SCHEMA = json.loads(read_schema("policy"))
WHOLE = {"upheld", "policy", "version", "status", "extends", "effective", "zone", "vendor", "title", "languages"}
"""Keys that are one value each."""
NAMELESS = {"escalation", "queue", "checks"}
"""Lists whose lines have no names."""


def kind(value: Any) -> Any:
    """What a part of the schema asks for, references followed."""
    while "$ref" in value and "type" not in value:
        value = SCHEMA["$defs"][value["$ref"].rpartition("/")[2]]
    return value


def test_every_key_whose_items_have_names_is_a_section() -> None:
    assert set(SCHEMA["properties"]) - WHOLE - NAMELESS == set(SECTIONS)


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_is_what_the_schema_says(name: str) -> None:
    """Whether it is a list, and whether its items have labels."""
    section = kind(SCHEMA["properties"][name])
    item = kind(section.get("items") or section["additionalProperties"])

    assert (section["type"] == "array", "label" in item.get("properties", {})) == (
        SECTIONS[name].is_list,
        SECTIONS[name].labelled,
    )
