"""Read very many broken exports: each must end in records or in our errors, in time and in memory.

    python bench/fuzz_history.py --inputs 1000000 --seed 1
    python bench/fuzz_history.py --seconds 600 --seeds csv,json --seed 2

The seed and the number of an input make it, so that ``--only NUMBER`` shows a failing one again. An input is a small
export of some format (`history_seeds`) with slips: in its bytes, in its tokens, in its rows, objects or tags; now and
then packed, or written in another encoding. It is read from a file to records, by its mapping; some are replayed,
drafted, or given to a command as it is. All is done in a process of its own, so that one that ends is told, too.
"""

from __future__ import annotations

import argparse
import bz2
import copy
import csv
import gzip
import importlib
import io
import json
import lzma
import mmap
import os
import pkgutil
import random
import re
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any, Final

from click.testing import CliRunner
from history_seeds import ROOT, Seed, seeds, separator_of, written, zipped

import upheld
from upheld import load_policy
from upheld.cli import main as upheld_command
from upheld.core.errors import DocumentError, HistoryError
from upheld.core.policy.policy import Policy
from upheld.core.replay.replay import Replay
from upheld.engine import Engine
from upheld.history.draft.draft_text import draft_text
from upheld.history.draft.export_survey import survey
from upheld.history.draft.mapping_draft import MappingDraft
from upheld.history.draft.open_questions import open_questions
from upheld.history.file import HistoryFiles, Said
from upheld.history.importer import Bad
from upheld.history.mapping.mapping import HistoryMapping
from upheld.history.mapping.mapping_file import read_mapping
from upheld.history.mapping.tally import Tally
from upheld.history.mapping.translation import records
from upheld.history.notice import Notices
from upheld.history.reading import opened, read_history, rows_of
from upheld.report.files.verdicts import as_texts

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

OURS: Final = (HistoryError, DocumentError)
LONGEST_S: Final = 2
MOST_MORE: Final = 3 * 2**29
"""Bytes of memory beyond what the process has when it begins."""
MUCH_KIB: Final = 1_200 * 1024
"""More than a workbook of as many cells as are read takes: one of the 1990s is held twice."""
BLOCK: Final = 20_000
"""Inputs that one process reads."""
POLICY: Final = ROOT / "examples" / "mappings" / "policy.yaml"

