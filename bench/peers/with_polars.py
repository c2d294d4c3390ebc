"""A peer: polars, opening seconds by `search_sorted`, as an analyst writes it.

A lazy scan of the columns that are needed; the records sorted by time; one group a ticket; opening seconds before an
instant, and the way back, by a binary search in the table of opening hours. States are read off the last record that
leads to one.
"""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

import polars as pl

HOUR_S, DAY_S = 3_600, 86_400
STATES = {
    "submit": "open",
    "acknowledge": "acknowledged",
    "qualify": "qualified",
    "plan": "planned",
    "propose-workaround": "workaround",
    "start-fix": "in-fix",
    "resolve": "resolved",
    "reopen": "qualified",
    "close": "closed",
}
OTHERS = ["hand-over", "set-severity", "hold", "resume"]
ACKNOWLEDGE_S = {"1": HOUR_S, "2": 2 * HOUR_S, "3": 3 * HOUR_S, "4": 3 * HOUR_S}
RESOLVE_S = {"1": 45_900, "2": 91_800, "3": 153_000}


class Hours:
    """The opening hours as columns, and what is looked up in them."""

    def __init__(self, folder: Path) -> None:
        windows = pl.read_csv(folder / "windows.csv")
        self.opens, self.closes = windows["opens_s"], windows["closes_s"]
        self.before = (self.closes - self.opens).cum_sum().shift(1, fill_value=0).rename("before_s")
        releases = pl.read_csv(folder / "releases.csv", try_parse_dates=True)["released_on"]
        self.releases = releases.cast(pl.Datetime("us")).dt.epoch("s")

    def window(self, at_s: pl.Expr) -> pl.Expr:
        """The last window that has begun."""
        return pl.lit(self.opens).search_sorted(at_s, side="right").cast(pl.Int64) - 1

    def until(self, at_s: pl.Expr) -> pl.Expr:
        """Opening seconds before an instant."""
        last = self.window(at_s)
        opens, closes = pl.lit(self.opens).gather(last), pl.lit(self.closes).gather(last)
        return pl.lit(self.before).gather(last) + pl.min_horizontal(at_s, closes) - opens

    def after(self, opening_s: pl.Expr) -> pl.Expr:
        """The first instant before which there are so many opening seconds."""
        last = pl.lit(self.before).search_sorted(opening_s, side="left").cast(pl.Int64) - 1
        return pl.lit(self.opens).gather(last) + opening_s - pl.lit(self.before).gather(last)

    def released(self, at_s: pl.Expr) -> pl.Expr:
        """Closing of the first business day from the first release of a later date on."""
        tomorrow_s = at_s // DAY_S * DAY_S + DAY_S
        day_s = pl.lit(self.releases).gather(pl.lit(self.releases).search_sorted(tomorrow_s, side="left"))
        return pl.lit(self.closes).gather(pl.lit(self.opens).search_sorted(day_s, side="left"))


