"""Any bytes at all: a document or findings, nothing else, and both parsers agree (THREATS Y14).

`bench/fuzz_reader.py` does the same for as many inputs as one has time for.
"""

from __future__ import annotations

import unicodedata

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from upheld.core.errors import DocumentError
from upheld.core.finding import Finding, in_order
from upheld.document import TITLES, Document, Mapping, Sequence, Value, read_document

POLICY = """\
# yaml-language-server: $schema=../../../schemas/policy.schema.json
upheld: 1
policy: proconcept
effective: {from: 2021-01-01}
vendor: {name: "ProConcept", country: CH, language: fr}
assumptions:
  delays: {says: 'commit and resolve delays are not in the page we have', confidence: low}
calendars:
  support: {weekly: {mon-fri: ["08:00-12:00", "13:30-17:30"]}, assumes: [delays]}
states:
  waiting-for-customer:
    core: qualified
    label:
      en: Waiting for you
      fr: >-
        En attente
        du client
rules:
- id: lower-only
  on: set-severity
  when: {event.severity: {below: {ref: severity}}}
  message: |
    support may only lower it
"""
WORDS = (
    "a b key é \U0001f600 : - ? [ ] { } , # ' \" | > >- &a *a ! !!str % %YAML %TAG --- ... << \\ \\x41 \\uD83D \\q @ `"
    " true null ~ 12 99999999999999999999 1:30 \u00a0 \u2028 \ufeff e\u0301"
)
BLANKS = [" ", "  ", "    ", ": ", "- ", "? ", ", ", "\t", "\n", "\n  ", "\n- ", "\nk: ", "\r\n", "\r", "\0"]
TOKENS = [*WORDS.split(" "), *BLANKS]

yaml_like = st.lists(st.sampled_from(TOKENS), max_size=30).map("".join)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A policy in which a few characters were lost, doubled, or replaced by a token."""
    text = POLICY
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 6)))
        text = text[:start] + draw(st.sampled_from(["", text[start:end] * 2, *TOKENS])) + text[end:]
    return text


def outcome(data: bytes, libyaml: bool) -> Document | tuple[Finding, ...]:
    """What reading ends in; any exception but ours fails the test."""
    try:
        return read_document(data, "f", root="either", libyaml=libyaml)
    except DocumentError as error:
        return error.findings


def check(data: bytes) -> None:
    """Read with both parsers, and check what they give."""
    outcomes = [outcome(data, libyaml) for libyaml in ([True, False] if yaml.__with_libyaml__ else [False])]
    for found in outcomes:
        if isinstance(found, Document):
            check_places(found, found.tree)
        else:
            check_findings(found, data)


def check_findings(findings: tuple[Finding, ...], data: bytes) -> None:
    """In order, of a known code, at a place the document has, in words for a person."""
    lines = data.decode("utf-8-sig", errors="replace").split("\n")
    assert findings
    assert list(findings) == in_order(list(findings))
    for finding in findings:
        assert finding.code in TITLES
        assert 1 <= finding.place.line <= len(lines)
        assert 1 <= finding.place.column <= len(lines[finding.place.line - 1]) + 1
        for words in (finding.message, finding.hint):
            assert words
            assert words.isprintable(), words
            assert len(words) < 200, words
            assert not words.endswith("."), words


def check_places(document: Document, node: Value) -> None:
    """Every container and all that it holds stands inside the text, in the order of the text."""
    if not isinstance(node, Mapping | Sequence):
        return
    if isinstance(node, Mapping):
        places = [place for key in node for place in (node.key_place(key), node.value_place(key))]
        children = list(node.values())
    else:
        places = [node.value_place(index) for index in range(len(node))]
        children = list(node)
    assert [node.place, *places] == sorted([node.place, *places])
    for place in places:
        assert place.column <= len(document.source.line(place.line)) + 1
    for child in children:
        check_places(document, child)


def as_texts(node: Value) -> object:
    """The tree with every scalar as a text, which is how PyYAML's own `BaseLoader` gives it."""
    if isinstance(node, Mapping):
        return {key: as_texts(value) for key, value in node.items()}
    if isinstance(node, Sequence):
        return [as_texts(value) for value in node]
    return "" if node is None else str(node).lower() if isinstance(node, bool) else str(node)


def composed(node: object) -> object:
    """What `BaseLoader` gave, in composed form, with nothing for no value."""
    if isinstance(node, dict):
        return {composed(key) or key: composed(value) for key, value in node.items()}
    if isinstance(node, list):
        return [composed(value) for value in node]
    text = unicodedata.normalize("NFC", str(node))
    return "" if text in ("~", "null") else "0" if text == "-0" else text


@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"\x00")
def test_y14_any_bytes(data: bytes) -> None:
    """Y14: noise, most of which is no UTF-8."""
    check(data)


@given(st.text(max_size=100))
def test_y14_any_text(text: str) -> None:
    """Y14: any characters that UTF-8 can hold."""
    check(text.encode(errors="ignore"))


@settings(max_examples=settings.default.max_examples * 6)
@given(yaml_like)
@example("a: |#c\n  b")
@example("[a?, {b?: 1}]")
@example('{\n\t"a":1\n}')
@example("? a:1")
def test_y14_anything_that_looks_like_yaml(text: str) -> None:
    """Y14: everything that means something to a parser, in any order."""
    check(text.encode(errors="ignore"))


@settings(max_examples=settings.default.max_examples * 2)
@given(mutated())
def test_y14_a_policy_with_slips(text: str) -> None:
    """Y14: what people do to a good document; both parsers accept it or neither, and read the same."""
    data = text.encode(errors="ignore")
    check(data)
    if yaml.__with_libyaml__:
        with_c, with_python = outcome(data, True), outcome(data, False)
        assert isinstance(with_c, Document) == isinstance(with_python, Document)
        if isinstance(with_c, Document) and isinstance(with_python, Document):
            assert with_c.tree == with_python.tree


@settings(max_examples=settings.default.max_examples * 2)
@given(st.one_of(yaml_like, mutated()))
def test_what_is_read_is_what_pyyaml_composes(text: str) -> None:
    """Our tree, made of events, has the shape of PyYAML's, which is made of nodes."""
    data = text.encode(errors="ignore")
    ours = outcome(data, yaml.__with_libyaml__)
    if isinstance(ours, Document):
        loader = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
        theirs = yaml.load(data.removeprefix(b"\xef\xbb\xbf"), loader)

        assert composed(theirs) == composed(as_texts(ours.tree))


@pytest.mark.parametrize("cut", range(0, len(POLICY), 7))
def test_a_policy_cut_short(cut: int) -> None:
    """A file whose end was lost: read, or told in findings."""
    check(POLICY[:cut].encode())
