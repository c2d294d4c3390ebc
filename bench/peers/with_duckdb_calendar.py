"""A peer: DuckDB in the manner of dbt_zendesk, an SLA as SQL over the history of a ticket's status and a calendar.

What that package's documentation describes, and no line of it: the status history says in which periods a clock runs;
each period is spread over its weeks; each week is met with the scheduled hours of that week, holidays left out; and
the running total of what they have in common tells when a target was passed. It counts minutes; this counts seconds.
Fixed dates, which it does not know, are looked up in the same tables.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

WEEK_S = 7 * 86_400

TABLES = """
create table schedule_spine as
    select opens_s // {week_s} as week, opens_s, closes_s, lead(opens_s) over (order by opens_s) as next_opens_s
    from read_csv('{folder}/windows.csv');
create table organizations as
    select customer, epoch(signed_from)::bigint as signed_s from read_csv('{folder}/contracts.csv');
create table releases as
    select epoch(released_on)::bigint as released_s from read_csv('{folder}/releases.csv');
create table sla_policies (promise varchar, severity varchar, target_s bigint);
insert into sla_policies values
    ('acknowledge', '1', 3600), ('acknowledge', '2', 7200), ('acknowledge', '3', 10800), ('acknowledge', '4', 10800),
    ('resolve', '1', 45900), ('resolve', '2', 91800), ('resolve', '3', 153000), ('resolve', '4', null);
"""

ANSWERS = """
copy (
with events as (
    select ticket, epoch("at")::bigint as at_s, file_row_number as number, event, customer,
           "data.severity" as severity, "data.via" as via, "data.reason" as reason
    from read_parquet('{folder}/history.parquet', file_row_number = true)
),
tickets as (
    select ticket,
           arg_min(customer, (at_s, number)) filter (event = 'submit') as customer,
           arg_min(severity, (at_s, number)) filter (event in ('submit', 'qualify', 'set-severity')) as severity,
           case when arg_min(via, (at_s, number)) filter (event = 'submit') = 'local-team'
                then min(at_s) filter (event = 'hand-over') else min(at_s) filter (event = 'submit') end as started_s,
           min(at_s) filter (event = 'acknowledge') as acknowledged_s,
           max(at_s) filter (event = 'resolve') as resolved_s,
           max(at_s) filter (event = 'reopen') as reopened_s,
           arg_max(case event when 'submit' then 'open' when 'acknowledge' then 'acknowledged'
                              when 'qualify' then 'qualified' when 'plan' then 'planned'
                              when 'propose-workaround' then 'workaround' when 'start-fix' then 'in-fix'
                              when 'resolve' then 'resolved' when 'reopen' then 'qualified'
                              when 'close' then 'closed' end, (at_s, number)) as state
    from events group by ticket
),
sla_policy_applied as (
    select ticket, promise, severity, started_s, target_s,
           case when promise = 'acknowledge' then acknowledged_s
                when reopened_s is null or resolved_s > reopened_s then resolved_s end as stopped_s
    from tickets join organizations on organizations.customer = tickets.customer and signed_s <= started_s
    join sla_policies using (severity)
),
status_changes as (
    select ticket, at_s, number,
           case event when 'hold' then 'waiting' when 'resolve' then 'solved' else 'active' end as status
    from events
    where (event = 'hold' and reason = 'third-party') or event in ('submit', 'hand-over', 'resume', 'resolve', 'reopen')
),
status_history as (
    select ticket, at_s as valid_from_s, status,
           lead(at_s) over (partition by ticket order by at_s, number) as valid_until_s
    from status_changes
),
active_periods as (
    select applied.ticket, promise, greatest(valid_from_s, started_s) as from_s,
           least(coalesce(valid_until_s, {as_of_s}), coalesce(stopped_s, {as_of_s})) as until_s
    from sla_policy_applied applied join status_history using (ticket)
    where status = 'active' and valid_from_s < coalesce(stopped_s, {as_of_s})
      and coalesce(valid_until_s, {as_of_s}) > started_s
),
weekly_periods as (
    select ticket, promise, from_s, until_s, unnest(range(from_s // {week_s}, until_s // {week_s} + 1)) as week
    from active_periods
),
intercepted_periods as (
    select ticket, promise, greatest(from_s, opens_s) as from_s, least(until_s, closes_s) as until_s
    from weekly_periods join schedule_spine using (week)
    where from_s < closes_s and until_s > opens_s
),
running_totals as (
    select ticket, promise, from_s, until_s,
           sum(until_s - from_s) over (partition by ticket, promise order by from_s) as total_s
    from intercepted_periods
),
elapsed as (
    select ticket, promise, max(total_s) as used_s,
           min(until_s - (total_s - target_s)) filter (total_s >= target_s) as met_at_s
    from running_totals join sla_policy_applied using (ticket, promise)
    group by ticket, promise
),
on_hold as (
    select ticket from status_history where valid_until_s is null and status = 'waiting'
),
starts as (
    select applied.*, closes_s, next_opens_s, started_s < closes_s and closes_s - started_s <= 1800 as is_late,
           started_s - started_s % 86400 + 86400 as tomorrow_s
    from sla_policy_applied applied asof join schedule_spine on started_s >= opens_s
),
fixed as (
    select ticket, promise, next_opens_s + 3600 as due_s from starts
    where promise = 'acknowledge' and severity = '1' and is_late
    union all
    select ticket, promise, closes_s from (
        select ticket, promise, released_s
        from starts asof join releases on tomorrow_s <= released_s where target_s is null
    ) asof join schedule_spine on released_s <= opens_s
),
judged as (
    select applied.ticket, applied.promise, coalesce(used_s, 0) as used_s,
           case when coalesce(stopped_s, {as_of_s}) > coalesce(fixed.due_s, met_at_s) then 'breached'
                when stopped_s is not null then 'upheld'
                when applied.ticket in (select ticket from on_hold) then 'paused' else 'running' end as status
    from sla_policy_applied applied left join elapsed using (ticket, promise) left join fixed using (ticket, promise)
)
select tickets.ticket, state, a.status as acknowledge, a.used_s as acknowledge_used_s,
       r.status as resolve, r.used_s as resolve_used_s
from tickets
left join judged a on a.ticket = tickets.ticket and a.promise = 'acknowledge'
left join judged r on r.ticket = tickets.ticket and r.promise = 'resolve'
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
    words = {"folder": asked.folder, "answers": asked.answers, "as_of_s": found[0], "week_s": WEEK_S}
    database.execute(TABLES.format(**words))
    database.execute(ANSWERS.format(**words))


if __name__ == "__main__":
    main()
