"""What a document says when it is read: values, keys, places."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import upheld
from upheld.core.errors import DocumentError
from upheld.core.finding import Place
from upheld.document import MAX_DEPTH, Document, Mapping, Sequence, read_document

POLICY = """\
# yaml-language-server: $schema=policy.schema.json
upheld: 1
vendor: {name: Société, country: CH, language: fr}
states:
  waiting-for-customer:
    label: {en: Waiting for you, fr: "En attente \U0001f600 client"}   # ce que l'on voit
    core: qualified
channels:
- id: portal
  accepts: [submit, comment]
-   id: phone
    accepts:
empty: []
says: >
  two
  lines
"""


def read(text: str, **options: Any) -> Document:
    return read_document(text.encode(), "policy.yaml", **options)


def codes(text: str, **options: Any) -> list[tuple[str, int, int]]:
    """Code, line and column of everything that is wrong with ``text``."""
    with pytest.raises(DocumentError) as caught:
        read(text, **options)
    return [(finding.code, finding.place.line, finding.place.column) for finding in caught.value.findings]


def test_a_document_is_plain_dicts_and_lists(libyaml: bool) -> None:
    """What a schema validator walks and `json` writes, in the order of the file."""
    root = read(POLICY, libyaml=libyaml).root

    assert {
        "upheld": 1,
        "vendor": {"name": "Société", "country": "CH", "language": "fr"},
        "states": {
            "waiting-for-customer": {
                "label": {"en": "Waiting for you", "fr": "En attente \U0001f600 client"},
                "core": "qualified",
            }
        },
        "channels": [{"id": "portal", "accepts": ["submit", "comment"]}, {"id": "phone", "accepts": None}],
        "empty": [],
        "says": "two lines\n",
    } == root
    assert ["upheld", "vendor", "states", "channels", "empty", "says"] == list(root)
    assert root == json.loads(json.dumps(root))
    jsonschema.validate(root, {"type": "object", "properties": {"channels": {"type": "array", "minItems": 2}}})


@pytest.mark.parametrize(
    ("path", "value_at", "key_at"),
    [
        ((), (2, 1), (2, 1)),
        (("upheld",), (2, 9), (2, 1)),
        (("vendor",), (3, 9), (3, 1)),
        (("vendor", "country"), (3, 34), (3, 25)),
        (("states",), (5, 3), (4, 1)),
        (("states", "waiting-for-customer", "label"), (6, 12), (6, 5)),
        (("states", "waiting-for-customer", "label", "fr"), (6, 38), (6, 34)),
        (("states", "waiting-for-customer", "core"), (7, 11), (7, 5)),
        (("channels",), (9, 1), (8, 1)),
        (("channels", 0), (9, 3), (9, 3)),
        (("channels", 0, "accepts", 1), (10, 21), (10, 21)),
        (("channels", 1), (11, 5), (11, 5)),
        (("channels", 1, "accepts"), (12, 13), (12, 5)),
        (("empty",), (13, 8), (13, 1)),
        (("says",), (14, 7), (14, 1)),
    ],
)
def test_every_key_and_value_has_its_place(
    path: tuple[str | int, ...], value_at: tuple[int, int], key_at: tuple[int, int], libyaml: bool
) -> None:
    """Lines and columns count from 1, columns in characters: an accent or an emoji is one."""
    document = read(POLICY, libyaml=libyaml)

    assert Place("policy.yaml", *value_at) == document.place(path)
    assert Place("policy.yaml", *key_at) == document.place(path, key=True)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("vendor", "town"), ("vendor",)),
        (("vendor", "name", "first"), ("vendor", "name")),
        (("channels", 2, "id"), ("channels",)),
        (("channels", -1), ("channels",)),
        (("channels", "id"), ("channels",)),
        (("states", 0), ("states",)),
        (("nowhere", "at", "all"), ()),
    ],
)
def test_a_path_that_leads_nowhere_has_the_place_of_the_deepest_node(
    path: tuple[str | int, ...], expected: tuple[str | int, ...]
) -> None:
    """What is missing is shown where it is missing from, with `key` too."""
    document = read(POLICY)

    assert document.place(expected) == document.place(path)
    assert document.place(expected) == document.place(path, key=True)


def test_containers_know_their_own_places() -> None:
    """A mapping or list taken out of its document still tells where it stands, copied or not."""
    root = read(POLICY).root
    vendor = root["vendor"]
    channels = root["channels"]
    assert isinstance(vendor, Mapping)
    assert isinstance(channels, Sequence)

    assert "policy.yaml:3:9" == str(vendor.place)
    assert "policy.yaml:3:25" == str(vendor.key_place("country"))
    assert "policy.yaml:3:34" == str(vendor.value_place("country"))
    assert "policy.yaml:9:1" == str(channels.place)
    assert "policy.yaml:11:5" == str(channels.value_place(1))
    assert "policy.yaml" == vendor.source.name == channels.source.name
    for again in (copy.copy(vendor), copy.deepcopy(vendor), pickle.loads(pickle.dumps(vendor))):
        assert vendor == again
        assert vendor.key_place("country") == again.key_place("country")
    with pytest.raises(KeyError):
        vendor.key_place("town")
    with pytest.raises(KeyError):
        vendor.value_place("town")
    for index in (-1, 2):
        with pytest.raises(IndexError):
            channels.value_place(index)


def test_line_ends_of_windows_change_nothing(libyaml: bool) -> None:
    """The same values at the same places, and no carriage return in any of them."""
    unix = read(POLICY, libyaml=libyaml)
    windows = read(POLICY.replace("\n", "\r\n"), libyaml=libyaml)

    assert unix.tree == windows.tree
    for path in (("says",), ("channels", 1, "accepts"), ("states", "waiting-for-customer", "core")):
        assert unix.place(path) == windows.place(path)
    assert unix.source.line(9) == windows.source.line(9)


def test_json_is_read_too(libyaml: bool) -> None:
    """With tabs, no spaces after colons, and escapes of its own."""
    text = '{\n\t"a":1,\n\t"b":["\\u00e9\\/",true,null],\t"c":{}\n}'

    assert json.loads(text) == read(text, libyaml=libyaml).root


def test_a_list_is_read_when_one_is_asked_for(libyaml: bool) -> None:
    """Scenarios are a list; what a document has to be is the caller's to say."""
    assert ["a"] == read("- a", root="list", libyaml=libyaml).items
    assert ["a"] == read("- a", root="either", libyaml=libyaml).tree
    assert {"a": 1} == read("a: 1", root="either", libyaml=libyaml).tree
    assert [("UP051", 1, 1)] == codes("- a", libyaml=libyaml)
    assert [("UP051", 2, 1)] == codes("# c\na: 1", root="list", libyaml=libyaml)
    for root in ("mapping", "list", "either"):
        assert [("UP051", 1, 1)] == codes("a :b", root=root, libyaml=libyaml)
        assert [("UP050", 1, 1)] == codes("# c\n---\n", root=root, libyaml=libyaml)


