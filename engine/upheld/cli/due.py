"""``upheld due``: when each promise would fall due, as a support agent asks daily."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

import click

from upheld.calendars.schedule import schedule_of
from upheld.cli.failure import one_line
from upheld.cli.misuse import Command
from upheld.cli.output import language_option, output_option, put, put_page, style_option, view_of, zone_option
from upheld.core.clocks.forecast import Forecast, Forecasts, forecast
from upheld.core.condition.domain import Held
from upheld.core.condition.said import said
from upheld.core.condition.scope import Scope
from upheld.core.errors import ArgumentError, CalendarError, PolicyError, UpheldError
from upheld.core.lifecycle.barrier import Barrier
from upheld.core.nearest import listed, meant, quoted
from upheld.core.policy.commitment import Trigger
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.policy.rule import Rule
from upheld.core.record.json_text import json_text
from upheld.core.time.day import parse_date
from upheld.core.time.duration import UNIT_S, parse_duration
from upheld.core.time.instant import seconds_of, text_of
from upheld.loader.contracts import load_contracts
from upheld.loading import examine_policy
from upheld.report.files.calendar_file import Entry, as_ics
from upheld.show.ticket.due_entry import entry_text, entry_title
from upheld.show.ticket.forecasts import forecasts
from upheld.show.words.view import View


@click.command(cls=Command)
@click.argument("policy")
@click.option("--at", "at", required=True, help="The instant at which the promises would start: 2024-03-28T17:00:00Z.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="What is known: a fact, severity, channel, queue, contract or customer. May be given several times; "
    "`NAME=` says that it holds nothing.",
)
@click.option(
    "--contracts",
    "contracts_file",
    metavar="FILE",
    help="What customers have signed, and the releases; `--set customer=…` says whose ticket it is.",
)
@click.option("--release", "releases", multiple=True, metavar="DATE", help="The date of a release, for `next-release`.")
@language_option
@zone_option
@style_option("text", "json", "ics", meant="For people, for programs, or entries for a calendar.")
@click.option("--about", default="", metavar="TEXT", help="Of what a calendar's entry tells, in its title: a ticket.")
@click.option(
    "--alarm",
    "alarms",
    multiple=True,
    metavar="TIME",
    help="Have the calendar remind its owner so long before: 30min, 2h, 1d. May be given several times.",
)
@output_option
def command(
    policy: str,
    at: str,
    settings: tuple[str, ...],
    contracts_file: str | None,
    releases: tuple[str, ...],
    lang: str | None,
    zone: str | None,
    style: str,
    about: str,
    alarms: tuple[str, ...],
    output: str | None,
) -> None:
    """Tell when each commitment of POLICY would fall due.

    For each commitment, were it to start at the instant: what starts it, its target, the
    due time in the policy's zone and in UTC, the opening time it crosses, the holidays it
    skips, its clauses and the assumptions it rests on. What nobody said is neither
    guessed nor taken for nothing: it is named. What a rule or a channel would refuse begins
    nothing, and that is told. With `--zone` each due time stands on the reader's clock,
    beside the one that it is counted on. For a calendar, what has no due time is named on
    standard error; asked again, the same entry is replaced.

    \b
    Exit status: 0 done, 2 the policy cannot be used, nothing has a due time for a calendar, or misuse.
    Example: upheld due policy.yaml --at 2024-03-28T17:00:00Z --set severity=high
    Example: upheld due base --at 2024-03-28T17:00:00Z --set severity=high --format ics --about T-1 -o due.ics
    """
    if style != "ics" and (about or alarms):
        raise click.UsageError("`--about` and `--alarm` are for entries of a calendar: add `--format ics`")
    alarms_s = tuple(sorted({_alarm(text) for text in alarms}, reverse=True))
    examined = examine_policy(policy)
    if examined.errors or examined.policy is None:
        raise PolicyError(examined.errors)
    assert examined.assembled is not None, "a policy without errors was assembled"
    scope, at_s = examined.assembled.vocabulary.any_event, _instant(at)
    said = _said(scope, settings)
    contracts = load_contracts(Path(contracts_file), examined.policy) if contracts_file is not None else None
    if contracts is not None:
        _check_customer(contracts, said)
    found = _forecasts(examined.policy, at_s, said, contracts, [_release(text) for text in releases])
    view = view_of(examined.policy, lang, zone)
    if style == "ics":
        put(_calendar(view, found, said, about, alarms_s), output)
    elif style == "json":
        document = _document(examined.policy, found, said, view.language)
        put(f"{json_text(document, indent=2)}\n", output)
    else:
        put_page(forecasts(view, found, said, scope), style, view.language, output)


def _calendar(view: View, found: Forecasts, said: Mapping[str, Held], about: str, alarms_s: tuple[int, ...]) -> str:
    """The promises that have a due time, as entries; what has none is told apart."""
    entries = []
    for each in found.promises:
        if each.aim is None or each.aim.due_s is None or each.missing or each.barred:
            click.echo(one_line(_no_entry(each)), err=True)
            continue
        title, text = entry_title(view, each, about), entry_text(view, found, each, said)
        # the same ticket once its severity has changed: the entry is the same, and moves
        whose = about or json.dumps(_known(said), ensure_ascii=False, sort_keys=True)
        key = "/".join((view.policy.id, each.commitment.id, text_of(found.at_s), whose))
        entries.append(Entry(key, title, text, each.aim.due_s, alarms_s))
    if not entries:
        raise UpheldError("nothing has a due time, so there is no entry for a calendar")
    return as_ics(entries, found.at_s, view.language)


def _no_entry(each: Forecast) -> str:
    """Why a promise has no entry in a calendar."""
    if each.barred:
        why = "it does not begin, for what begins it would be refused"
    elif each.missing:
        why = "it needs " + listed(each.missing) + ", which `--set` says"
    elif each.aim is None:
        why = "nothing is promised"
    else:
        why = "no date is known yet"
    return f"no entry for {quoted(each.commitment.id)}: {why}"


def _alarm(text: str) -> int:
    """How long before it a calendar is to remind of something, in seconds."""
    try:
        duration = parse_duration(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--alarm") from None
    if duration.unit not in UNIT_S:
        raise click.BadParameter(
            f"{quoted(text)} is as long as a calendar says; write it in min, h, d or w", param_hint="--alarm"
        )
    return duration.seconds


def _forecasts(
    policy: Policy, at_s: int, said: Mapping[str, Held], contracts: Contracts | None, releases: Iterable[date]
) -> Forecasts:
    if contracts is None:
        return forecast(policy, schedule_of(policy, releases), at_s, said)
    known = (*releases, *(each.date for each in contracts.releases))
    return forecast(policy, schedule_of(policy, known, contracts.override, contracts.hours), at_s, said, contracts)


def _instant(text: str) -> int:
    try:
        return seconds_of(datetime.fromisoformat(text))
    except ValueError:
        raise click.BadParameter(
            f"{quoted(text)} is no instant: write `2024-03-28T17:00:00Z`", param_hint="--at"
        ) from None
    except CalendarError as error:
        raise click.BadParameter(str(error), param_hint="--at") from None


def _release(text: str) -> date:
    try:
        return parse_date(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--release") from None


def _check_customer(contracts: Contracts, said: Mapping[str, Held]) -> None:
    """A customer who is not in the file has no contract; more likely the name is misspelt."""
    customer = str(said.get("customer") or "")
    if customer and customer not in contracts.customers:
        advice = meant(customer, contracts.customers, f"there are {listed(contracts.customers)}")
        raise click.BadParameter(f"no customer {quoted(customer)} has contracts; {advice}", param_hint="--set")


def _said(scope: Scope, settings: Iterable[str]) -> dict[str, Held]:
    """What is known of the ticket."""
    try:
        return said(scope, settings, instant="`--at`")
    except ArgumentError as error:
        raise click.BadParameter(str(error), param_hint="--set") from None


def _document(policy: Policy, found: Forecasts, said: Mapping[str, Held], language: str) -> Mapping[str, object]:
    return {
        "policy": {"id": policy.id, "version": policy.version, "status": policy.status},
        "at": text_of(found.at_s),
        "known": _known(said),
        "refused": [_barrier(barrier) for barrier in found.barred],
        "commitments": [_entry(each, found.at_s, language) for each in found.promises],
    }


def _known(said: Mapping[str, Held]) -> Mapping[str, object]:
    return {name: sorted(held, key=str) if isinstance(held, frozenset) else held for name, held in said.items()}


def _entry(each: Forecast, at_s: int, language: str) -> Mapping[str, object]:
    aim = each.aim
    return {
        "id": each.commitment.id,
        "label": each.commitment.label.text(language),
        "started_at": text_of(at_s),
        "target": aim.text if aim else None,
        "target_s": aim.target_s if aim else None,
        "day": str(each.day) if each.day else None,
        "due_at": text_of(aim.due_s) if aim and aim.due_s is not None else None,
        "missing": list(each.missing),
        "intervals": [[text_of(a), text_of(b)] for a, b in each.intervals],
        "skipped": [{"date": str(day), "name": name} for day, name in each.skipped],
        "clauses": list(each.clauses),
        "assumptions": list(each.assumptions),
        "begins_with": [_trigger(trigger) for trigger in each.starts],
        "refused": [_barrier(barrier) for barrier in each.barred],
    }


def _trigger(trigger: Trigger) -> Mapping[str, list[str]]:
    """What begins a promise: events, or states entered or left."""
    ways = {"on": trigger.on, "enters": trigger.enters, "leaves": trigger.leaves}
    return {way: list(names) for way, names in ways.items() if names}


def _barrier(barrier: Barrier) -> Mapping[str, object]:
    is_rule = isinstance(barrier.by, Rule)
    return {
        "event": barrier.event,
        "code": barrier.code,
        "rule": barrier.by.id if is_rule else None,
        "channel": None if is_rule else barrier.by.id,
        "clauses": list(dict.fromkeys(clause for each in barrier.grounds for clause in each.clauses)),
    }
