"""One bad document for each code of the reading phase, with what is said of it beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from upheld.core.errors import DocumentError
from upheld.document import MAX_BYTES, MAX_NODES, TITLES, Source, read_document

FOLDER = Path(__file__).resolve().parent.parent / "documents" / "bad"
TOO_LARGE_TO_KEEP = {"UP002", "UP004"}
CODES = sorted(TITLES.keys() - TOO_LARGE_TO_KEEP)


def report(name: str, data: bytes, libyaml: bool) -> str:
    """Every finding as ``upheld check`` tells it: where, what, the line with a caret, and what to do."""
    with pytest.raises(DocumentError) as caught:
        read_document(data, name, libyaml=libyaml)
    source = Source(name, data.decode("utf-8", errors="replace"))
    parts = []
    for finding in caught.value.findings:
        excerpt = "\n".join(f"    {line}".rstrip() for line in source.excerpt(finding.place).split("\n"))
        parts.append(f"{finding}\n{excerpt}\n  hint: {finding.hint}\n")
    return "".join(parts)


@pytest.mark.parametrize("code", CODES)
def test_a_bad_document_is_told_in_the_expected_words(code: str, libyaml: bool, update: bool) -> None:
    """The same words from both parsers, the code that the file is named after among them."""
    said = report(f"{code}.yaml", (FOLDER / f"{code}.yaml").read_bytes(), libyaml)
    expected = FOLDER / f"{code}.expected"
    if update:
        expected.write_text(said, encoding="utf-8")

    assert expected.read_text(encoding="utf-8") == said
    assert f"[{code}]" in said.splitlines()[0] or code == "UP005"
    assert f"[{code}]" in said


def test_a_document_too_large_is_told_so(libyaml: bool) -> None:
    """UP002, in a document that nobody wants to keep beside the tests."""
    largest = b"a: b\n" + b"#" * (MAX_BYTES - 5)

    assert {"a": "b"} == read_document(largest, "f", libyaml=libyaml).root
    assert "f:1:1: error[UP002]: the file has 1048577 bytes, and at most 1048576 are read" in report(
        "f", largest + b"#", libyaml
    )


def test_a_document_of_too_many_values_is_told_so() -> None:
    """UP004, likewise: the list and its items count, the first beyond the limit is shown."""
    most = b"[" + b"a," * (MAX_NODES - 1) + b"]"

    assert MAX_NODES - 1 == len(read_document(most, "f", root="list").items)
    assert f"f:1:{2 * MAX_NODES}: error[UP004]" in report("f", b"[" + b"a," * MAX_NODES + b"]", libyaml=True)
