"""Shape: each way in which a document does not fit its schema is told once, at its place, in an author's words."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from upheld.core.finding import Finding
from upheld.document import read_document
from upheld.schema.resources import read_schema
from upheld.schema.shape import MOST_SLIPS, kind_of, shape_findings

HEAD = "upheld: 1\npolicy: p\nversion: 1.0.0\nzone: Etc/UTC\nvendor: {name: V}\n"


def found(text: str, head: str = HEAD) -> list[Finding]:
    """What is found in the shape of a policy."""
    return shape_findings(read_document(f"{head}{text}\n".encode(), "p.yaml"), "policy")


def said(text: str, head: str = HEAD) -> list[tuple[str, str]]:
    """Place, code and message of each finding, and its hint."""
    findings = found(text, head)
    return [(f"{each.place.line}:{each.place.column} {each.code} {each.message}", each.hint) for each in findings]


CASES = """
a key that is misspelt
  clause: {}
6:1 UP101 unknown key `clause`
hint: did you mean `clauses`?
a key in capitals
  Roles: {}
6:1 UP101 unknown key `Roles`
hint: did you mean `roles`?
a key with an underscore
  commitments: [{id: c, on_reopen: ignore, start: {on: a}, stop: {on: b}, within: 1h}]
6:23 UP101 unknown key `on_reopen`
hint: did you mean `on-reopen`?
a key of former days
  commitments: [{id: c, on-severity-change: keep, start: {on: a}, stop: {on: b}, within: 1h}]
6:23 UP110 `on-severity-change` is called `on-change` now
hint: write `on-change`
a key of former days beside what it is called now
  commitments: [{id: c, on-change: keep, on-severity-change: keep, start: {on: a}, stop: {on: b}, within: 1h}]
6:40 UP101 unknown key `on-severity-change`
hint: it is called `on-change` now, which is there as well: leave this one out
a key that is written elsewhere
  commitments: [{id: c, start: {on: a}, stop: {on: b}, within: {ref: promised-for}}]
6:63 UP101 unknown key `ref`
hint: write `{at: {ref: NAME}}` for an instant or a date that was agreed
a key like none
  roles: {a: {power: much}}
6:13 UP101 unknown key `power`
hint: the keys here are `override`, `remove`, `label`, `side`, `channel`, `clauses`, `assumes`
a key that is missing
  states: {a: {}}
6:10 UP102 `core` is missing
hint: add `core:`, the core state it refines
a missing key that is misspelt
  states: {a: {coer: open}}
6:14 UP101 unknown key `coer`
hint: did you mean `core`?
a missing key of an item of a list
  rules:
    - on: a
      refuse: always
7:5 UP102 `id` is missing
hint: add `id:`, a name in kebab-case: lower-case letters, digits and single hyphens
nothing where a mapping is needed
  roles: {a: }
6:12 UP103 there is nothing, where a mapping is needed
hint: give it a value, such as `{}`, or leave the key out
a mapping where a text is needed
  sources: {a: {url: {a: b}}}
6:20 UP103 this is a mapping, where a text is needed
hint: write one text; it needs no quotes unless it holds `: `, ` #` or looks like a number
a list where a mapping is needed
  roles: [a]
6:8 UP103 this is a list, where a mapping is needed
hint: write keys with their values below it, or `{KEY: VALUE}`
an empty list where a mapping is needed
  roles: []
6:8 UP103 this is a list, where a mapping is needed
hint: write keys with their values below it, or `{KEY: VALUE}`
a number where a name is needed
  severities: [{id: 1}]
6:19 UP103 `1` is a whole number, where a text is needed
hint: write `"1"`, in quotes, where a name is meant
truth where a name is needed
  severities: [{id: true}]
6:19 UP103 `true` is `true` or `false`, where a text is needed
hint: write `"true"`, in quotes, where a name is meant
a text where a number is needed
  facts: {a: {integer: true, at-least: none}}