NOISE: Final = bytes(range(256))
CHARACTERS: Final = [
    *"aé\U0001f600:;,|\t\n\r\0\"'\\/ <>&[]{}-+.0179TZ%#=@`~*?",
    *"\x1a\x0b\x0c\x1c\x1e\x7f\x85\u00a0\u2028\u202e\ufeff\u0301İ",
    *("\r\n", '""', '"\n', ',"', ';"', '","', "\n\n", "sep=;\n", "sep=\t\n", "Title of it\n\n", "😀" * 3, "A" * 300),
]
WORDS: Final = [
    *("2026-03-29T02:30:00", "2026-02-30T09:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "24:00"),
    *("02/03/2026 09:00", "03.02.26", "2026-03-02", "1772442000", "1772442000000", "46083.375", "1e400", "-1", "١٢"),
    *("NaN", "Infinity", "null", "true", "None", "0x1F", "99999999999999999999999", "1.", "²", "--5", "+01:00", "AM"),
    *("2026-03-02T09:00:00.123456789012Z", "2026-03-02T09:00:00+99:99", "2026-W10-1T09", "20260302T0900Z", "1-1-1"),
    *("Closed", "open", "resolved", "high", "T-1", "agent:", ":", "customer:kim", "at", "ticket", "status", "id"),
]
TAGS: Final = [
    *(
        "<",
        ">",
        "</",
        "/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?xml version='1.1'?>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    ),
    *("&amp;", "&b;", "&#0;", "&#xD800;", "&#99999999;", "&nbsp;", "<event>", "</event>", "<trace>", "</trace>"),
    *(
        "<table>",
        "</table>",
        "<tr>",
        "<td>",
        "<td rowspan='99999999'>",
        "<td colspan=1000>",
        "<th>",
        "<script>",
        "<list>",
    ),
    *('<string key="a" value="b">', '<date key="time:timestamp" value=""/>', "ss:Index='99999'", "<Row ss:Index='0'>"),
    *('ss:MergeDown="2000000000"', "<Cell>", "<Data>", "<row>", '<c r="XFD1048576"><v>1</v></c>', '<c r="A0" t="s">'),
    *("<v>99</v>", 'table:number-columns-repeated="16384"', 'table:number-rows-repeated="1048576"', "<a>" * 70),
    *('<mergeCell ref="A1:XFD9"/>', '<mergeCell ref="B2:A1"/>', "office:date-value='x'", 'encoding="utf-7"'),
]
BITS: Final = [
    *(
        "[",
        "]",
        "{",
        "}",
        ":",
        ",",
        '"',
        "null",
        "NaN",
        "-Infinity",
        "1e999",
        "0" * 50,
        "-",
        "\\ud800",
        "\\u0000",
        "\\",
    ),
    *('"id":', '"a":{"b":', "[" * 70, '{"a":' * 70, "[]", "{}", "true", '""', '"\\ud83d"', "\n", "1" * 5000, "\x1e"),
]
VALUES: Final[Sequence[Any]] = (
    *(None, True, False, 0, -1, 7, 2**63, 10**30, 1.5, 1e308, float("nan"), float("inf"), "", " ", [], {}, [None]),
    *([[]], {"": ""}, {"id": None}, {"name": {"name": []}}, [{"id": 1}, 7, "x"], "\ud800", "\x00", ["a"] * 40),
)
INTEGERS: Final = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
ENCODINGS: Final = (
    *("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "mac-roman", "cp1250", "utf-7"),
    *("shift_jis", "gb18030", "iso2022_jp", "cp037", "hz"),
)
PACKINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    ".gz": lambda data: gzip.compress(data, 1, mtime=0),
    ".bz2": lambda data: bz2.compress(data, 1),
    ".xz": lambda data: lzma.compress(data, preset=0),
    ".zst": lambda data: zstd.compress(data, 1),
}


class TooLongError(Exception):
    """An input took longer than any may."""


# --- inputs


def slipped(data: bytes, source: random.Random, tokens: Sequence[str]) -> bytes:
    """With a few places lost, doubled, moved or replaced."""
    for _ in range(source.choice((1, 1, 1, 2, 3, 6))):
        start = source.randrange(len(data) + 1)
        end = min(len(data), start + source.choice((0, 0, 1, 1, 2, 5, 20, 200)))
        piece = data[start:end]
        there = source.choice((*(source.choice(tokens).encode("utf-8", "replace"),) * 3, piece * 2, piece[::-1], b""))
        data = data[:start] + there + data[end:]
    return data


def noisy(data: bytes, source: random.Random, tokens: Sequence[str]) -> bytes:
    """With bytes that are changed, cut off, or put elsewhere; with numbers of a machine that are larger than any."""
    changed = bytearray(data or b"\0")
    for _ in range(source.choice((1, 1, 2, 4, 16))):
        at = source.randrange(len(changed))
        way = source.randrange(8)
        if way < 3:
            changed[at] ^= 1 << source.randrange(8)
        elif way == 3:
            changed[at] = source.choice(NOISE)
        elif way == 4:
            number = source.choice(INTEGERS)
            packed = struct.pack(source.choice("<>") + "I", number)[: source.choice((2, 4))]
            changed[at : at + len(packed)] = packed
        elif way == 5 and source.random() < 0.3:
            del changed[at:]
        elif way == 6:
            piece = changed[at : at + source.choice((1, 4, 16, 512))]
            to = source.randrange(len(changed) + 1)
            changed[to:to] = piece
        else:
            del changed[at : at + source.choice((1, 2, 8, 64))]
        if not changed:
            break
    return bytes(changed)


def other_rows(data: bytes, source: random.Random, tokens: Sequence[str]) -> bytes:
    """A table with cells, rows and columns that are changed, and written in another way."""
    text = data.decode("utf-8", "replace")
    separator = separator_of(text)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    for _ in range(source.choice((1, 2, 4))):
        row = source.randrange(len(rows))
        cells = rows[row]
        cell = source.randrange(len(cells) or 1)
        way = source.randrange(9)
        if way < 3 and cells:
            cells[cell] = source.choice((source.choice(tokens), source.choice(WORDS), cells[cell] * 2, ""))
        elif way == 3:
            del cells[cell : cell + 1]
        elif way == 4:
            cells.insert(cell, source.choice(WORDS))
        elif way == 5:
            rows.insert(source.randrange(len(rows) + 1), list(cells))
        elif way == 6:
            source.shuffle(rows)
        elif way == 7:
            rows[row] = cells[:cell]
        elif len(rows) > 1:
            del rows[row]
    quoting = source.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    made = written(rows, source.choice((separator, separator, *",;\t|")), quoting)
    return made.replace("\n", source.choice(("\n", "\n", "\r\n", "\r"))).encode("utf-8", "replace")


def other_objects(data: bytes, source: random.Random, tokens: Sequence[str]) -> bytes:
    """JSON with members and values that are changed, lost, doubled or put elsewhere."""
    text = data.decode("utf-8", "replace")
    try:
        documents = [json.loads(text)]
    except ValueError:
        documents = [json.loads(line) for line in text.splitlines() if line.strip()]
    for _ in range(source.choice((1, 1, 2, 4))):
        places = list(_places(documents))
        holder, key = source.choice(places)
        way = source.randrange(8)
        if way < 3:
            holder[key] = copy.deepcopy(source.choice((*VALUES, *WORDS)))
        elif way == 3:
            del holder[key]
        elif way == 4:
            other, there = source.choice(places)
            if there in other if isinstance(other, dict) else there < len(other):
                holder[key] = json.loads(json.dumps(other[there]))
        elif way == 5 and isinstance(holder, dict):
            holder[source.choice((*WORDS, "id", "events", "time", "key"))] = holder.pop(key)
        elif way == 6:
            holder[key] = source.choice(([holder[key]], {"value": holder[key]}, [holder[key]] * 3, str(holder[key])))
        elif isinstance(holder, list):
            source.shuffle(holder)
        if not documents:
            break
    between = source.choice(("\n", "\n", "", ",", "\x1e"))
    is_ascii = source.random() < 0.5
    indent = source.choice((None, None, 1))
    made = between.join(json.dumps(each, ensure_ascii=is_ascii, indent=indent) for each in documents)
    return made.encode("utf-8", "surrogatepass" if source.random() < 0.3 else "replace")


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each place within that holds a value."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from _places(value[key])


_TAG: Final = re.compile(r"(<[^>]*>)")


def other_tags(data: bytes, source: random.Random, tokens: Sequence[str]) -> bytes:
    """A text with tags of which some are changed, lost, doubled or put elsewhere."""
    parts = _TAG.split(data.decode("utf-8", "replace"))
    for _ in range(source.choice((1, 1, 2, 4, 8))):
        at, to = source.randrange(len(parts)), source.randrange(len(parts))
        way = source.randrange(6)
        if way == 0:
            parts[at] = source.choice((*tokens, *WORDS))
        elif way == 1:
            parts[at], parts[to] = parts[to], parts[at]
        elif way == 2:
            parts[to:to] = parts[at : at + source.choice((1, 3, 9))]
        elif way == 3:
            parts[at] = ""
        elif way == 4 and '="' in parts[at]:
            parts[at] = re.sub(r'="[^"]*"', f'="{source.choice(WORDS)}"', parts[at], count=source.choice((0, 1)))
        else:
            parts[at] = parts[at] + source.choice(tokens)
    return "".join(parts).encode("utf-8", "replace")


def other_parts(data: bytes, source: random.Random, tokens: Sequence[str]) -> bytes:
    """A ZIP of which one part is changed, lost, or called otherwise."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = source.choice(list(parts))
    way = source.randrange(12)
    if way == 0:
        del parts[name]
    elif way == 1:
        parts[source.choice(("x", "../x", name.upper(), f"{name}/y"))] = parts.pop(name)
    else:
        is_text = parts[name].lstrip().startswith(b"<")
        change = source.choice((other_tags, other_tags, slipped, noisy)) if is_text else noisy
        parts[name] = change(parts[name], source, tokens)
    return zipped(parts)


CHANGES: Final[Mapping[str, Sequence[Callable[[bytes, random.Random, Sequence[str]], bytes]]]] = {
    "csv": (other_rows, other_rows, slipped, slipped, noisy),
    "json": (other_objects, other_objects, other_objects, slipped, noisy),
    "lines": (other_objects, other_objects, other_objects, slipped, noisy),
    "tags": (other_tags, other_tags, slipped, slipped, noisy),
    "zip": (other_parts, other_parts, other_parts, noisy),
    "bytes": (noisy,),
}
TOKENS: Final[Mapping[str, Sequence[str]]] = {
    "csv": (*CHARACTERS, *WORDS),
    "json": (*CHARACTERS, *BITS),
    "lines": (*CHARACTERS, *BITS),
    "tags": (*CHARACTERS, *TAGS),
    "zip": (*CHARACTERS, *TAGS),
    "bytes": CHARACTERS,
}


@dataclass(frozen=True, slots=True)
class Input:
    """A broken export.

    Attributes:
        seed: What it was.
        file: What it is called now.
        data: What it holds.
        said: An encoding that somebody says.
        way: What is done with it: ``read``, ``replay``, ``draft`` or ``command``.
        order: How the mapping takes its rows.
    """

    seed: Seed
    file: str
    data: bytes
    said: str
    way: str
    order: int


WAYS: Final = ("read",) * 170 + ("replay",) * 14 + ("draft",) * 15 + ("command",)


def made(seed: int, number: int, chosen: Sequence[Seed]) -> Input:
    """Input ``number`` of this seed."""
    source = random.Random(f"{seed}/{number}")
    begun = source.choice(chosen)
    data, name, said = begun.data, begun.file, ""
    is_text = begun.kind not in ("zip", "bytes")
    change = source.choice(CHANGES[begun.kind])
    data = change(data, source, TOKENS[begun.kind])
    if is_text and source.random() < 0.06:
        encoding = source.choice(ENCODINGS)
        data = data.decode("utf-8", "replace").encode(encoding, "replace")
        said = source.choice(("", encoding, source.choice(ENCODINGS)))
        data = noisy(data, source, ()) if source.random() < 0.3 else data
    if source.random() < 0.05:
        ending = source.choice((*PACKINGS, ".zip"))
        data = zipped({name: data, "other.csv": data}) if ending == ".zip" else PACKINGS[ending](data)
        data = noisy(data, source, ()) if source.random() < 0.5 else data
        name += source.choice((ending, ending, ""))
    if source.random() < 0.03:
        name = source.choice(("t", "t.csv", "t.json", "t.jsonl", "t.xls", "t.xlsx", "t.xml", "t.parquet", "t.html"))
    return Input(begun, name, data, said, source.choice(WAYS), source.randrange(6))


# --- what becomes of them


@dataclass(frozen=True)
class Reading:
    """What inputs are read with.

    Attributes:
        folder: Where they are put.
        policy: By which they are judged.
        mappings: By their text.
    """

    folder: Path
    policy: Policy
    mappings: Mapping[str, HistoryMapping | None]

    def outcome(self, given: Input) -> str:
        """What became of it in a word. Raises whatever the readers should not."""
        path = self.folder / given.file
        path.write_bytes(given.data)
        try:
            return getattr(self, f"_{given.way}")(given, str(path))  # type: ignore[no-any-return]
        except OURS as error:
            str(error).encode()
            return type(error).__name__
        finally:
            path.unlink()

    def _mapping(self, given: Input) -> HistoryMapping | None:
        mapping = self.mappings[given.seed.mapping]
        if mapping is None or mapping.rows_from or given.order > 2:
            return mapping
        if given.order == 0:
            return replace(mapping, drops_duplicates=True)
        return replace(mapping, by_time=given.order == 1, as_is=given.order != 1)

    def _events(self, given: Input, path: str) -> Iterator[Any]:
        mapping, tally, notices = self._mapping(given), Tally(), Notices()
        said = Said(given.said, 0, {} if mapping is None else mapping.parts)
        chosen = "" if mapping is None else mapping.format
        yield from read_history(
            path,
            self.policy,
            chosen,
            None if mapping is None else lambda rows, policy: records(mapping, rows, policy, tally),
            audit=mapping is None or mapping.audit,
            notices=notices,
            said=said,
        )
        "\n".join([*tally.lines(), *map(str, notices), *map(str, tally.notices)]).encode()

    def _read(self, given: Input, path: str) -> str:
        bad = False
        for each in self._events(given, path):
            if isinstance(each, Bad):
                f"{each.place}: {each.problem}".encode()
                bad = True
        return "read with bad" if bad else "read"

    def _replay(self, given: Input, path: str) -> str:
        mapping = self.mappings[given.seed.mapping]
        run = Replay(Engine(self.policy, audit=mapping is not None and mapping.audit))
        run.take_all(each[1] for each in self._events(given, path) if not isinstance(each, Bad))
        for each in as_texts(run.verdicts(), tables=True):
            each.line.encode()
        list(map(str, run.warnings()))
        return "replayed"

    def _draft(self, given: Input, path: str) -> str:
        said = Said(given.said, 0, {}, is_guessed=True)
        read: list[str] = []

        def files() -> Iterator[Any]:
            for file, chosen in opened(HistoryFiles(path, said=said)):
                read.append(chosen.name)
                yield file, chosen

        found = survey(rows_of(files()))
        draft = MappingDraft.of(found, given.file, read[0], self.policy)
        text = draft_text(draft, [question.text for question in open_questions(draft)])
        _, findings = read_mapping(text.encode(), "draft")
        lines = text.splitlines()
        for each in findings:
            if "a blank" not in lines[each.place.line - 1]:
                raise AssertionError(f"a draft that cannot be read back: {each}")
        return "drafted"

    def _command(self, given: Input, path: str) -> str:
        asked = ["--policy", str(POLICY), *(("--encoding", given.said) if given.said else ())]
        if given.order % 2:
            words = ["map", path, *asked]
        else:
            mapping = self.folder / "mapping.yaml"
            mapping.write_text(given.seed.mapping, encoding="utf-8")
            words = ["replay", path, *asked, "--skip-bad", *(("--map", str(mapping)) if given.seed.mapping else ())]
            words += ["--format", ("text", "json", "jsonl")[given.order // 2]]
        done = CliRunner().invoke(upheld_command, words)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        if done.exit_code not in (0, 1, 2) or "internal error" in done.stderr:
            raise AssertionError(done.output[-500:])
        return f"{words[0]} ends with {done.exit_code}"


@dataclass
class Told:
    """What became of many inputs.

    Attributes:
        outcomes: How many ended how.
        by_seed: How many there were of each seed.
        failed: What should not have been, with its number.
        slowest: The number of the slowest, and its CPU time.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    by_seed: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    slowest: tuple[float, int, str] = (0.0, -1, "")

    def add(self, other: Mapping[str, Any]) -> None:
        """More of it."""
        self.outcomes.update(other["outcomes"])
        self.by_seed.update(other["by_seed"])
        self.failed += other["failed"]
        self.slowest = max(self.slowest, tuple(other["slowest"]))


def _too_long(number: int, frame: FrameType | None) -> None:
    raise TooLongError


def read_block(
    numbers: range, seed: int, chosen: Sequence[Seed], reading: Reading, now: mmap.mmap, end_s: float
) -> Told:
    """Read some of the inputs; ``now`` always holds the number of the one that is being read."""
    told = Told()
    signal.signal(signal.SIGPROF, _too_long)
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MOST_MORE, resource.RLIM_INFINITY))
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in numbers:
        now[:8] = struct.pack("<q", number)
        if time.monotonic() > end_s:
            break
        given = made(seed, number, chosen)
        told.by_seed[given.seed.name] += 1
        before_s = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
        try:
            told.outcomes[reading.outcome(given)] += 1
        except BaseException as error:  # every one is a fault, to be counted and named
            if isinstance(error, KeyboardInterrupt):
                raise
            problem = f"{type(error).__name__}: {ascii(str(error))[:200]}"
            told.failed.append(f"input {number} ({given.seed.name}, {given.way}): {problem}")
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        told.slowest = max(told.slowest, (time.process_time() - before_s, number, given.seed.name))
        grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak_kib
        if grown_kib > MUCH_KIB:
            told.failed.append(f"input {number} ({given.seed.name}, {given.way}): {grown_kib // 1024} MiB more memory")
            peak_kib += grown_kib
    else:
        now[:8] = struct.pack("<q", numbers.stop)
    return told