def answers(folder: Path, as_of_s: int) -> pl.LazyFrame:
    """A row a ticket."""
    hours = Hours(folder)
    event, at_s = pl.col("event"), pl.col("at_s")
    records = (
        pl.scan_parquet(folder / "history.parquet")
        .select("ticket", pl.col("at").dt.epoch("s").alias("at_s"), pl.col("event").cast(pl.String), "customer",
                severity="data.severity", via="data.via", reason="data.reason")
        .filter(event.is_in([*STATES, *OTHERS]))
        .sort("at_s", maintain_order=True)
        .with_columns(
            opening_s=hours.until(at_s),
            turns=((event == "hold") & (pl.col("reason") == "third-party"))
            | event.is_in(["resume", "resolve", "reopen"]),
            moves=event.replace_strict(STATES, default=None),
        )
    )  # fmt: skip
    waits = (
        records.filter("turns")
        .with_columns(
            until_s=at_s.shift(-1).over("ticket"), until_opening_s=pl.col("opening_s").shift(-1).over("ticket")
        )
        .filter(event.is_in(["hold", "resolve"]) & (pl.col("until_s").is_not_null() | (event == "hold")))
        .select("ticket", from_s="at_s", from_opening_s="opening_s", until_opening_s="until_opening_s",
                waiting=pl.col("until_s").is_null())
    )  # fmt: skip
    submitted, severity = event == "submit", pl.col("severity")
    tickets = records.group_by("ticket").agg(
        state=pl.col("moves").drop_nulls().last(),
        customer=pl.col("customer").filter(submitted).first().cast(pl.String),
        severity=severity.filter(event.is_in(["submit", "qualify", "set-severity"]))
        .drop_nulls()
        .first()
        .cast(pl.String),
        via=pl.col("via").filter(submitted).first().cast(pl.String),
        submitted_s=at_s.filter(submitted).first(),
        handed_over_s=at_s.filter(event == "hand-over").first(),
        acknowledged_s=at_s.filter(event == "acknowledge").first(),
        resolved_s=at_s.filter(event == "resolve").last(),
        reopened_s=at_s.filter(event == "reopen").last(),
    )
    signed = pl.scan_csv(folder / "contracts.csv", try_parse_dates=True).select(
        "customer", signed_s=pl.col("signed_from").cast(pl.Datetime("us")).dt.epoch("s")
    )
    reopened = pl.col("reopened_s").is_not_null() & (pl.col("reopened_s") >= pl.col("resolved_s"))
    promised = (
        tickets.with_columns(
            started_s=pl.when(pl.col("via") == "local-team").then("handed_over_s").otherwise("submitted_s"),
            resolved_s=pl.when(~reopened).then("resolved_s"),
        )
        .join(signed, on="customer")
        .filter((pl.col("signed_s") <= pl.col("started_s")) & pl.col("severity").is_not_null())
    )
    acknowledge = judged(hours, promised, waits, "acknowledge", "acknowledged_s", ACKNOWLEDGE_S, as_of_s)
    resolve = judged(hours, promised, waits, "resolve", "resolved_s", RESOLVE_S, as_of_s)
    both = acknowledge.join(resolve, on="ticket")
    return tickets.select("ticket", "state").join(both, on="ticket", how="left")


def judged(
    hours: Hours,
    promised: pl.LazyFrame,
    waits: pl.LazyFrame,
    name: str,
    stop: str,
    targets: dict[str, int],
    as_of_s: int,
) -> pl.LazyFrame:
    """Status and opening seconds of one promise."""
    clocks = promised.select("ticket", "severity", "started_s", stopped_s=stop).with_columns(
        end_s=pl.col("stopped_s").fill_null(as_of_s)
    )
    clocks = clocks.with_columns(begun=hours.until(pl.col("started_s")), ended=hours.until(pl.col("end_s")))
    paused = (
        waits.join(clocks, on="ticket")
        .filter(pl.col("from_s") < pl.col("end_s"))
        .group_by("ticket")
        .agg(
            paused_s=(
                pl.min_horizontal(pl.col("until_opening_s").fill_null(2**62), "ended") - pl.col("from_opening_s")
            ).sum(),
            waiting=pl.col("waiting").any(),
        )
    )
    started_s, severity = pl.col("started_s"), pl.col("severity")
    window = hours.window(started_s)
    left_s = pl.lit(hours.closes).gather(window) - started_s
    due_s = hours.after(
        pl.col("begun") + severity.replace_strict(targets, default=None, return_dtype=pl.Int64) + pl.col("paused_s")
    )
    if name == "acknowledge":
        late = (severity == "1") & (left_s > 0) & (left_s <= HOUR_S // 2)
        due_s = pl.when(late).then(pl.lit(hours.opens).gather(window + 1) + HOUR_S).otherwise(due_s)
    else:
        due_s = pl.when(severity == "4").then(hours.released(started_s)).otherwise(due_s)
    status = (
        pl.when(pl.col("end_s") > due_s)
        .then(pl.lit("breached"))
        .when(pl.col("stopped_s").is_not_null())
        .then(pl.lit("upheld"))
        .when("waiting")
        .then(pl.lit("paused"))
        .otherwise(pl.lit("running"))
    )
    clocks = clocks.join(paused, on="ticket", how="left").with_columns(
        pl.col("paused_s").fill_null(0), pl.col("waiting").fill_null(False)
    )
    used_s = pl.col("ended") - pl.col("begun") - pl.col("paused_s")
    return clocks.select("ticket", status.alias(name), used_s.alias(f"{name}_used_s"))


def main() -> None:
    """Answer for every ticket of a history."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--as-of", required=True)
    asked = parser.parse_args()
    as_of_s = int(datetime.fromisoformat(asked.as_of).timestamp())
    answers(asked.folder, as_of_s).sink_parquet(asked.answers)


if __name__ == "__main__":
    main()