6:38 UP103 `none` is a text, where a whole number is needed
hint: write digits alone, without quotes
a number in quotes
  facts: {a: {integer: true, at-least: "5"}}
6:38 UP103 `5` is a text, where a whole number is needed
hint: `5` stands in quotes here, so it is text; remove the quotes
a word that is not one of a few
  states: {a: {core: opne}}
6:20 UP104 `opne` cannot stand here
hint: did you mean `open`?
a word like none of a few
  roles: {a: {side: left}}
6:19 UP104 `left` cannot stand here
hint: it can be `customer`, `vendor`, `third-party`
truth that can only be true
  states: {a: {core: open, final: false}}
6:33 UP104 `false` cannot stand here
hint: it can only be `true`; else leave the key out
a word that can only be one
  rules: [{id: r, on: a, refuse: never}]
6:32 UP104 `never` cannot stand here
hint: it can only be `always`
a spelling of truth
  facts: {a: {boolean: Yes}}
6:22 UP104 `Yes` cannot stand here
hint: `Yes` is text here; write `true`
one that is no number
  escalation: {levels: [a], on: b, step: true}
6:40 UP104 `true` cannot stand here
hint: it can only be `1`
a name of a mapping that is none
  roles: {A b: {}}
6:9 UP105 `A b` is no name
hint: use lower-case letters, digits and single hyphens, such as `a-b`
a name that is none
  severities: [{id: über}]
6:19 UP105 `über` is no name
hint: use lower-case letters, digits and single hyphens, such as `ber`
an empty list
  contracts: {a: {parameters: []}}
6:29 UP106 this list is empty
hint: name at least one, or leave the key out
an empty mapping
  rules: [{id: r, on: a, when: {}, refuse: always}]
6:30 UP106 this mapping is empty
hint: say something in it, or leave the key out
a number that is too small
  charges: [{id: c, on: a, debit: {account: b, amount: -1}}]
6:54 UP108 `-1` is too small
hint: the least is `0`
a number that is too large
  events: {a: {by: b, effects: [{kind: notify, less: 1001}]}}
