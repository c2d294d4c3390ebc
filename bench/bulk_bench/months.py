"""A vendor's example month told again and again, as files: how the bench has long histories of policies that bill.

    python bench/bulk_bench/months.py FOLDER --policy entropics --events 100000

Each telling has tickets of its own and begins some minutes later; up to two hundred tellings have customers of their
own too, with the same contracts and grants, so that balances last a while. All is in order of time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bulk_bench.files import FORMATS, INSTANT, write_arrow_csv, write_arrow_parquet

ROOT: Final = Path(__file__).resolve().parent.parent.parent
COPIES_MAX: Final = 200
LATER_MIN: Final = 60
BATCH: Final = 200_000
Record = dict[str, Any]


def main() -> None:
    """Make one history in every form."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--policy", default="entropics")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    example = ROOT / "examples" / asked.policy
    records = [json.loads(line) for line in (example / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    month = Month(records, -(-asked.events // len(records)))
    contracts = yaml.safe_load((example / "contracts.yaml").read_text(encoding="utf-8"))
    (asked.folder / "contracts.yaml").write_text(month.contracts(contracts), encoding="utf-8")
    for form in asked.formats:
        file = asked.folder / f"history.{form}"
        if form == "jsonl":
            with file.open("wb") as stream:
                stream.writelines(month.lines())
        elif form == "csv":
            write_arrow_csv(file, month.tables())
        else:
            write_arrow_parquet(file, month.tables())
    tickets = month.tellings * len({record["ticket"] for record in records})
    print(f"{len(month.row):,} events of {tickets:,} tickets, {len(month.row) / tickets:.1f} a ticket", flush=True)


class Month:
    """The records of a month, and for each record of the whole which of them it is and in which telling."""

    def __init__(self, records: Sequence[Record], tellings: int) -> None:
        self.records, self.tellings = records, tellings
        self.copies = min(tellings, COPIES_MAX)
        at_s = np.asarray([int(datetime.fromisoformat(record["at"]).timestamp()) for record in records])
        row, telling = np.tile(np.arange(len(records)), tellings), np.repeat(np.arange(tellings), len(records))
        later_s = at_s[row] + telling % LATER_MIN * 60
        order = np.argsort(later_s, kind="stable")
        self.row, self.telling, self.at_s = row[order], telling[order], later_s[order]

    def contracts(self, document: Record) -> str:
        """The contracts file, with every customer as often as there are copies."""
        names = document["customers"]
        copied = {f"{name}-{copy}": names[name] for copy in range(self.copies) for name in names}
        return yaml.dump({**document, "customers": copied}, Dumper=_NoAnchors, sort_keys=False)

    def lines(self) -> Iterator[bytes]:
        """The text of the history in JSON Lines, many lines at a time; a customer's name gets its number."""
        tickets = pa.array([f'{{"ticket": "{record["ticket"]}-' for record in self.records])
        parts = [[*_rest(record).split("\0"), "", ""][:3] for record in self.records]
        first, second, third = (pa.array([each[place] for each in parts]) for place in range(3))
        for row, telling, copy, at in self._batches():
            tails = [pc.if_else(pc.not_equal(part, ""), pc.binary_join_element_wise("-", copy, part, ""), "")
                     for part in (second.take(row), third.take(row))]  # fmt: skip
            head = pc.binary_join_element_wise(tickets.take(row), telling, '", "at": "', at, '"', "")
            text = pc.binary_join_element_wise(head, first.take(row), *tails, "\n", "")
            yield text.buffers()[2].to_pybytes()

    def tables(self) -> Iterator[pa.Table]:
        """The history in columns, many records at a time."""
        names = sorted({name for record in self.records for name in record.get("data", {})})
        plain = ("event", "actor", "channel")
        columns = {name: pa.array([record.get(name) for record in self.records]) for name in plain}
        ids = pa.array([record["ticket"] for record in self.records])
        customers = pa.array([record.get("customer") for record in self.records], pa.string())
        client = [record.get("data", {}).get("client") for record in self.records]
        for row, telling, copy, at in self._batches():
            told = {name: column.take(row) for name, column in columns.items()}
            data = {name: self._field(name).take(row) for name in names}
            if any(client):
                data["client"] = pc.binary_join_element_wise(data["client"], copy, "-")
            yield pa.table(
                {
                    "ticket": pc.binary_join_element_wise(ids.take(row), telling, "-"),
                    "at": pc.strptime(at, "%Y-%m-%dT%H:%M:%SZ", "s").cast(pa.timestamp("us")).cast(INSTANT),
                    **told,
                    "customer": pc.binary_join_element_wise(customers.take(row), copy, "-"),
                    **{f"data.{name}": column for name, column in data.items()},
                }
            )

    def _field(self, name: str) -> pa.Array:
        values = [record.get("data", {}).get(name) for record in self.records]
        kinds = {type(value) for value in values if value is not None}
        return pa.array(values if len(kinds) == 1 else [None if value is None else str(value) for value in values])

    def _batches(self) -> Iterator[tuple[pa.Array, pa.Array, pa.Array, pa.Array]]:
        """Which record, in which telling, with which copy of the customers, and when."""
        for begin in range(0, len(self.row), BATCH):
            some = slice(begin, begin + BATCH)
            telling = self.telling[some]
            at = pc.strftime(pa.array(self.at_s[some]).cast(pa.timestamp("s")), "%Y-%m-%dT%H:%M:%SZ")
            copy = pa.array(telling % self.copies).cast(pa.string())
            yield pa.array(self.row[some]), pa.array(telling).cast(pa.string()), copy, at


class _NoAnchors(yaml.SafeDumper):
    """Writes what is equal out each time."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _rest(record: Record) -> str:
    """What stands behind the instant, with a mark where a customer's number goes."""
    data = {**record.get("data", {})}
    if "client" in data:
        data["client"] += "\0"
    others: Record = {name: record[name] for name in ("event", "actor", "channel") if name in record}
    if "customer" in record:
        others["customer"] = record["customer"] + "\0"
    text = json.dumps({**others, **({"data": data} if data else {})}, ensure_ascii=False)
    return ", " + text[1:].replace("\\u0000", "\0")


if __name__ == "__main__":
    main()
