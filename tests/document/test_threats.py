"""Hostile documents: rows Y01 to Y15, and S06 where it touches reading, of the project's list of threats.

What could end a process, or its memory, is read in one of its own, with limits set by the operating
system; its exit status has to be ours. How long things take is measured in `bench/bench_reader.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import upheld
from upheld.core.errors import DocumentError
from upheld.document import MAX_BYTES, Mapping, Sequence, read_document

ENGINE = Path(upheld.__file__).parents[1]
READ, REFUSED = 0, 3
MEMORY_B = 256 << 20
SECONDS = 60
"""A guard against hanging for ever, far above the two seconds that the bench asks for."""

PROGRAM = f"""
import sys
from upheld.core.errors import DocumentError
from upheld.document import read_document
try:
    read_document(sys.stdin.buffer.read(), "f", root="either", libyaml=sys.argv[1] == "True")
except DocumentError as error:
    sys.stdout.write(" ".join(sorted({{finding.code for finding in error.findings}})))
    sys.exit({REFUSED})
"""


def codes(text: str | bytes, *, libyaml: bool = yaml.__with_libyaml__) -> list[str]:
    """The codes of all findings, in order of place; empty when the document can be read."""
    data = text if isinstance(text, bytes) else text.encode()
    try:
        read_document(data, "f", root="either", libyaml=libyaml)
    except DocumentError as error:
        return [finding.code for finding in error.findings]
    return []


def limited() -> None:
    """Run in the child: no more memory and time than this."""
    import resource  # which Windows does not have

    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_B, MEMORY_B))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_apart(data: bytes, libyaml: bool) -> tuple[int, str]:
    """Read ``data`` in a process of its own: its exit status and the codes it found."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(libyaml)],
        input=data,
        capture_output=True,
        check=False,
        env={"PYTHONPATH": str(ENGINE)},
        preexec_fn=limited if os.name == "posix" else None,
    )
    assert b"" == done.stderr, done.stderr[-2000:]
    return done.returncode, done.stdout.decode()