6:52 UP108 `1001` is too large
hint: the most is `1000`
"""
PARTS = re.findall(r"^(\w.*)\n((?:  .*\n)+)(\d+:.*)\nhint: (.*)$", CASES, re.MULTILINE)


@pytest.mark.parametrize("text, message, hint", [part[1:] for part in PARTS], ids=[part[0] for part in PARTS])
def test_each_mistake_is_told_once(text: str, message: str, hint: str) -> None:
    """With the place, what is wrong, and what to write instead."""
    assert [(message, hint)] == said(re.sub("^  ", "", text, flags=re.MULTILINE))


def test_what_stands_under_a_former_name_is_looked_at_as_well() -> None:
    """It counts, so that it has to be right."""
    text = "commitments: [{id: c, on-severity-change: stay, start: {on: a}, stop: {on: b}, within: 1h}]"

    assert ["UP110", "UP104"] == [each.code for each in found(text)]


def test_what_is_too_long_is_told_with_its_length() -> None:
    """Lists and texts alike."""
    hint = "say it in less, or leave something out"

    assert [("6:12 UP107 this list has 17 entries, and at most 16 are read", hint)] == said(
        f"languages: [{', '.join(['en'] * 17)}]"
    )
    assert [("6:20 UP107 this text has 4001 characters, and at most 4000 are read", hint)] == said(
        f"roles: {{a: {{label: {'x' * 4001}}}}}"
    )


def test_top_level_keys_may_stand_in_any_order() -> None:
    assert [] == said("", "vendor: {name: V}\nzone: Etc/UTC\nversion: 1.0.0\npolicy: p\nupheld: 1\n")


def test_what_is_missing_at_the_top_is_told_at_the_top() -> None:
    hint = "add `version:`, version of this policy, such as `1.2.0`; verdicts report it"

    assert [("1:1 UP102 `version` is missing", hint)] == said("", HEAD.replace("version: 1.0.0\n", ""))


def test_a_policy_that_extends_another_inherits_zone_and_vendor() -> None:
    assert [] == said("", "upheld: 1\npolicy: p\nversion: 1.0.0\nextends: base@1.0.0\n")


REMOVED = """
states: {a: {remove: x}}
rules: [{id: r, remove: x}]
calendars: {c: {remove: x}}
clauses: {C: {remove: x}}
"""


def test_an_item_that_is_removed_says_nothing_else() -> None:
    assert [] == said(REMOVED)


LANGUAGE = {
    '"1"': ("`1`", "`1` stands in quotes here, so it is text; remove the quotes"),
    "2": ("`2`", "it can only be `1`"),
    "true": ("`true`", "it can only be `1`"),
}


@pytest.mark.parametrize("text", LANGUAGE)
def test_the_language_is_a_number(text: str) -> None:
    """In quotes it is text, and another version is another language."""
    word, hint = LANGUAGE[text]

    assert [(f"5:9 UP104 {word} cannot stand here", hint)] == said(f"upheld: {text}", HEAD.removeprefix("upheld: 1\n"))


def test_findings_stand_in_the_order_of_their_places() -> None:
    text = "states: {a: {core: opne}, B: {core: open}}\nroles: {a: }\nclause: {}"

    assert ["UP104", "UP105", "UP103", "UP101"] == [each.code for each in found(text)]


def test_a_condition_may_be_anything() -> None:
    """The grammar of conditions says what is wrong with it, not the schema."""
    assert [] == said("conditions: {a: b, c: {d: {e: {f: 1}}}, g: [h, {i: null}]}")


@pytest.mark.parametrize(
    "value, kind",
    [
        ("a", "a text"),
        (1, "a whole number"),
        (True, "`true` or `false`"),
        ({}, "a mapping"),
        ([], "a list"),
        (None, "nothing"),
    ],
)
def test_kinds_have_names(value: object, kind: str) -> None:
    assert kind == kind_of(value)


def keywords(schema: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every part of a schema with its path, but for what lies in constants."""
    found: list[tuple[str, Any]] = []
    if isinstance(schema, dict):
        found.append((path, schema))
        for key, value in schema.items():
            if key not in ("const", "enum", "default", "examples"):
                found += keywords(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for at, value in enumerate(schema):
            found += keywords(value, f"{path}/{at}")
    return found


TOLD = frozenset(
    "type enum const required format additionalProperties propertyNames minItems maxItems minProperties maxProperties"
    " maxLength minimum maximum properties items $ref if else x-renamed".split()
)
SILENT = frozenset({"description", "title", "default", "examples", "$schema", "$id", "$defs"})


@pytest.mark.parametrize("name", ["policy", "scenario"])
def test_a_schema_for_authors_uses_only_words_that_are_told_in_theirs(name: str) -> None:
    """A keyword that nobody translates would fail in the words of a library; none counts in fractions (S04)."""
    for path, part in keywords(json.loads(read_schema(name))):
        if path.endswith(("/properties", "/$defs", "/x-renamed")):
            continue
        assert set(part) <= TOLD | SILENT, path
        assert {"required"} == set(part.get("else", {"required": []})), path
        assert {"required"} == set(part.get("if", {"required": []})), path
        assert str(part.get("$ref", "#/$defs/x")).startswith("#/$defs/"), path
        assert 1 == part.get("minItems", 1) == part.get("minProperties", 1), path


def test_of_very_many_unknown_keys_only_the_first_are_taken_for_slips() -> None:
    """All are told; so many are no slips of the pen, and looking each one up would take long (THREATS V03)."""
    keys = ["statess", *(f"k{number}" for number in range(MOST_SLIPS - 1)), "statesss"]
    findings = [each for each in found("\n".join(f"{key}: 1" for key in keys)) if each.code == "UP101"]

    assert MOST_SLIPS + 1 == len(findings)
    assert "did you mean `states`?" == findings[0].hint
    assert findings[-1].hint.startswith("the keys here are")
