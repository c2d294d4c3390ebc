"""A history of the bench as files: JSON Lines, CSV and Parquet, and the tables that a peer needs beside it.

    python bench/bulk_bench/files.py FOLDER --events 1000000 [--noisy]

`windows.csv` has the opening hours as upheld computes them, holidays left out, so that no peer is wrong for a holiday;
`contracts.csv` who has an agreement from which date on, and `releases.csv` the dates of releases.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import yaml

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bulk_bench import course
from bulk_bench.stories import AS_OF_S, BEGIN_S, History, batches, made
from upheld import load_policy
from upheld.calendars.public_holidays import Calendar

FORMATS: Final = ("jsonl", "csv", "parquet")
CONTRACTS: Final = "contracts.yaml"
INSTANT: Final = pa.timestamp("us", tz="UTC")


def main() -> None:
    """Make one history in every form."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--noisy", action="store_true")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    history = made(asked.events, noisy=asked.noisy)
    write_surroundings(asked.folder)
    for name in asked.formats:
        WRITERS[name](asked.folder / f"history.{name}", history)
    tickets = len(np.unique(history.ticket))
    each = len(history) / tickets
    print(f"{len(history):,} events of {tickets:,} tickets, {each:.1f} a ticket", flush=True)


def write_surroundings(folder: Path) -> None:
    """Contracts, releases and opening hours."""
    document = course.contracts(release_dates())
    (folder / CONTRACTS).write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    signed = [(name, course.signed_from(number)) for number, name in enumerate(course.CUSTOMER_NAMES)]
    write_table(folder / "contracts.csv", ("customer", "signed_from"), [row for row in signed if row[1]])
    write_table(folder / "releases.csv", ("released_on",), [(day,) for day in release_dates()])
    write_table(folder / "windows.csv", ("opens_s", "closes_s"), opening_windows())


def write_table(file: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A small table."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(header)
        table.writerows(rows)


def release_dates() -> list[str]:
    """The second Tuesday of each month, and a Saturday now and then, from before the history until after it."""
    found = []
    for month in range(12 * 2022 + 11, 12 * 2026 + 6):
        first = date(month // 12, month % 12 + 1, 1)
        day = first + timedelta(days=(1 - first.weekday()) % 7 + 7 + (4 if month % 5 == 0 else 0))
        found.append(day.isoformat())
    return found


def opening_windows() -> list[tuple[int, int]]:
    """The call centre's opening hours around the history, as seconds since 1970."""
    calendar = Calendar.from_document(load_policy("greenmash").calendars["call-centre"].document)
    begin, end = datetime.fromtimestamp(BEGIN_S - 30 * course.DAY, UTC), datetime(2026, 12, 31, tzinfo=UTC)
    assert end.timestamp() > AS_OF_S
    return [(int(a.timestamp()), int(b.timestamp())) for a, b in calendar.intervals(begin, end)]


def arrow(history: History) -> pa.Table:
    """The history as a table with the columns of a canonical one, names as dictionaries."""

    def named(codes: Any, names: Sequence[Any]) -> pa.Array:
        missing = np.asarray(codes) < 0
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=missing), pa.array(names))

    columns = {
        "ticket": ticket_ids(history),
        "at": pa.array(history.at_s.astype(np.int64) * 1_000_000, pa.int64()).cast(INSTANT),
        "event": named(history.event, course.EVENTS),
        "actor": named(history.actor, course.ACTORS),
        "channel": named(history.channel, list(course.CHANNELS)),
        "customer": named(history.customer, course.CUSTOMER_NAMES),
    }
    for field in course.FIELDS:
        values = sorted({data[field] for data in course.DATA if field in data})
        codes = np.asarray([values.index(data[field]) if field in data else -1 for data in course.DATA], np.int16)
        column = named(codes[history.data], values)
        columns[f"data.{field}"] = column.cast(pa.bool_()) if isinstance(values[0], bool) else column
    return pa.table(columns)


def ticket_ids(history: History) -> pa.Array:
    """`T-00000042`."""
    return pc.binary_join_element_wise("T-", pc.utf8_lpad(pa.array(history.ticket).cast(pa.string()), 8, "0"), "")


def instants(history: History) -> pa.Array:
    """As a history writes them: `2024-03-04T08:15:00Z`."""
    return pc.strftime(pa.array(history.at_s).cast(pa.int64()).cast(pa.timestamp("s")), "%Y-%m-%dT%H:%M:%SZ")


def write_json_lines(file: Path, history: History) -> None:
    """A record a line."""
    with file.open("wb") as stream:
        stream.writelines(lines(history))


def lines(history: History) -> Iterator[bytes]:
    """The text of a history in JSON Lines, many lines at a time."""
    events = pa.array([f'"event": "{name}", "actor": "' for name in course.EVENTS])
    actors = pa.array([f'{name}"' for name in course.ACTORS])
    channels = pa.array(["", *(f', "channel": "{name}"' for name in course.CHANNELS)])
    customers = pa.array(["", *(f', "customer": "{name}"' for name in course.CUSTOMER_NAMES)])
    data = pa.array([course.as_json(each) + "\n" for each in course.DATA])
    for part in batches(history):
        pieces = (
            pc.binary_join_element_wise('{"ticket": "', ticket_ids(part), '", "at": "', instants(part), '", ', ""),
            events.take(pa.array(part.event)),
            actors.take(pa.array(part.actor)),
            channels.take(pa.array(part.channel + np.int8(1))),
            customers.take(pa.array(part.customer + np.int16(1))),
            data.take(pa.array(part.data)),
        )
        text = pc.binary_join_element_wise(*pieces, "")
        yield text.buffers()[2].to_pybytes()


def write_csv(file: Path, history: History) -> None:
    """The same as a table."""
    write_arrow_csv(file, map(arrow, batches(history)))


def write_parquet(file: Path, history: History) -> None:
    """The same in columns."""
    write_arrow_parquet(file, map(arrow, batches(history)))


def write_arrow_csv(file: Path, tables: Iterable[pa.Table]) -> None:
    """Tables one after the other as one of text."""
    options = pa.csv.WriteOptions(quoting_style="needed")
    with pa.OSFile(str(file), "wb") as sink:
        writer = None
        for table in tables:
            at = pc.strftime(table["at"].cast(pa.timestamp("s", tz="UTC")), "%Y-%m-%dT%H:%M:%SZ")
            columns = {name: table[name].cast(pa.string()) for name in table.column_names if name != "at"}
            text = pa.table({"ticket": columns.pop("ticket"), "at": at, **columns})
            writer = writer or pa.csv.CSVWriter(sink, text.schema, write_options=options)
            writer.write_table(text)
        if writer is not None:
            writer.close()


def write_arrow_parquet(file: Path, tables: Iterable[pa.Table]) -> None:
    """Tables one after the other as one in columns."""
    writer = None
    for table in tables:
        writer = writer or pa.parquet.ParquetWriter(file, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()


WRITERS: Final = {"jsonl": write_json_lines, "csv": write_csv, "parquet": write_parquet}

if __name__ == "__main__":
    main()