def apart(numbers: range, seed: int, chosen: Sequence[Seed], reading: Reading, told: Told, end_s: float) -> int:
    """The same in a process of its own; the number that comes next."""
    now = mmap.mmap(-1, 8)
    now[:8] = struct.pack("<q", numbers.start)
    out, into = os.pipe()
    child = os.fork()
    if not child:
        try:
            found = read_block(numbers, seed, chosen, reading, now, end_s)
            with os.fdopen(into, "w") as pipe:
                json.dump({name: getattr(found, name) for name in ("outcomes", "by_seed", "failed", "slowest")}, pipe)
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    os.close(into)
    with os.fdopen(out) as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    number: int = struct.unpack("<q", now[:8])[0]
    if answer:
        told.add(json.loads(answer))
        return number
    told.outcomes["in a process that ended"] += number - numbers.start
    told.failed.append(f"input {number}: the process ended, {status}")
    return number + 1


def _import_all() -> None:
    """Import what is imported late, so that all inputs meet the same code, whoever changes it meanwhile."""
    for each in pkgutil.walk_packages(upheld.__path__, "upheld."):
        if not each.name.endswith("__main__"):
            importlib.import_module(each.name)


def _ready(folder: Path, chosen: Sequence[Seed]) -> Reading:
    mappings: dict[str, HistoryMapping | None] = {"": None}
    for each in chosen:
        if each.mapping:
            mapping, findings = read_mapping(each.mapping.encode(), each.name)
            assert mapping is not None, findings
            mappings[each.mapping] = mapping
    return Reading(folder, load_policy(str(POLICY)), mappings)