def test_everything_wrong_is_told_at_once(libyaml: bool) -> None:
    """In the order of the file, up to and with the first place that is no YAML."""
    text = (
        "%YAML 1.1\n---\na: &x 1\na: *x\nb:\u00a0c\n<<: {d: !t 5}\n"
        'e: 99999999999999999999\n[f]: 1\ng: "\\e"\n\u0007: 1\n'
    )

    assert [
        ("UP034", 1, 1),
        ("UP030", 3, 4),
        ("UP040", 4, 1),
        ("UP031", 4, 4),
        ("UP011", 5, 3),
        ("UP010", 10, 1),
    ] == codes(text, libyaml=libyaml)
    assert [
        ("UP034", 1, 1),
        ("UP030", 3, 4),
        ("UP040", 4, 1),
        ("UP031", 4, 4),
        ("UP032", 6, 1),
        ("UP033", 6, 9),
        ("UP042", 7, 4),
        ("UP041", 8, 1),
        ("UP010", 9, 5),
        ("UP010", 10, 1),
    ] == codes(text.replace("\u00a0", " "), libyaml=libyaml)
    assert [("UP040", 2, 1), ("UP022", 3, 4)] == codes("a: 1\na: 2\nb: 'c\nd: 3\nd: 4\n", libyaml=libyaml)