@pytest.mark.parametrize("depth", [3, 9, 20, 30])
def test_y01_an_alias_bomb_is_refused(depth: int, libyaml: bool) -> None:
    """Y01: every anchor and alias is a finding, and nothing is expanded."""
    lines = ["a0: &a0 [lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, depth)]
    found = codes("\n".join(lines), libyaml=libyaml)

    assert {"UP030", "UP031"} == set(found) - {"UP005"}
    assert min(10 * depth - 9, 101) == len(found)


def test_y02_a_merge_key_is_refused(libyaml: bool) -> None:
    """Y02: with an alias, a mapping or a list behind it; in quotes `<<` is a key like any other."""
    assert ["UP032"] == codes("a: {<<: {b: 1}}", libyaml=libyaml)
    assert ["UP030", "UP032", "UP031", "UP031"] == codes("a: &a {b: 1}\nc:\n  <<: [*a, *a]", libyaml=libyaml)
    assert [] == codes("a: {'<<': {b: 1}}", libyaml=libyaml)


@pytest.mark.parametrize(
    ("unit", "times"),
    [
        *(("[", 10), ("[", 1000), ("[", 25_000), ("[", MAX_BYTES), ("{", MAX_BYTES)),
        *((unit, MAX_BYTES // len(unit)) for unit in ("- ", "? ", "{?", "[\n", "[{a: ")),
    ],
)
def test_y03_deep_nesting_never_ends_the_process(unit: str, times: int, libyaml: bool) -> None:
    """Y03: from 10 to a million levels the exit status is ours, and beyond 64 it is the depth that is refused."""
    status, found = read_apart((unit * times).encode(), libyaml)

    assert REFUSED == status
    assert ("UP003" in found.split()) == (times > 64)


@pytest.mark.parametrize(
    "text",
    [
        ("[" * 62 + "]" * 62 + ",\n") * 3000,
        "[" + "[]," * (MAX_BYTES // 3 - 1),
        "[" + "{a}," * (MAX_BYTES // 4 - 1),
        '"' + "a" * (MAX_BYTES - 1),
        "\n" * MAX_BYTES,
        "a: b\n" + "%TAG !a! x\n" * 90_000,
        'a: "' + "\\u0315\\u0300" * 80_000 + '"',
        "a: " + "1" * (MAX_BYTES - 3),
    ],
    ids=lambda text: text[:12].encode("unicode_escape").decode(),
)
def test_y04_the_largest_documents_keep_within_memory(text: str) -> None:
    """Y04, Y05: 1 MiB in 256 MB, with the parser in C; `bench/bench_reader.py` has many more."""
    status, found = read_apart(text.encode(), yaml.__with_libyaml__)

    assert (READ, "") == (status, found) or (REFUSED == status and found)


def test_y04_a_larger_document_is_not_looked_at() -> None:
    """Y04: beyond 1 MiB the bytes are counted and that is all."""
    assert ["UP002"] == codes(b"\xff" * (MAX_BYTES + 1))


@pytest.mark.parametrize("text", ["9" * 20, "-" + "9" * 5000])
def test_y05_integers_keep_to_64_bits(text: str, libyaml: bool) -> None:
    """Y05: a longer one is a finding; the other spellings of YAML 1.1 are text and cost nothing."""
    assert ["UP042"] == codes(f"a: {text}", libyaml=libyaml)
    for spelling in ("0x" + "f" * 9000, "1" + ":59" * 9000, "0b" + "1" * 9000, "1_" * 9000):
        assert {"a": spelling} == read_document(f"a: {spelling}".encode(), "f", libyaml=libyaml).root


@pytest.mark.parametrize("depth", range(1, 60, 7))
def test_y08_a_key_written_twice_is_refused_at_every_depth(depth: int, libyaml: bool) -> None:
    """Y08: in YAML and in JSON, however the two are quoted or composed."""
    for pair in ("a: 1, a: 2", '"a": 1, "a": 2', "a: 1, 'a': 2", 'a: 1, "\\x61": 2', "é: 1, e\u0301: 2"):
        assert ["UP040"] == codes("[" * depth + "{" + pair + "}" + "]" * depth, libyaml=libyaml)
    block = "".join(f"{'  ' * level}k:\n" for level in range(depth))
    assert ["UP040"] == codes(f"{block}{'  ' * depth}a: 1\n{'  ' * depth}a: 2\n", libyaml=libyaml)


@pytest.mark.parametrize("key", ["[a]", "{a: b}", "[]", "{}", "[[a], b]"])
def test_y09_a_key_is_text_or_refused(key: str, libyaml: bool) -> None:
    """Y09: a list or a mapping is no key; what stands inside it and behind it is still looked at."""
    assert ["UP041"] == codes(f"{{{key}: 1, b: 2}}", libyaml=libyaml)
    assert ["UP041", "UP040"] == codes(f"? {key}\n: {{c: 1, c: 2}}\n", libyaml=libyaml)


def test_y09_a_key_is_not_nothing(libyaml: bool) -> None:
    """Y09: nor an alias; empty quotes are text."""
    assert ["UP041"] == codes("{? : 1, b: 2}", libyaml=libyaml)
    assert ["UP024"] == codes("{: 1, b: 2}", libyaml=libyaml)
    assert ["UP031"] == codes("{*a : 1, b: 2}", libyaml=libyaml)
    assert [] == codes("{'': 1, b: 2}", libyaml=libyaml)


def test_y10_no_number_has_a_fraction_or_no_end(libyaml: bool) -> None:
    """Y10: `.nan`, `.inf`, `1e400`, `NaN` and `1.5` are text, so no float ever reaches a schema."""
    texts = [".nan", ".inf", "-.inf", "1e400", "NaN", "Infinity", "1.5", "1.0"]
    root = read_document(f"[{', '.join(texts)}]".encode(), "f", root="list", libyaml=libyaml).items

    assert texts == root


def test_y11_dates_are_text(libyaml: bool) -> None:
    """Y11: also those that no calendar has."""
    assert {"a": "2024-13-45"} == read_document(b"a: 2024-13-45", "f", libyaml=libyaml).root


@pytest.mark.parametrize(
    "tag",
    ["!!python/object/apply:os.system", "!!binary", "!!set", "!!omap", "!!str", "!", "!local", "!<tag:x,1:y>", "!e!x"],
)
def test_y12_every_tag_is_refused(tag: str, libyaml: bool) -> None:
    """Y12: on a value, a key, a list and a mapping."""
    for text in (f"a: {tag} b", f"{tag} a: b", f"a: {tag} [b]", f"a: {tag} {{b: c}}", f"{tag} {{b: c}}"):
        assert ["UP033"] == codes(text, libyaml=libyaml)


NASTY = {
    "UTF-16 with a mark": ("a: b".encode("utf-16"), "UP001"),
    "UTF-16, big end first": (b"\xfe\xff" + "a: b".encode("utf-16-be"), "UP001"),
    "UTF-16 without a mark": ("a: b".encode("utf-16-le"), "UP001"),
    "UTF-16 without a mark, big end first": ("a: b".encode("utf-16-be"), "UP001"),
    "UTF-32": ("a: b".encode("utf-32"), "UP001"),
    "UTF-32, big end first": (b"\0\0\xfe\xff" + "a: b".encode("utf-32-be"), "UP001"),
    "Windows-1252": ("a: é".encode("cp1252"), "UP001"),
    "a lone byte of UTF-8": (b"a: \xc3", "UP001"),
    "half a character in UTF-8": (b"a: \xed\xa0\xbd", "UP001"),
    "a zero of two bytes": (b"a: \xc0\x80", "UP001"),
    "beyond Unicode": (b"a: \xf4\x90\x80\x80", "UP001"),
    "two byte order marks": (b"\xef\xbb\xbf\xef\xbb\xbfa: b", "UP010"),
    "a byte order mark inside": ("a: b\ufeffc".encode(), "UP010"),
    "NUL": (b"a: b\0", "UP010"),
    "NUL alone": (b"\0", "UP010"),
    "escape": (b"a: \x1b[31m", "UP010"),
    "bell in a comment": (b"a: b # \x07", "UP010"),
    "delete": (b"a: \x7f", "UP010"),
    "C1 control": ("a: \x9b".encode(), "UP010"),
    "form feed": (b"a: b\x0cc: d", "UP010"),
    "vertical tab": (b"a: b\x0bc: d", "UP010"),
    "next line": ("a: b\x85c: d".encode(), "UP010"),
    "line separator": ("a: b\u2028c: d".encode(), "UP010"),
    "paragraph separator": ("a: b\u2029c: d".encode(), "UP010"),
    "line separator in quotes": ("a: 'b\u2028c: d'".encode(), "UP010"),
    "line separator in a comment": ("a: b # c\u2028d: e".encode(), "UP010"),
    "carriage returns alone": (b"a: b\rc: d\r", "UP010"),
    "text turned around": ("a: b\u202ec".encode(), "UP010"),
    "text isolated": ("a: \u2066b\u2069".encode(), "UP010"),
    "no character": ("a: \ufffe".encode(), "UP010"),
    "half a character, escaped": (b'a: "\\uD83D"', "UP010"),
    "two halves, escaped": (b'a: "\\uD83D\\uDE00"', "UP010"),
    "half a character, escaped at length": (b'a: "\\U0000DC00"', "UP010"),
    "no character, escaped": (b'a: "\\UFFFFFFFF"', "UP010"),
    "NUL, escaped": (b'a: "\\0"', "UP010"),
    "escape, escaped": (b'a: "\\e[31m"', "UP010"),
    "line separator, escaped": (b'a: "\\L"', "UP010"),
    "carriage return, escaped": (b'a: "b\\r\\nc"', "UP010"),
    "control, escaped in a key": (b'"a\\x07": b', "UP010"),
    "marks without end": ("a: e" + "\u0301" * 31).encode(),
    "no-break space before a colon": ("zone\u00a0: b".encode(), "UP011"),
    "no-break space after a colon": ("a:\u00a0b".encode(), "UP011"),
    "no-break space as indentation": ("a:\n\u00a0\u00a0b: c".encode(), "UP011"),
    "no-break space after a dash": ("- a\n-\u00a0b".encode(), "UP011"),
    "no-break space before a comment": ("a: b\u00a0# c".encode(), "UP011"),
    "narrow no-break space at the end": ("a: b\u202f".encode(), "UP011"),
    "zero width space at the end": ("a: b\u200b".encode(), "UP011"),
    "zero width space before a key": ("\u200ba: b".encode(), "UP011"),
    "soft hyphen at the end of a key": ("a\u00ad: b".encode(), "UP011"),
}
NASTY = {name: value if isinstance(value, tuple) else (value, "UP010") for name, value in NASTY.items()}


@pytest.mark.parametrize(("data", "code"), NASTY.values(), ids=NASTY)
def test_y13_what_hides_the_text_is_refused(data: bytes, code: str, libyaml: bool) -> None:
    """Y13: other encodings, and characters that nobody sees or that YAML and people read differently."""
    assert code in codes(data, libyaml=libyaml)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("\ufeffa: b", "b"),
        ("a: 10\u00a0h", "10\u00a0h"),
        ("a: «\u00a0oui\u00a0»", "«\u00a0oui\u00a0»"),
        ("a: '\u00a0b'", "\u00a0b"),
        ("a: \U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("a: \u05d0\u05d1", "\u05d0\u05d1"),
        ("a: e\u0301te\u0301", "été"),
        ("a: \ufb01n \uff11", "\ufb01n \uff11"),
        ('a: "\\u00e9\\U0001F600\\t\\n"', "é\U0001f600\t\n"),
        ("a: 'b\tc'", "b\tc"),
        ("a: " + "e" + "\u0301" * 30, "é" + "\u0301" * 29),
    ],
)
def test_y13_what_people_write_is_read(text: str, value: str, libyaml: bool) -> None:
    """Y13: a byte order mark at the start, no-break spaces inside text, joined emoji; composed, never folded."""
    assert {"a": value} == read_document(text.encode(), "f", libyaml=libyaml).root


def test_y13_names_that_look_the_same_are_the_same(libyaml: bool) -> None:
    """Y13: keys and values both, so that a state is found under the name it was given."""
    root = read_document("états: {re\u0301solu: 1}\nvers: résolu\n".encode(), "f", libyaml=libyaml).root
    states = root["états"]
    assert isinstance(states, Mapping)

    assert root["vers"] in states


STUBS = r"""
    % %YAML %YAML\x201.2 %TAG * & ! !< ? : - ' " "\ "\x "\u12 "\UFFFFFFFF | > |9 |0 |- @ ` [ { ] } , {,} [,] {:} {?} [?
    --- ... ---\x20! \t \r !%ff !<%zz> !a!b &a&b *a*b <<: [<<] ?: -- -? "a"b 'a'b [a]b {a}b "a"'b' [a][b] #a a#b ~: :~
""".split()


@pytest.mark.parametrize("stub", STUBS)
def test_y14_only_our_errors_leave_the_reader(stub: str, libyaml: bool) -> None:
    """Y14: what begins something and does not end it, alone and inside; `test_fuzz.py` tries many more."""
    text = stub.replace("\\x20", " ").replace("\\t", "\t").replace("\\r", "\r")

    for around in ("{}", "a: {}", "a: {}\nb: c", "[{}", "- {}\n- b", "{}\n---\na: b", "%YAML 1.2\n{}"):
        found = codes(around.replace("{}", text), libyaml=libyaml)
        assert [code for code in found if not code.startswith("UP0")] == []


def test_y15_a_recursive_alias_is_refused(libyaml: bool) -> None:
    """Y15: nothing read can contain itself."""
    assert ["UP030", "UP031"] == codes("a: &a [*a]", libyaml=libyaml)
    assert ["UP030", "UP031"] == codes("&a [*a]", libyaml=libyaml)


def test_s06_digits_are_those_of_ascii(libyaml: bool) -> None:
    """S06: digits of other scripts make no number."""
    root = read_document("[٣٤, １２, ²]".encode(), "f", root="list", libyaml=libyaml).items

    assert Sequence(["٣٤", "１２", "²"]) == root
