"""Read very many broken documents: each must end in a document or in findings, whatever it is.

    python bench/fuzz_reader.py --count 1000000 --seed 1

The seed and the number of an input make it, so that ``--only NUMBER`` shows a failing one again. Inputs are
policies with slips, tokens in any order, and noise; the parser in Python, being slow, reads one in ten.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter

import yaml

from upheld.core.errors import DocumentError
from upheld.document import read_document

POLICY = """\
upheld: 1
policy: proconcept
effective: {from: 2021-01-01}
vendor: {name: "ProConcept", country: CH, language: fr}
assumptions:
  delays: {says: 'commit and resolve delays are not in the page we have', confidence: low}
calendars:
  support: {weekly: {mon-fri: ["08:00-12:00", "13:30-17:30"]}, assumes: [delays]}   # PC-02
states:
  waiting-for-customer:
    core: qualified
    label: {en: Waiting for you, fr: "En attente é"}
rules:
- id: lower-only
  when: {event.severity: {below: {ref: severity}}}
  message: >-
    support may only
    lower it
"""
TOKENS = [
    *"abé\U0001f600:-?[]{},#'\"|>&*!%@`\\~<=0179_.\t\n\r\0 \x07\x7f\x85\u00a0\u2028\u202e\ufeff\u0301\u0315",
    *(
        ": ",
        "- ",
        "? ",
        ", ",
        "\n  ",
        "\n- ",
        "\nk: ",
        "\r\n",
        "    ",
        "--- ",
        "\n---\n",
        "\n...\n",
        "&a ",
        "*a ",
        "<<: ",
    ),
    *(
        "!!str ",
        "!<x> ",
        "%YAML 1.2\n",
        "%YAML 1.1\n",
        "%TAG !e! x\n",
        "\\x41",
        "\\u0301",
        "\\uD83D",
        "\\UFFFFFFFF",
        "\\N",
    ),
    *(
        "true",
        "null",
        "99999999999999999999",
        "0x1F",
        "17:30",
        "|+2\n",
        ">-\n",
        "'",
        '"',
        "''",
        '"a": ',
        "[" * 70,
        "{a: " * 70,
    ),
]
NOISE = bytes(range(256))


def slipped(source: random.Random) -> bytes:
    """The policy with a few places lost, doubled, moved or replaced."""
    text = POLICY
    for _ in range(source.randint(1, 5)):
        start = source.randrange(len(text) + 1)
        end = min(len(text), start + source.choice((0, 1, 1, 2, 5, 20, 200)))
        piece = text[start:end]
        there = source.choice((source.choice(TOKENS), piece * 2, piece[::-1], ""))
        text = text[:start] + there + text[end:]
    return text.encode()


def shuffled(source: random.Random) -> bytes:
    """Tokens in any order."""
    return "".join(source.choices(TOKENS, k=source.randint(1, 40))).encode()


def noisy(source: random.Random) -> bytes:
    """The policy with a few bytes changed, or bytes alone."""
    if source.random() < 0.2:
        return bytes(source.choices(NOISE, k=source.randint(0, 60)))
    data = bytearray(POLICY.encode())
    for _ in range(source.randint(1, 4)):
        data[source.randrange(len(data))] = source.choice(NOISE)
    return bytes(data)


def made(seed: int, number: int) -> tuple[bytes, bool]:
    """Input ``number`` of this seed, and whether the parser in C reads it."""
    source = random.Random(f"{seed}/{number}")
    make = source.choice((slipped, slipped, shuffled, noisy))
    return make(source), yaml.__with_libyaml__ and source.random() < 0.9


def outcome(data: bytes, libyaml: bool) -> str:
    """The first finding's code, or ``read``. Raises whatever the reader should not."""
    try:
        read_document(data, "f", root="either", libyaml=libyaml)
    except DocumentError as error:
        return error.findings[0].code
    return "read"


def main() -> int:
    """Read ``--count`` inputs; 1 if any of them ended in anything else."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000, help="how many inputs")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other inputs")
    parser.add_argument("--only", type=int, help="show this input, and what comes of it")
    options = parser.parse_args()
    if options.only is not None:
        data, libyaml = made(options.seed, options.only)
        sys.stdout.write(f"{data!r}\nlibyaml: {libyaml}\n{outcome(data, libyaml)}\n")
        return 0
    outcomes: Counter[str] = Counter()
    failed = slowest = 0
    slowest_s = 0.0
    started_s = time.process_time()
    for number in range(options.count):
        data, libyaml = made(options.seed, number)
        before_s = time.process_time()
        try:
            outcomes[outcome(data, libyaml)] += 1
        except Exception as error:  # every one is a fault of the reader, to be counted and named
            failed += 1
            sys.stdout.write(f"input {number}: {type(error).__name__}: {error}\n")
        took_s = time.process_time() - before_s
        if took_s > slowest_s:
            slowest, slowest_s = number, took_s
    used_s = time.process_time() - started_s
    for code, times in sorted(outcomes.items()):
        sys.stdout.write(f"{code:6} {times:9}\n")
    sys.stdout.write(f"{options.count} inputs, {failed} failed, {used_s:.0f} s; ")
    sys.stdout.write(f"the slowest was input {slowest}, {slowest_s * 1000:.1f} ms\n")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
