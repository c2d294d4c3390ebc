"""``upheld simulate``: a history of a policy that never happened."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from upheld.cli.failure import one_line
from upheld.cli.misuse import Command, Number
from upheld.cli.output import output_option, put
from upheld.core.nearest import quoted
from upheld.core.record.json_text import json_text
from upheld.core.time.day import parse_date


def _day(context: click.Context, parameter: click.Parameter, value: str) -> date:
    try:
        return parse_date(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(cls=Command)
@click.argument("policy")
@click.option("--tickets", type=Number(1, 10_000_000), default=100, show_default=True, help="How many come in.")
@click.option("--since", required=True, callback=_day, metavar="DATE", help="The first day on which they may.")
@click.option("--until", required=True, callback=_day, metavar="DATE", help="The last day of the history.")
@click.option("--seed", type=Number(0), default=0, show_default=True, help="Another number makes another history.")
@click.option("--rates", "rates_file", metavar="FILE", help="How often and how long; see `upheld schema rates`.")
@click.option(
    "--contracts", "contracts_file", metavar="FILE", help="What customers have signed: the tickets are theirs."
)
@output_option
def command(
    policy: str,
    tickets: int,
    since: date,
    until: date,
    seed: int,
    rates_file: str | None,
    contracts_file: str | None,
    output: str | None,
) -> None:
    """Make a history of POLICY that never happened.

    For a demonstration, for load, for what-if: tickets come in by weekday and hour, go
    through the states of the policy, mostly towards their end, and stay in each for a random
    time; every record is one that the policy accepts. The same seed makes the same history.
    Nobody in it exists.

    \b
    Exit status: 0 done, 2 the policy or the rates cannot be used, or the command was misused.
    Example: upheld simulate policy.yaml --tickets 1000 --since 2026-01-01 --until 2026-03-31
    """
    from upheld.engine import Engine
    from upheld.loader.contracts import load_contracts
    from upheld.loading import load_policy
    from upheld.simulation.history import as_records, simulated
    from upheld.simulation.rates import load_rates

    if until < since:
        raise click.BadParameter(f"{quoted(str(until))} lies before the first day", param_hint="--until")
    loaded = load_policy(policy)
    contracts = load_contracts(Path(contracts_file), loaded) if contracts_file is not None else None
    rates = load_rates(rates_file, loaded) if rates_file is not None else None
    events = simulated(Engine(loaded, contracts), tickets=tickets, since=since, until=until, seed=seed, rates=rates)
    opened = len({event.ticket for event in events})
    if opened < tickets:
        told = f"warning: {opened} of {tickets} tickets come in: the policy opens no other for these customers"
        hint = "" if contracts_file is not None else ", who have no contract: `--contracts` says what they signed"
        click.echo(one_line(told + hint), err=True)
    put("".join(f"{json_text(record)}\n" for record in as_records(events)), output)