def test_the_first_of_two_equal_keys_is_told_with_each_other_one(libyaml: bool) -> None:
    """Both places stand in the finding."""
    with pytest.raises(DocumentError) as caught:
        read("a: 1\nb: {c: 1, 'c': 2, c: {d: 1, d: 2}}\n", libyaml=libyaml)
    hints = [finding.hint for finding in caught.value.findings]

    assert [(2, 11), (2, 19), (2, 29)] == [(f.place.line, f.place.column) for f in caught.value.findings]
    assert ["line 2, column 5", "line 2, column 5", "line 2, column 23"] == [
        hint.removeprefix("it stands already in ").partition(";")[0] for hint in hints
    ]


def test_no_more_problems_are_told_than_a_person_reads(libyaml: bool) -> None:
    """A hundred, and a last one that says so where reading stopped."""
    found = codes("a: 1\n" * 300, libyaml=libyaml)

    assert [("UP040", line, 1) for line in range(2, 102)] + [("UP005", 102, 1)] == found


def test_depth_is_counted_in_open_mappings_and_lists(libyaml: bool) -> None:
    """64 inside one another are read, in brackets or by indentation; the 65th is refused where it begins."""
    for opening, closing in (("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")):
        text = opening * MAX_DEPTH + closing * MAX_DEPTH
        if opening != "? ":
            assert read(text, root="either", libyaml=libyaml)
        deeper = opening * (MAX_DEPTH + 1) + closing * (MAX_DEPTH + 1)
        assert ("UP003", 1, len(opening) * MAX_DEPTH + 1) == codes(deeper, libyaml=libyaml)[-1]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[" * 25_000, (1, 65)),
        ("zone: x\nweekly: " + "[" * 25_000, (2, 72)),
        ("[a: " * 9000, (1, 129)),
        ("[" * 70 + "@", (1, 65)),
        ("[" * 1010 + "'x", (1, 65)),
        ("[ '[[', " * 3000, (1, 513)),
    ],
    ids=lambda value: str(value)[:16],
)
def test_depth_is_refused_before_what_a_parser_sees_further_on(
    text: str, place: tuple[int, int], libyaml: bool
) -> None:
    """V01, Y03: at the 65th bracket, though libyaml has a limit of its own, or more is wrong soon after."""
    assert [("UP003", *place)] == codes(text, libyaml=libyaml)


def test_what_stands_before_the_depth_is_told_first(libyaml: bool) -> None:
    """V01: nothing is lost of what precedes the place where some parsers stop."""
    assert [("UP030", 1, 2), ("UP003", 1, 68)] == codes("[&a " + "[" * 2000, libyaml=libyaml)
    assert [("UP022", 1, 9)] == codes('"a[[[[" [' + "[" * 2000, libyaml=libyaml)


def test_the_root_of_the_wrong_kind_is_a_slip_of_ours() -> None:
    """`root` and `items` assert what `read_document` was asked for."""
    with pytest.raises(AssertionError):
        _ = read("- a", root="list").root
    with pytest.raises(AssertionError):
        _ = read("a: b").items


def test_reading_needs_no_other_part_of_this_package() -> None:
    """The reader is imported without the schema validator, the command line or the plugins."""
    program = (
        "import sys, upheld.document;"
        "print(sorted({'jsonschema', 'click', 'pluggy', 'rich', 'transitions', 'holidays'} & set(sys.modules)))"
    )
    engine = Path(upheld.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(engine)}
    )

    assert "[]" == done.stdout.strip()
