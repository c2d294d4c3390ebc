"""CPU time and memory for exports that somebody made to be slow, a megabyte of each (THREATS V03).

    python bench/bench_hostile_exports.py

Each is read to its end in a process of its own, what is bad passed over; the time is that of the process's CPU, with
the start of Python left out, so that a busy machine disturbs it little. All grow with the file and not with its square.
Beside each stands what it took before keys were looked up in a set, quotes were read again within a budget and cells of
a trace were shared: Python 3.11, CPU time, once each on a busy machine. Target: 2 s for each.

Then what an author wrote, a megabyte of it, on its way out: as a cell of a table, in Markdown, as text on a page.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Final

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.formats import FORMATS
from upheld.history.importer import Bad
from upheld.report.files.spreadsheet import safe
from upheld.show.page.blocks import Page, Paragraph, line
from upheld.show.page.markdown import escaped
from upheld.show.page.terminal import WIDTH, text

BYTES: Final = 2**20


def keys() -> str:
    """A line of as many keys as fit into one, of which the last stands twice."""
    return "{" + ",".join(f'"{number}":1' for number in range(90_000)) + ',"89999":1}'


def long_key() -> str:
    """One long key around many short ones, each of which would be a column of both."""
    return '{"' + "k" * (BYTES // 4) + '":{' + ",".join(f'"{number}":1' for number in range(50_000)) + "}}"


def blank_lines() -> str:
    """Lines that hold nothing."""
    return "\n" * BYTES


def nested() -> str:
    """A line of lists within lists."""
    return "[" * (BYTES // 2 - 1)


def open_quotes() -> str:
    """Lines that each close a quote and open one, some thousands at a time; then one that is no row."""
    block = 'a","\n' * 9_900 + 'z"y\n'
    return "ticket,at,event\n" + block * (BYTES // len(block))


def trace() -> str:
    """A trace of nearly as many attributes as one may have, with as many events as fit."""
    attributes = "".join(f'<string key="k{number}" value="v"/>' for number in range(990))
    return f"<log><trace>{attributes}{'<event/>' * (BYTES // 8 - 4_000)}</trace></log>"


def laid_out(words: str) -> str:
    """The words as a page for a terminal."""
    return text(Page((Paragraph(line(words)),), (), ()), width=WIDTH, colour=False)


MADE: Final[Mapping[str, tuple[str, Callable[[], str], str]]] = {
    "a key twice": ("jsonl", keys, "over 60 s"),
    "a long key around others": ("jsonl", long_key, "over 6 GB"),
    "blank lines, JSON Lines": ("jsonl", blank_lines, "3.25 s"),
    "blank lines, CSV": ("csv", lambda: "a,b\n" + blank_lines(), "0.38 s"),
    "nested lists": ("jsonl", nested, "0.00 s"),
    "open quotes": ("csv", open_quotes, "over 60 s"),
    "attributes of a trace": ("xes", trace, "1.60 s, 203 MiB"),
}
"""By what it is: the format, the text, and what it took before."""

WRITTEN: Final[Mapping[str, tuple[Callable[[str], object], Callable[[], str]]]] = {
    "TABs, as a CSV cell": (safe, lambda: "\t" * BYTES + "="),
    "formulas, as a CSV cell": (safe, lambda: ";=1+" * (BYTES // 4)),
    "quotes, as a CSV cell": (safe, lambda: ' ;"' * (BYTES // 3) + "@"),
    "colons, in Markdown": (escaped, lambda: ":a" * (BYTES // 2)),
    "names, in Markdown": (escaped, lambda: "@a#1" * (BYTES // 4)),
    "one word, as text": (laid_out, lambda: "x" * BYTES),
    "wide characters, as text": (laid_out, lambda: "界" * (BYTES // 3)),
    "words, as text": (laid_out, lambda: "ab " * (BYTES // 3)),
}
"""What an author wrote, on its way out: what writes it, and the text."""


def main() -> None:
    """Read each in its own process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", metavar="NAME", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        measure(asked.measure)
        return
    for name in (*MADE, *WRITTEN):
        subprocess.run([sys.executable, __file__, "--measure", name], check=True)


def measure(name: str) -> None:
    """Read one, or write it, and tell."""
    if name in WRITTEN:
        write, made = WRITTEN[name]
        told, start_s = made(), time.process_time()
        write(told)
        print(f"{name:26} {len(told.encode()):>9,} bytes  {time.process_time() - start_s:7.2f} s", flush=True)
        return
    format_name, make, before = MADE[name]
    content = make().encode()
    start_s, start_kib = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = bad = 0
    try:
        for found in FORMATS[format_name].rows(HistoryFile("hostile", BytesIO(content))):
            is_bad = isinstance(found, Bad)
            rows, bad = rows + (not is_bad), bad + is_bad
        end = ""
    except HistoryError as error:
        end = f", ends with: {error.problem[:60]}"
    took_s = time.process_time() - start_s
    more_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start_kib) / 1024
    told = f"{took_s:7.2f} s  {more_mib:6.0f} MiB  before: {before:>18}"
    print(f"{name:26} {len(content):>9,} bytes  {told}  {rows} rows, {bad} bad{end}", flush=True)


if __name__ == "__main__":
    main()
