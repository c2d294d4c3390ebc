"""``upheld desk adopt`` and ``upheld desk move``: which policy tickets go by."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from upheld.cli.desk.address import counted, db_option, named, opened
from upheld.cli.failure import DONE, FOUND, one_line
from upheld.cli.misuse import Command
from upheld.cli.output import progress, style_option
from upheld.core.record.json_text import json_text
from upheld.desk.redecision.revision import Moved
from upheld.loader.contracts import load_contracts
from upheld.loading import load_policy

AT_ONCE = 50
"""Tickets of one transaction: others are let in between."""


@click.command(cls=Command)
@db_option
@click.option("--policy", metavar="POLICY", help="An installed policy, or a file.")
@click.option("--contracts", metavar="FILE", help="What customers have signed, and the releases.")
@click.pass_context
def adopt(context: click.Context, url: str, policy: str | None, contracts: str | None) -> None:
    """Put a policy in force for new tickets, or contracts.

    A ticket goes on under the policy that it was opened under; `upheld desk move` has it go
    on under another one. Contracts are for all records from now on, of every ticket.

    \b
    Exit status: 0 done, 2 one of them or the database cannot be used, or the command was misused.
    Example: upheld desk adopt --db sqlite:///desk.db --policy policy.yaml --contracts contracts.yaml
    """
    if policy is None and contracts is None:
        raise click.UsageError("nothing to adopt: give `--policy`, `--contracts`, or both", context)
    chosen = None if policy is None else load_policy(policy)
    with opened(url) as desk:
        judged_by = chosen or desk.policy()
        signed = None if contracts is None else load_contracts(Path(contracts), judged_by)
        before, after = desk.edition() if desk.policies() else None, desk.adopt(chosen, signed)
        told = "in force already" if before == after else "in force from now on"
        with_ = ", with these contracts" if signed is not None else ""
        click.echo(one_line(f"{told}: {named(judged_by)}{with_} (change {after.number})"))


@click.command(cls=Command)
@click.argument("tickets", nargs=-1, metavar="TICKET...")
@db_option
@click.option("--policy", required=True, metavar="POLICY", help="The policy to go on under: installed, or a file.")
@click.option(
    "--from", "file", metavar="FILE", help="Take the tickets from this file, one a line; `-` for standard input."
)
@click.option("--do", "is_meant", is_flag=True, help="Move them; without it only what would change is told.")
@style_option("text", "jsonl")
@click.pass_context
def move(
    context: click.Context,
    tickets: tuple[str, ...],
    url: str,
    policy: str,
    file: str | None,
    is_meant: bool,
    style: str,
) -> None:
    """Have each TICKET go on under another policy.

    Each is decided anew under it, from its first record on, and what that changes is told.
    Nothing is done without `--do`. One whose charges would change stays as it is. When it was
    killed, run it again: those that were moved say so.

    \b
    Exit status: 0 each was moved, or could be, 1 one of them cannot be, 2 misuse, or the database cannot be used.
    Example: upheld desk move T-1 T-2 --db sqlite:///desk.db --policy policy.yaml --do
    """
    names = [*dict.fromkeys([*tickets, *(_listed(file) if file is not None else ())])]
    if not names:
        raise click.UsageError("no ticket is named: give TICKET, or `--from`", context)
    chosen, found = load_policy(policy), list[Moved]()
    with opened(url) as desk, progress("moving") as tell:
        for start in range(0, len(names), AT_ONCE):
            found += desk.move(names[start : start + AT_ONCE], chosen, dry_run=not is_meant)
            if tell is not None:
                tell(len(found), len(names))
    for each in found:
        document = {"ticket": each.ticket, "changes": each.changes, "obstacle": each.obstacle}
        click.echo(json_text(document) if style == "jsonl" else one_line(_told(each, is_meant)))
    stay = sum(bool(each.obstacle) for each in found)
    done = "moved" if is_meant else "would be moved (`--do` moves them)"
    click.echo(f"{counted(len(found) - stay, 'ticket')} {done}, {stay:,} cannot be", err=True)
    context.exit(FOUND if stay else DONE)


def _listed(file: str) -> list[str]:
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _told(each: Moved, is_meant: bool) -> str:
    if each.obstacle:
        return f"{each.ticket} stays: {each.obstacle}"
    changes = "; ".join(each.changes) or "nothing changes"
    return f"{each.ticket} {'moved' if is_meant else 'would move'}: {changes}"
