"""How long the reader takes, and how much memory, for the nastiest documents of 1 MiB that we know.

Each is read in a process of its own, since the peak of memory is a process's. Run as
``python bench/bench_reader.py [--python-parser] [name ...]``; nothing may pass 2 seconds or 256 MB,
of which the interpreter and the document itself take some 25.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

from upheld.core.errors import DocumentError
from upheld.document import MAX_BYTES, read_document

LIMIT_S = 2.0
LIMIT_MB = 256


def fill(unit: str, before: str = "", after: str = "") -> str:
    """``unit`` as often as fits into the largest document, between ``before`` and ``after``."""
    room = MAX_BYTES - len((before + after).encode())
    return before + unit * (room // len(unit.encode())) + after


def numbered(pattern: str) -> str:
    """Lines that ``pattern`` makes of rising numbers, to nearly fill the largest document."""
    longest = len(pattern.format(999_999))
    return "".join(pattern.format(number) for number in range(MAX_BYTES // longest))


def nested(unit: str, depth: int, item: str, closing: str) -> str:
    """Items at the greatest depth that is allowed."""
    return fill(item, before=unit * depth, after=closing * depth)


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "brackets": lambda: fill("["),
    "braces": lambda: fill("{"),
    "dashes": lambda: fill("- "),
    "question marks": lambda: fill("? "),
    "colons": lambda: fill(": "),
    "brackets and keys": lambda: fill("{?"),
    "one per line": lambda: fill("[\n"),
    "commas": lambda: fill(",", before="["),
    "short items": lambda: fill("a,", before="[", after="a]"),
    "short keys": lambda: "{" + ",".join(format(number, "x") for number in range(180_000)) + "}",
    "equal keys": lambda: fill("a,", before="{", after="}"),
    "empty lists": lambda: fill("[],", before="[", after="]"),
    "empty mappings": lambda: fill("{},", before="[", after="]"),
    "mappings of one": lambda: fill("{a},", before="[", after="]"),
    "mappings of one, nearly too many": lambda: "[" + "{a: b}," * 62_000 + "]",
    "lists of one": lambda: fill("[a],", before="[", after="]"),
    "pairs": lambda: fill("a: b,", before="[", after="]"),
    "deep items": lambda: nested("[", 63, "a,", "]"),
    "deep lists": lambda: nested("[", 62, "[],", "]"),
    "deep and back": lambda: fill("[" * 62 + "]" * 62 + ",\n", before="[\n", after="]"),
    "deep block": lambda: fill("- " * 63 + "a\n"),
    "steps": lambda: fill("".join(" " * depth + "a:\n" for depth in range(63)) + " " * 63 + "- b\n"),
    "list lines": lambda: fill("- a\n"),
    "empty list lines": lambda: fill("-\n"),
    "a real policy": lambda: numbered("key-{0:06}: value number {0:06}\n"),
    "two hundred thousand values": lambda: "".join(f"{n:x}: {n & 1}\n" for n in range(100_000)),
    "equal lines": lambda: fill("a: b\n"),
    "plain text": lambda: fill("a", before="a: "),
    "words": lambda: fill("a ", before="a: "),
    "text lines": lambda: fill(" a\n", before="a:\n"),
    "blank text lines": lambda: fill("\n", before="a: b", after=" c"),
    "accents": lambda: fill("é", before="a: "),
    "accents apart": lambda: fill("e\u0301", before="a: "),
    "astral": lambda: fill("😀", before="a: "),
    "one astral character": lambda: fill("a", before="a: 😀"),
    "marks": lambda: fill("\u0315\u0300", before="a: a"),
    "marks escaped": lambda: fill("\\u0315\\u0300", before='a: "', after='"'),
    "marks of thirty": lambda: fill("a" + "\u0315\u0300" * 15, before="a: "),
    "growing in NFC": lambda: fill("\U0001d160", before="a: "),
    "comments": lambda: fill("#\n"),
    "one comment": lambda: fill("#"),
    "blank lines": lambda: fill("\n"),
    "blanks": lambda: fill(" "),
    "blanks and lines": lambda: fill("   \n"),
    "tabs": lambda: fill("\t"),
    "unclosed double quote": lambda: fill("a", before='"'),
    "unclosed single quote": lambda: fill("'"),
    "unclosed quote, blanks": lambda: fill(" ", before='"'),
    "unclosed quote, lines": lambda: fill("\n", before='"'),
    "escapes": lambda: fill("\\n", before='a: "', after='"'),
    "escapes, then half a character": lambda: fill("\\n", before='a: "', after='\\uD83D"'),
    "escapes, then a control": lambda: fill("\\n", before='a: "', after='\\0"'),
    "quotes and blanks": lambda: fill("' ' ", before="a: b\n"),
    "literal text": lambda: fill(" \n", before="a: |\n"),
    "folded text": lambda: fill(" a\n\n", before="a: >\n"),
    "long keys": lambda: fill("a" * 1020 + ": b\n"),
    "key too long": lambda: fill("a", after=": b"),
    "anchors": lambda: fill("a: &a\n"),
    "aliases": lambda: fill("*a,", before="[", after="]"),
    "tags": lambda: fill("!,", before="["),
    "tag directives": lambda: numbered("%TAG !{:x}! x\n"),
    "tag directives, late": lambda: "a: b\n" + numbered("%TAG !{:x}! x\n"),
    "tag directives, indented": lambda: "a: b\n" + numbered(" %TAG !{:x}! x\n"),
    "directives": lambda: fill("%a\n"),
    "documents": lambda: fill("---\n"),
    "document ends": lambda: fill("...\n"),
    "NUL": lambda: fill("\0"),
    "carriage returns": lambda: fill("\r"),
    "line separators": lambda: fill("\u2028"),
    "no-break spaces": lambda: fill("\u00a0"),
    "no-break spaces and colons": lambda: fill(":\u00a0", before="a:", after="\nb: c"),
    "digits": lambda: fill("1", before="a: "),
    "hexadecimal": lambda: fill("f", before="a: 0x"),
    "sexagesimal": lambda: fill(":59", before="a: 1"),
    "integers": lambda: fill("9223372036854775807,", before="[", after="]"),
    "integers too large": lambda: fill("9223372036854775808,", before="[", after="]"),
    "long integers too large": lambda: fill("9" * 5000 + ",", before="[", after="]"),
}


def measure(name: str, libyaml: bool) -> dict[str, float | str]:
    """Read one of the documents here: seconds of processor time, this process's peak in MB, and what came of it."""
    data = DOCUMENTS[name]().encode()
    assert len(data) <= MAX_BYTES, (name, len(data))
    started_s = time.process_time()
    try:
        document = read_document(data, "f.yaml", root="either", libyaml=libyaml)
        outcome = f"{len(document.tree)} at the top"
    except DocumentError as error:
        outcome = f"{len(error.findings)} findings, the last {error.findings[-1].code}"
    used_s = time.process_time() - started_s
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"used_s": used_s, "peak_mb": peak_kb / 1024, "outcome": outcome}


def main() -> int:
    """Measure all documents, or those that are named; 1 if a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*DOCUMENTS, []])
    parser.add_argument("--python-parser", action="store_true", help="without libyaml")
    parser.add_argument("--here", action="store_true", help="in this process, as JSON")
    options = parser.parse_args()
    if options.here:
        sys.stdout.write(json.dumps(measure(options.names[0], not options.python_parser)))
        return 0
    passed = False
    for name in options.names or DOCUMENTS:
        command = [sys.executable, __file__, "--here", name, *["--python-parser"] * options.python_parser]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.stdout.write(f"{name:34} exit {done.returncode}: {done.stderr.strip().splitlines()[-1:]}\n")
            passed = True
            continue
        found = json.loads(done.stdout)
        over = found["used_s"] > LIMIT_S or found["peak_mb"] > LIMIT_MB
        passed = passed or over
        line = f"{name:34} {found['used_s']:6.2f} s {found['peak_mb']:6.1f} MB  {found['outcome']}"
        sys.stdout.write(f"{line}{'  OVER' * over}\n")
        sys.stdout.flush()
    return int(passed)


if __name__ == "__main__":
    sys.exit(main())
