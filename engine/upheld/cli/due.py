"""``upheld due``: when each promise would fall due, as a support agent asks daily."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import click

from upheld.cli.failure import one_line
from upheld.core.calendar import Calendar
from upheld.core.day import parse_date
from upheld.core.domain import Held, Many, Scalar, Wrong
from upheld.core.errors import CalendarError, PolicyError
from upheld.core.forecast import Forecast, forecast
from upheld.core.instant import instant_of, seconds_of, text_of
from upheld.core.nearest import quoted
from upheld.core.policy import Policy
from upheld.core.scope import Scope
from upheld.core.times import Times
from upheld.loading import Examined, examine_policy
from upheld.timing import times_of

MOST_INTERVALS = 6


@click.command()
@click.argument("policy")
@click.option("--at", "at", required=True, help="The instant at which the promises would start: 2024-03-28T17:00:00Z.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="What is known: a fact, severity, channel, queue, contract or customer. May be given several times.",
)
@click.option("--release", "releases", multiple=True, metavar="DATE", help="The date of a release, for `next-release`.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
def command(policy: str, at: str, settings: tuple[str, ...], releases: tuple[str, ...], style: str) -> None:
    """Tell when each commitment of POLICY would fall due.

    For each commitment that would start at the instant: its target, the due time in
    the policy's zone and in UTC, the opening time it crosses, the holidays it skips,
    its clauses and the assumptions it rests on. What is not said is named.

    \b
    Exit status: 0 done, 2 the policy cannot be used or the command was misused.
    Example: upheld due policy.yaml --at 2024-03-28T17:00:00Z --set severity=high
    """
    examined = examine_policy(policy)
    if examined.errors or examined.policy is None:
        raise PolicyError(examined.errors)
    times = times_of(examined.policy, [_release(text) for text in releases])
    at_s = _instant(at)
    found = forecast(examined.policy, times, at_s, _held(examined, settings))
    if style == "json":
        click.echo(json.dumps([_entry(each, at_s) for each in found], indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_text(examined.policy, times, found, at_s)))


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


def _held(examined: Examined, settings: Iterable[str]) -> dict[str, Held]:
    """What is known of the ticket; facts that nobody named have their default."""
    assert examined.assembled is not None, "a policy without errors was assembled"
    scope = examined.assembled.vocabulary.any_event
    held: dict[str, Held] = {
        fact.id: fact.default for fact in examined.assembled.policy.facts.values() if fact.default is not None
    }
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise click.BadParameter(f"{quoted(setting)} sets nothing: write `NAME=VALUE`", param_hint="--set")
        value = _value(scope, name, text)
        earlier = held.get(name)
        if isinstance(scope[name], Many):
            held[name] = frozenset((str(value), *(earlier if isinstance(earlier, frozenset) else ())))
        else:
            held[name] = value
    return held


def _value(scope: Scope, name: str, text: str) -> Scalar:
    """The value that a setting gives; text is read as the domain of the name wants it."""
    if name not in scope:
        raise click.BadParameter(
            f"{quoted(name)} is not a name of this policy; {scope.advice(name)}", param_hint="--set"
        )
    scalars: tuple[object, ...] = (
        text,
        {"true": True, "false": False}.get(text),
        int(text) if _is_whole(text) else None,
    )
    wrong = Wrong("bad-value", "")
    for scalar in scalars:
        read = scope[name].read(scalar, name) if scalar is not None else None
        if isinstance(read, Wrong):
            wrong = read if not wrong.message else wrong
        elif read is not None:
            return read
    raise click.BadParameter(f"{wrong.message}; {wrong.hint}" if wrong.hint else wrong.message, param_hint="--set")


def _is_whole(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit() and len(text) < 19


def _text(policy: Policy, times: Times, found: Sequence[Forecast], at_s: int) -> list[str]:
    zone = ZoneInfo(policy.zone)
    lines = [f"{policy.id} {policy.version}, started at {_shown(at_s, zone)}", ""]
    for each in found:
        lines += [*_forecast(times, each, at_s, zone), ""]
    if not found:
        lines += ["no commitment would start", ""]
    used = dict.fromkeys(name for each in found for name in each.assumptions)
    if used:
        lines.append("assumptions:")
        lines += [f"  {name}: {one_line(policy.assumptions[name].says.text('en'))}" for name in used]
    return lines[:-1] if not lines[-1] else lines


def _shown(at_s: int, zone: ZoneInfo) -> str:
    """An instant in the policy's zone, and in UTC."""
    local = instant_of(at_s).astimezone(zone)
    return f"{local:%a %Y-%m-%d %H:%M:%S} {local.tzname()} ({text_of(at_s)})"


def _forecast(times: Times, each: Forecast, at_s: int, zone: ZoneInfo) -> list[str]:
    label = each.commitment.label.text("en")
    head = f"{each.commitment.id}" + (f" ({one_line(label)})" if label else "")
    if each.aim is None:
        needs = (
            f"it needs {', '.join(f'`{name}`' for name in each.missing)}"
            if each.missing
            else "the policy gives no target"
        )
        return [f"{head}: no target yet: {needs}"]
    lines = [f"{head}: {each.aim.text}"]
    if each.aim.due_s is None:
        lines.append("  due       open: no release or date is known yet")
    else:
        lines.append(f"  due       {_shown(each.aim.due_s, zone)}")
        lines += _intervals(times.calendars[each.commitment.calendar], each, zone)
    lines += [f"  skipped   {day:%a} {day}: {one_line(name)}" for day, name in each.skipped]
    if each.clauses:
        lines.append(f"  clauses   {', '.join(each.clauses)}")
    if each.assumptions:
        lines.append(f"  assumes   {', '.join(each.assumptions)}")
    return lines


def _intervals(calendar: Calendar, each: Forecast, zone: ZoneInfo) -> list[str]:
    """The opening time it crosses; of many intervals the first ones, the last, and how many lie between."""
    local = [(instant_of(a).astimezone(zone), instant_of(b).astimezone(zone)) for a, b in each.intervals]
    rows = [
        f"{a:%a %Y-%m-%d %H:%M}-{b:%H:%M}"
        if a.date() == b.date()
        else f"{a:%a %Y-%m-%d %H:%M} to {b:%a %Y-%m-%d %H:%M}"
        for a, b in local
    ]
    if len(rows) > MOST_INTERVALS:
        rows = [*rows[: MOST_INTERVALS - 2], f"… {len(rows) - MOST_INTERVALS + 1} more …", rows[-1]]
    return [f"  {'open' if not number else '':<9} {row}" for number, row in enumerate(rows)]


def _entry(each: Forecast, at_s: int) -> Mapping[str, object]:
    aim = each.aim
    return {
        "id": each.commitment.id,
        "started_at": text_of(at_s),
        "target": aim.text if aim else None,
        "target_s": aim.target_s if aim else None,
        "due_at": text_of(aim.due_s) if aim and aim.due_s is not None else None,
        "missing": list(each.missing),
        "intervals": [[text_of(a), text_of(b)] for a, b in each.intervals],
        "skipped": [{"date": str(day), "name": name} for day, name in each.skipped],
        "clauses": list(each.clauses),
        "assumptions": list(each.assumptions),
    }