def main() -> int:
    """Read the inputs; 1 if any of them ended in anything else."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=10_000, help="how many")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="and at most for how long")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other inputs")
    parser.add_argument("--first", type=int, default=0, help="the number to begin with")
    parser.add_argument("--seeds", default="", help="parts of the names of the seeds, `csv,json`; by default all")
    parser.add_argument("--only", type=int, help="show this input, and what comes of it")
    asked = parser.parse_args()
    _import_all()
    parts = asked.seeds.split(",")
    chosen = [each for each in seeds() if any(part in f"{each.name} {each.kind}" for part in parts)]
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        reading = _ready(Path(folder), chosen)
        if asked.only is not None:
            given = made(asked.seed, asked.only, chosen)
            print(given.seed.name, given.file, given.said, given.way, given.order, given.data, sep="\n")
            print(reading.outcome(given))
            return 0
        return _run(asked, chosen, reading)


def _run(asked: argparse.Namespace, chosen: Sequence[Seed], reading: Reading) -> int:
    told, started_s, number = Told(), time.monotonic(), asked.first
    end_s, last = started_s + asked.seconds, asked.first + asked.inputs
    while number < last and time.monotonic() < end_s:
        known = len(told.failed)
        number = apart(range(number, min(last, number + BLOCK)), asked.seed, chosen, reading, told, end_s)
        print(*told.failed[known:], sep="\n", end="\n" * (len(told.failed) > known), flush=True)
        print(f"{number - asked.first:,} inputs, {time.monotonic() - started_s:.0f} s", file=sys.stderr)
    used_s = time.monotonic() - started_s
    for outcome, times in sorted(told.outcomes.items()):
        print(f"{outcome:24} {times:9,}")
    print(*(f"{name} {times:,}" for name, times in told.by_seed.most_common()), sep=", ")
    slow_s, slow, name = told.slowest
    print(f"inputs {asked.first:,} to {number - 1:,} of seed {asked.seed}, {len(told.failed)} failed, {used_s:.0f} s;")
    print(f"the slowest was input {slow} ({name}), {slow_s * 1000:.0f} ms of CPU")
    return int(bool(told.failed))


if __name__ == "__main__":
    sys.exit(main())
