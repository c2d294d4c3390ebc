"""A peer: DuckDB, opening seconds by ASOF joins.

Every record finds its window of opening hours by an ASOF join, so each has the opening seconds before it; what a
promise used is a difference of two of them, less those of the waits. The way back, from opening seconds to the instant
due, is an ASOF join too. Records are ordered by time, as a table has no other order, and by their row where that is
equal. States are read off the last record that leads to one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

TABLES = """
create table windows as
    select opens_s, closes_s, sum(closes_s - opens_s) over (order by opens_s) - (closes_s - opens_s) as before_s,
           lead(opens_s) over (order by opens_s) as next_opens_s
    from read_csv('{folder}/windows.csv');
create table signed as
    select customer, epoch(signed_from)::bigint as signed_s from read_csv('{folder}/contracts.csv');
create table releases as
    select epoch(released_on)::bigint as released_s from read_csv('{folder}/releases.csv');
create table targets (severity varchar, acknowledge_s bigint, resolve_s bigint);
insert into targets values ('1', 3600, 45900), ('2', 7200, 91800), ('3', 10800, 153000), ('4', 10800, null);
"""

ANSWERS = """
copy (
with records as (
    select ticket, epoch("at")::bigint as at_s, file_row_number as number, event, customer, "data.type" as type,
           "data.severity" as severity, "data.via" as via, "data.reason" as reason
    from read_parquet('{folder}/history.parquet', file_row_number = true)
),
placed as (
    select records.*, before_s + least(at_s, closes_s) - opens_s as opening_s
    from records asof join windows on at_s >= opens_s
),
tickets as (
    select ticket,
           arg_min(customer, (at_s, number)) filter (event = 'submit') as customer,
           arg_min(severity, (at_s, number)) filter (event in ('submit', 'qualify', 'set-severity')) as severity,
           case when first(via order by at_s, number) filter (event = 'submit') = 'local-team'
                then min(at_s) filter (event = 'hand-over') else min(at_s) filter (event = 'submit') end as started_s,
           min(at_s) filter (event = 'acknowledge') as acknowledged_s,
           max(at_s) filter (event = 'resolve') as resolved_s,
           max(at_s) filter (event = 'reopen') as reopened_s,
           arg_max(case event when 'submit' then 'open' when 'acknowledge' then 'acknowledged'
                              when 'qualify' then 'qualified' when 'plan' then 'planned'
                              when 'propose-workaround' then 'workaround' when 'start-fix' then 'in-fix'
                              when 'resolve' then 'resolved' when 'reopen' then 'qualified'
                              when 'close' then 'closed' end, (at_s, number)) as state
    from placed group by ticket
),
promised as (
    select tickets.ticket, severity, started_s, acknowledged_s,
           case when reopened_s is null or resolved_s > reopened_s then resolved_s end as resolved_s,
           acknowledge_s as acknowledge_target_s, resolve_s as resolve_target_s
    from tickets join signed on signed.customer = tickets.customer and signed_s <= started_s
    join targets using (severity)
),
waits as (
    select ticket, at_s as from_s, opening_s as from_opening_s, event,
           lead(at_s) over later as until_s, lead(opening_s) over later as until_opening_s
    from placed
    where (event = 'hold' and reason = 'third-party') or event in ('resume', 'resolve', 'reopen')
    window later as (partition by ticket order by at_s, number)
),
now as (
    select before_s + least({as_of_s}, closes_s) - opens_s as opening_s
    from windows where opens_s <= {as_of_s} order by opens_s desc limit 1
),
stops as (
    select ticket, 'acknowledge' as promise, severity, started_s, acknowledged_s as stopped_s,
           acknowledge_target_s as target_s from promised
    union all
    select ticket, 'resolve', severity, started_s, resolved_s, resolve_target_s from promised
),
used as (
    select stops.*, a.before_s + least(started_s, a.closes_s) - a.opens_s as from_opening_s,
           b.before_s + least(coalesce(stopped_s, {as_of_s}), b.closes_s) - b.opens_s as until_opening_s,
           a.closes_s as closes_s, a.next_opens_s as next_opens_s
    from stops asof join windows a on started_s >= a.opens_s
    asof join windows b on coalesce(stopped_s, {as_of_s}) >= b.opens_s
),
paused as (
    select used.ticket, promise,
           sum(least(coalesce(waits.until_opening_s, now.opening_s), used.until_opening_s) - waits.from_opening_s)
               as paused_s,
           bool_or(waits.until_s is null and event = 'hold') as is_paused
    from used join waits on waits.ticket = used.ticket cross join now
    where event in ('hold', 'resolve') and waits.from_s < coalesce(used.stopped_s, {as_of_s})
      and (waits.until_s is not null or event = 'hold')
    group by used.ticket, promise
),
counted as (
    select used.*, until_opening_s - from_opening_s - coalesce(paused_s, 0) as used_s,
           from_opening_s + target_s + coalesce(paused_s, 0) as due_opening_s,
           coalesce(is_paused, false) as is_paused,
           started_s - started_s % 86400 + 86400 as tomorrow_s,
           promise = 'acknowledge' and severity = '1' and started_s < closes_s and closes_s - started_s <= 1800
               as is_late
    from used left join paused using (ticket, promise)
),
by_duration as (
    select counted.*, w.opens_s + due_opening_s - w.before_s as due_s
    from counted asof join windows w on due_opening_s > w.before_s
    where target_s is not null and not is_late
),
by_release as (
    select counted.*, r.released_s
    from counted asof join releases r on tomorrow_s <= r.released_s where target_s is null
),
judged as (
    select ticket, promise, stopped_s, used_s, is_paused, due_s from by_duration
    union all
    select ticket, promise, stopped_s, used_s, is_paused, next_opens_s + 3600 from counted where is_late
    union all
    select ticket, promise, stopped_s, used_s, is_paused, w.closes_s
    from by_release asof join windows w on released_s <= w.opens_s
),
told as (
    select ticket, promise, used_s,
           case when coalesce(stopped_s, {as_of_s}) > due_s then 'breached' when stopped_s is not null then 'upheld'
                when is_paused then 'paused' else 'running' end as status
    from judged
)
select tickets.ticket, state, a.status as acknowledge, a.used_s as acknowledge_used_s,
       r.status as resolve, r.used_s as resolve_used_s
from tickets
left join told a on a.ticket = tickets.ticket and a.promise = 'acknowledge'
left join told r on r.ticket = tickets.ticket and r.promise = 'resolve'
) to '{answers}' (format parquet);
"""


def main() -> None:
    """Answer for every ticket of a history."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--as-of", required=True)
    parser.add_argument("--threads", type=int, default=0)
    asked = parser.parse_args()
    database = duckdb.connect()
    if asked.threads:
        database.execute(f"set threads = {asked.threads}")
    database.execute("set timezone = 'UTC'")
    found = database.execute("select epoch(?::timestamptz)::bigint", [asked.as_of]).fetchone()
    assert found is not None
    words = {"folder": asked.folder, "answers": asked.answers, "as_of_s": found[0]}
    database.execute(TABLES.format(**words))
    database.execute(ANSWERS.format(**words))


if __name__ == "__main__":
    main()
