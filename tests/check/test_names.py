"""Names: whatever names something is checked against its section, and what nothing names is told."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from check.desk import SECTIONS, desk, found, hints, told
from check.mutation import Tree, originals, text_of, tree_of

from upheld.check.inspection import spots_in
from upheld.check.vocabulary.names import MOST_SLIPS, REFERENCES, RESERVED_BY_SECTION, USED_SECTIONS, WORD_LISTS
from upheld.document import read_document
from upheld.loader import sections
from upheld.loading import examine

EVERYTHING = Path(__file__).resolve().parents[1] / "documents" / "good" / "everything.yaml"


@cache
def _everything() -> Tree:
    return tree_of(EVERYTHING.read_bytes())


def everything() -> dict[str, Any]:
    """The tree of a policy that uses every word of the language, to be changed at will."""
    return copy.deepcopy(_everything())


def put(tree: Any, path: tuple[str | int, ...], value: object) -> None:
    """Write ``value`` at the end of ``path``."""
    for step in path[:-1]:
        tree = tree[step]
    tree[path[-1]] = value


SPOTS = [
    (pattern, path)
    for _, pattern, besides in REFERENCES
    for path, word in spots_in(_everything(), pattern)
    if isinstance(word, str) and word not in besides
]


UNUSED = {
    *(
        (*where, way)
        for where in (("commitments", "cancel"), ("timers", "reset"))
        for way in ("leaves", "on", "enters")
    ),
    *((*("commitments", "pause", key), way) for key in ("from", "until") for way in ("enters", "leaves")),
    *(("charges", kind, *where) for kind in ("hold", "waive") for where in (("amount", "parameter"), ("split", "in"))),
    ("commitments", "within", "parameter"),
    ("remedies", "cap", "contract"),
    *(
        ("remedies", *where, "parameter")
        for where in (("amount", "is"), ("steps", "is", "share"), ("amount", "is", "share"))
    ),
    *(
        (*holder, "cap", key, "parameter")
        for holder in (("remedies",), ("accounts", "*"))
        for key in ("amount", "share")
    ),
}
"""Places like others in the table, which no policy needs to fill all."""


def test_every_place_of_a_name_is_in_the_example() -> None:
    """So that the next tests look at every line of the table."""
    assert set() == {pattern for _, pattern, _ in REFERENCES} - {pattern for pattern, _ in SPOTS} - UNUSED


def test_names_that_are_not_declared_are_told_at_their_places() -> None:
    """All of them in one policy, which has no right name left."""
    tree = everything()
    for number, (_, path) in enumerate(SPOTS):
        put(tree, path, f"xyzzy-{number}")
    document = read_document(text_of(tree), "x")
    places = {each.place for each in examine(text_of(tree), "x").findings if each.code == "UP201"}

    assert [] == [path for _, path in SPOTS if document.place(path) not in places]


def test_a_name_that_is_not_declared_is_told_once(request: pytest.FixtureRequest) -> None:
    """What follows from it is not told besides: one error for one mistake."""
    for _, path in SPOTS if request.config.getoption("--full") else SPOTS[::20]:
        tree = everything()
        put(tree, path, "xyzzy-7")
        [error] = examine(text_of(tree), "x").errors
        assert "UP201" == error.code, path
        assert error.message.endswith(" `xyzzy-7` is not declared"), path


def test_the_nearest_name_is_suggested() -> None:
    """Words that the language allows besides are suggested too."""
    moves = "[{id: a, on: submit, opens: true, to: opne, assumes: [usual]}]"

    assert ["did you mean `open`?"] == hints(desk(transitions=moves, states="{open: {core: closed, final: true}}"))[:1]
    assert "did you mean `stay`?" in hints(desk(transitions=f"{desk_moves()[:-1]}, {stays('sty')}]"))
    assert "did you mean `any`?" in hints(desk(transitions=f"{desk_moves()[:-1]}, {stays('stay', 'anny')}]"))


def desk_moves() -> str:
    """The transitions of the desk."""
    return SECTIONS["transitions"]


def stays(to: str, origin: str = "open") -> str:
    """A transition that stays."""
    return f"{{id: note, on: note, from: {origin}, to: {to}, assumes: [usual]}}"


def test_without_a_near_name_those_declared_are_listed() -> None:
    """Or the section in which to declare it."""
    assert ["roles declared under `roles:` are `agent`"] == hints(
        desk(events="{submit: {by: [agent, zoologist]}, close: {by: agent}}")
    )
    assert ["declare it under `calendars:`"] == hints(
        desk(timers="[{id: x, in: open, after: 1h, calendar: hours, effects: [{kind: notify}], assumes: [usual]}]")
    )


@pytest.mark.parametrize("section", [name for name, each in sections.SECTIONS.items() if each.is_list])
def test_a_name_stands_once_in_a_list(section: str) -> None:
    """The second is told, with the line of the first."""
    tree = everything()
    tree[section].append(dict(tree[section][0]))
    findings = examine(text_of(tree), "everything.yaml").findings
    twice = [each for each in findings if each.code == "UP203"]

    assert 1 == len(twice)
    assert "is declared twice" in twice[0].message
    assert "the first stands at line" in twice[0].hint


@pytest.mark.parametrize("pattern", WORD_LISTS)
def test_a_word_stands_once_in_a_list(pattern: tuple[str, ...]) -> None:
    tree = everything()
    lists = [path[:-1] for path, _ in spots_in(tree, pattern) if isinstance(path[-1], int)]
    for path in dict.fromkeys(lists):
        inner: Any = tree
        for step in path:
            inner = inner[step]
        inner.append(inner[0])
        assert ["UP203"] == [each.code for each in examine(text_of(tree), "x").findings if each.code == "UP203"]
        inner.pop()


@pytest.mark.parametrize("section", RESERVED_BY_SECTION)
def test_a_word_of_the_language_is_no_name(section: str) -> None:
    """States, events, calendars and facts each have words that mean something already."""
    tree = everything()
    words = RESERVED_BY_SECTION[section]
    tree[section] |= dict.fromkeys(words, next(iter(tree[section].values())))
    said = [each.message for each in examine(text_of(tree), "x").errors if each.code == "UP208"]

    assert [f"`{word}` has a meaning of its own, so no {section[:-1]} can be called so" for word in words] == said


@pytest.mark.parametrize("section", USED_SECTIONS)
def test_what_nothing_uses_is_told(section: str) -> None:
    """A copy of an item under a new name that nothing names."""
    tree = everything()
    item = next(iter(tree[section].values()))
    tree[section]["xyzzy-7"] = {key: value for key, value in item.items() if key != "parameters"}
    findings = [each.message for each in examine(text_of(tree), "x").warnings]

    assert [message for message in findings if "`xyzzy-7` is declared and never used" in message]


USES = {
    "a contract in a condition": ("contracts", "{contract: xyzzy}"),
    "a contract's attribute in a condition": ("contracts", "{contract.xyzzy.seats: {above: 1}}"),
    "a calendar in a condition": ("calendars", "{opening: {xyzzy: open}}"),
    "a parameter in a condition": ("parameters", "{parameter.xyzzy: {set: true}}"),
    "a condition by its name": ("conditions", "xyzzy"),
    "a condition inside another": ("conditions", "{any: [xyzzy, {state: open}]}"),
}


@pytest.mark.parametrize("section, condition", USES.values(), ids=USES)
def test_what_a_condition_names_is_used(section: str, condition: str) -> None:
    item = {
        "contracts": "{xyzzy: {attributes: {seats: {integer: true}}}}",
        "calendars": '{xyzzy: {zone: Etc/UTC, weekly: {mon: ["09:00-17:00"]}, assumes: [usual]}}',
        "parameters": "{xyzzy: {values: [{is: 4h}], assumes: [usual]}}",
        "conditions": "{xyzzy: {state: closed}}",
    }[section]
    rules = f"[{{id: r, on: close, when: {condition}, refuse: always, assumes: [usual]}}]"

    assert [] == [each for each in told(desk(**{section: item}, rules=rules)) if "never used" in each]
    assert ["xyzzy"] == [each.message.split("`")[1] for each in found(desk(**{section: item})) if each.code == "UP202"]


def test_what_is_read_for_its_value_is_used() -> None:
    """A contract of which only an attribute is kept is used."""
    text = desk(
        contracts="{tma: {attributes: {seats: {integer: true}}}}",
        facts="{seats: {integer: true}}",
        events="{submit: {by: agent, sets: {seats: {ref: contract.tma.seats}}}, close: {by: agent}}",
    )

    assert [] == told(text)


def test_a_data_field_may_have_any_name() -> None:
    """Also one that the language uses elsewhere for texts, clauses or conditions."""
    names = ("label", "message", "about", "says", "title", "clauses", "assumes", "when", "on", "from", "remove")
    fields = ", ".join(f"{name}: {{text: true}}" for name in names)

    assert [] == told(desk(events=f"{{submit: {{by: agent, data: {{{fields}}}}}, close: {{by: agent}}}}"))


def test_installed_policies_name_nothing_that_is_missing() -> None:
    for name, tree in originals().items():
        assert [] == list(_undeclared(name, tree))


def _undeclared(name: str, tree: dict[str, Any]) -> Iterator[str]:
    for each in examine(text_of(tree), name).findings:
        if each.code in ("UP201", "UP204"):
            yield each.message


def test_after_very_many_findings_nobody_is_told_what_was_meant() -> None:
    """All names that nobody declared are told; looking up the nearest one of each would take long (THREATS V03)."""
    cited = [f"usuall{number}" for number in range(MOST_SLIPS)]
    rows = "".join(f"{{is: {i}, assumes: [{', '.join(cited[i : i + 50])}]}}, " for i in range(0, MOST_SLIPS, 50))
    findings = found(desk(parameters=f"{{many: {{values: [{rows}{{is: 1, assumes: [usuall]}}]}}}}"))
    undeclared = [each for each in findings if each.code == "UP201"]

    assert MOST_SLIPS + 1 == len(undeclared)
    assert ("did you mean `usual`?", True) == (undeclared[0].hint, "`usual`" in undeclared[-1].hint)
    assert undeclared[-1].hint.startswith("assumptions declared under")
