"""Unquoted text: what it is read as, and what is said when something else was expected."""

from __future__ import annotations

import itertools
import string

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from upheld.core.errors import DocumentError
from upheld.document import read_document, trap_hint
from upheld.document.scalars import LARGEST, SMALLEST

# Y06, Y07, Y10, Y11: everything that YAML 1.1 reads as something else, or nearly.
TEXTS = """
    9:00 8:00 12:30 17:30 09:00 08:30 00:15 0:15 1:30:00 12:30:45 190:20:30 24:00 -1:30 1:30.5
    010 09 0o10 0x1F 0b101 1_000 +5 -010 00 08 +0 0_1
    1.0 1.10 1e3 1.5e3 .5 1. -2.5 6.02e+23 .nan .NaN .inf -.inf +.INF 1e400
    yes Yes YES no No NO on On ON off Off OFF y Y n N True TRUE False FALSE Null NULL
    2024-01-01 2024-13-45 2024-1-1 2024-01-01T09:00+01:00 = 1,000 12% ٣٤ １２ 1bd 50% NaN inf none None
""".split()
VALUES = [
    ("true", True),
    ("false", False),
    ("null", None),
    ("~", None),
    ("", None),
    ("0", 0),
    ("-0", 0),
    ("7", 7),
    ("-12", -12),
    ("1000000", 1_000_000),
    (str(LARGEST), LARGEST),
    (str(SMALLEST), SMALLEST),
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_looks_like_a_value_of_yaml_1_1_stays_text(text: str, libyaml: bool) -> None:
    """Y06, Y07, Y10, Y11: as a value, in a list, and as a key."""
    document = read_document(f"a: {text}\nb:\n- {text}\n{text}: c\n".encode(), "f", libyaml=libyaml)

    assert {"a": text, "b": [text], text: "c"} == document.root


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_the_few_values_of_yaml_1_2_that_are_read(text: str, value: object, libyaml: bool) -> None:
    """Unquoted alone; in quotes they are text, and as keys too."""
    document = read_document(f"a: {text}\nb: '{text}'\n'{text}': |-\n  {text}\n".encode(), "f", libyaml=libyaml)

    assert {"a": value, "b": text, text: text} == document.root
    assert type(value) is type(document.root["a"])


def test_every_country_code_stays_text() -> None:
    """Y07: all codes of two letters, so all that ISO 3166 has or will have, in capitals and not; NO among them."""
    codes = ["".join(pair) for pair in itertools.product(string.ascii_uppercase, repeat=2)]
    codes += [code.lower() for code in codes]
    text = "".join(f"- {code}\n" for code in codes) + f"- [{', '.join(codes)}]\n"

    assert [*codes, codes] == read_document(text.encode(), "f", root="list").items


@pytest.mark.parametrize("key", ["on", "off", "yes", "no", "y", "n", "true", "false", "null", "~", "1", "1.0", "010"])
def test_keys_are_always_text(key: str, libyaml: bool) -> None:
    """Y07, Y09: `on:` is the key `on`, in block and in brackets, with quotes or without."""
    for text in (f"{key}: x", f"{{{key}: x}}", f"'{key}': x", f"? {key}\n: x"):
        assert {key: "x"} == read_document(text.encode(), "f", libyaml=libyaml).root


def test_keys_that_yaml_would_take_for_one_are_three() -> None:
    """Y09: 1, true and 1.0 are different words."""
    assert ["1", "true", "1.0"] == list(read_document(b"{1: a, true: b, 1.0: c}", "f").root)


@pytest.mark.parametrize(
    "digits",
    [str(LARGEST + 1), str(SMALLEST - 1), "9" * 20, "1" * 5000, "-" + "1" * 5000],
    ids=["largest", "smallest", "20 digits", "5000 digits", "5000 digits below zero"],
)
def test_an_integer_beyond_64_bits_is_refused(digits: str, libyaml: bool) -> None:
    """Y05: however long it is, with a finding and in no time."""
    with pytest.raises(DocumentError) as caught:
        read_document(f"a: {digits}".encode(), "f", libyaml=libyaml)

    assert ["UP042"] == [finding.code for finding in caught.value.findings]
    assert len(caught.value.findings[0].message) < 120


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("yes", "`yes` is text here; write `true`"),
        ("Off", "`Off` is text here; write `false`"),
        ("TRUE", "`TRUE` is text here; write `true`"),
        ("Null", "`Null` is text here; write `null`, or nothing"),
        ("010", "`010` is text here, never octal; write `10`, or `8` if octal was meant"),
        ("01", "`01` is text here, never octal; write `1`"),
        ("0o17", "`0o17` is text here; write `15`"),
        ("-0x1F", "`-0x1F` is text here; write `-31`"),
        ("0b1_01", "`0b1_01` is text here; write `5`"),
        ("1_000", "`1_000` is text here; write `1000`"),
        ("+5", "`+5` is text here; write `5`"),
        ("٣٤", "`٣٤` is text here; write `34`"),
        ("12:30:45", "`12:30:45` is text here, as a time of day is; where a number is meant, write it in digits alone"),
        ("1.10", "`1.10` is text here; numbers are whole, in the smallest unit (minutes, centimes)"),
        (".inf", "`.inf` is text here; there is no such number in a policy"),
        ("2024-01-01", "`2024-01-01` is text here, as dates are"),
        ("2024-01-01T09:00+01:00", "`2024-01-01T09:00+01:00` is text here, as dates are"),
        ("true", "`true` stands in quotes here, so it is text; remove the quotes"),
        ("42", "`42` stands in quotes here, so it is text; remove the quotes"),
        ("", ""),
        ("in-fix", ""),
        ("1bd", ""),
        ("FR", ""),
        ("yEs", ""),
        ("0b_", ""),
        ("1" * 100, ""),
    ],
)
def test_a_trap_is_told_with_what_to_write(text: str, hint: str) -> None:
    """The hint fits where a schema wanted something else."""
    assert hint == trap_hint(text)


@given(st.text(alphabet="0123456789_+-.:eExXobyYnNtrufalsEI~Oinf TZ", max_size=20))
@example("190:20:30")
@example("2001-12-14 21:59:43.10 -5")
def test_whatever_yaml_1_1_reads_as_another_value_has_a_hint(text: str) -> None:
    """Y06: PyYAML's own resolver is the judge of what would have been read, for all but `=` and `<<`."""
    tag = yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False))

    if text and tag != "tag:yaml.org,2002:str":
        assert trap_hint(text), tag
