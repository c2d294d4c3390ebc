"""The slips that people make in YAML, and what is said of each: by both parsers the same."""

from __future__ import annotations

import pytest

from upheld.core.errors import DocumentError
from upheld.document import read_document

SLIPS = [
    # Quotes.
    ("title: 'L'été'\n", "1:11: UP022 text goes on after its closing quote"),
    ('says: "a" and "b"\n', "1:11: UP022 text goes on after its closing quote"),
    ("a: ['it's']\n", "1:9: UP022 text goes on after its closing quote"),
    ("'a' b: c\n", "1:5: UP022 text goes on after its closing quote"),
    ("a: b\n'c' d\n", "2:1: UP022 text goes on after its closing quote"),
    ('a: "b\nc: d\n', '1:4: UP022 the quote `"` that opens here is never closed'),
    ("a: 'b\n---\nc: d\n", "1:4: UP022 the quote `'` that opens here is never closed"),
    ('a: "b\nc: "d"\ne: f\n', '1:4: UP022 the quote `"` that opens here is closed only on line 2'),
    # Brackets.
    ("a: {b: c, d: e\nf: g\n", "1:4: UP023 the bracket `{` that opens here is not closed"),
    ("a: [b, c\n", "1:4: UP023 the bracket `[` that opens here is not closed"),
    ("a: [", "1:4: UP023 the bracket `[` that opens here is not closed"),
    ("a: {b: {c: {d: e}}\n  f: g\n", "1:4: UP023 the bracket `{` that opens here is not closed"),
    ("a: {b: [c}\n", "1:10: UP023 `,` or `]` is missing before `}`"),
    ('a: ["b" "c"]\n', "1:9: UP022 text goes on after its closing quote"),
    ("a: {b: [c] d: e}\n", "1:12: UP023 `,` or `}` is missing before `d`"),
    ("a: {b: c}}\n", "1:10: UP023 `}` closes nothing"),
    ("a: ]\n", "1:4: UP023 `]` closes nothing"),
    ("{a: b}}\n", "1:7: UP023 `}` closes nothing"),
    ("a: [b,,c]\n", "1:7: UP020 nothing stands before this `,`"),
    ("a: [b] c\n", "1:8: UP020 `c` cannot stand here, where the value before it is complete"),
    # Colons.
    ("says: the balance: used\n", "1:18: UP024 `:` cannot stand in text without quotes"),
    ("a: {says: the balance: used}\n", "1:22: UP024 `:` cannot stand in text without quotes"),
    ("a: b\nc\nd: e\n", "2:1: UP024 `c` has no `:` and so is no key"),
    ("a: b\nc d\n", "2:1: UP024 `c d` has no `:` and so is no key"),
    ("a:b\nc: d\n", "1:1: UP024 `a:b` has no space after its `:` and so is no key"),
    ("a: b\nc:d\n", "2:1: UP024 `c:d` has no space after its `:` and so is no key"),
    ("a: {en:Open}\n", "1:5: UP024 `en:Open` has no space after its `:` and so is no key"),
    ("a: [b:, c]\n", "1:6: UP024 `:` cannot stand here without a space after it"),
    (": a\n", "1:1: UP024 `:` cannot stand here"),
    ('"a":1\n', "1:4: UP024 `:` cannot stand here"),
    ("--- a: b\n", "1:6: UP024 `:` cannot stand here"),
    # Indentation.
    ("a:\n\tb: c\n", "2:1: UP021 a tab stands where only spaces can indent"),
    ("a: b\n\t\nc: d\n", "2:1: UP021 a tab stands where only spaces can indent"),
    ("-\ta: b\n", "1:2: UP021 a tab stands where only spaces can indent"),
    ("a: b\n  c: d\n", "2:3: UP025 a key cannot stand below what has its value already"),
    ("a:\n- b\n  c: d\n", "3:3: UP025 a key cannot stand below what has its value already"),
    ("- id: a\n  b: c\n   d: e\n", "3:4: UP025 a key cannot stand below what has its value already"),
    (
        "a:\n    b: 1\n   c: 2\n",
        "3:4: UP025 the line begins in column 4, and no key or item that it could stand beside does",
    ),
    (
        "a: |\n  b\n c\n",
        "3:2: UP025 the line begins in column 2, and no key or item that it could stand beside does",
    ),
    (
        "  a: b\nc: d\n",
        "2:1: UP025 the line begins further left than the first one, and cannot belong to it",
    ),
    ("a: b\n- c\n", "2:1: UP025 a mapping begins on line 1, and this is no key of it"),
    ("a:\n  - b\n  c: d\n", "3:3: UP025 a list begins on line 2, and this is no item of it"),
    ("a: - b\n", "1:4: UP020 a list with `- ` cannot begin on this line"),
    ("a: [- b]\n", "1:5: UP020 a list with `- ` cannot begin here"),
    ("a: {b: - c}\n", "1:8: UP020 a list with `- ` cannot begin here"),
    # Characters with a meaning of their own.
    ("a: @b\n", "1:4: UP026 `@` cannot begin text without quotes"),
    ("a: `b`\n", "1:4: UP026 a backquote cannot begin text without quotes"),
    ("a: %b\n", "1:4: UP026 `%` cannot begin text without quotes"),
    ("a: *\n", "1:4: UP026 `*` cannot begin text without quotes"),
    ("a: & b\n", "1:4: UP026 `&` cannot begin text without quotes"),
    ("a: b ? c\n  ? d: e\n", "2:3: UP025 a key cannot stand below what has its value already"),
    ("a: |b\n  c\n", "1:5: UP020 after `|` the text begins on the next line"),
    ("a: !b!c d\n", "1:4: UP033 `!b!c` is a tag, which is not read"),
    ("a: !<b c\n", "1:4: UP033 `!<b` is a tag, which is not read"),
    ('a: "\\d"\n', "1:5: UP027 `\\d` means nothing in double quotes"),
    ('a: "\\x1"\n', '1:5: UP027 `\\x1"` means nothing in double quotes'),
    ('a: "\\u00e9\\uD83D\\uDE00"\n', "1:11: UP010 the escape `\\uD83D` stands for no character, or for half of one"),
    (
        'a: "\\\\uD83D \\UFFFFFFFF"\n',
        "1:13: UP010 the escape `\\UFFFFFFFF` stands for no character, or for half of one",
    ),
    # Spaces that are none.
    ("zone\u00a0: x\n", "1:5: UP011 `\\u00a0` in `zone\\u00a0` is not an ordinary space, and parts nothing here"),
    ("a: b\nc:\u00a0d\ne: f\n", "2:3: UP011 `\\u00a0` is not an ordinary space, and parts nothing here"),
    ("a:\u202fb\nc: d\n", "1:3: UP011 `\\u202f` in `a:\\u202fb c` is not an ordinary space, and parts nothing here"),
    ("a:\n\u00a0 b: c\nd: e\n", "2:1: UP011 `\\u00a0` in `\\u00a0 b` is not an ordinary space, and parts nothing here"),
    # Documents.
    ("a: b\n---\nc: d\n", "2:1: UP035 a second document begins here"),
    ("a: b\n...\nc: d\n", "3:1: UP035 a second document begins here, after `...`"),
    ("...\na: b\n", "1:1: UP050 there is nothing in the document"),
    ("%YAML 1.2\na: b\n", "2:1: UP034 a line `---` is missing after the directive"),
]


@pytest.mark.parametrize(("text", "said"), SLIPS, ids=[text for text, _ in SLIPS])
def test_a_slip_is_told_in_plain_words(text: str, said: str, libyaml: bool) -> None:
    """One finding, where the slip is rather than where the parser gave up, and with something to do."""
    with pytest.raises(DocumentError) as caught:
        read_document(text.encode(), "f", libyaml=libyaml)
    findings = caught.value.findings

    assert [said] == [f"{f.place.line}:{f.place.column}: {f.code} {f.message}" for f in findings]
    assert findings[0].hint
