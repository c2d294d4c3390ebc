"""``upheld check``: every problem of a policy at once, each at its place."""

from __future__ import annotations

from pathlib import Path

import click

from upheld.cli.failure import DONE, FOUND
from upheld.cli.misuse import Command, Folder
from upheld.cli.output import style_option
from upheld.loading import beside_one_another, examine_policy
from upheld.report.findings import REPORTS
from upheld.scenario.files import examine_scenarios


@click.command(cls=Command)
@click.argument("policies", metavar="POLICY...", nargs=-1, required=True)
@style_option(
    *sorted(REPORTS),
    default="text",
    meant="For people, for programs, for code scanning, or for the annotations of a pull request.",
)
@click.option("--versions", is_flag=True, help="They are versions of one policy: check that their days meet, too.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option(
    "--sources",
    "texts",
    multiple=True,
    type=Folder(),
    help="A folder with the texts of the sources: quotes are verified against them. May be given several times.",
)
@click.pass_context
def command(
    context: click.Context, policies: tuple[str, ...], style: str, versions: bool, strict: bool, texts: tuple[Path, ...]
) -> None:
    """Check that each POLICY, an installed one or a file, can be applied.

    Reading, shape and meaning are checked one after the other; all problems of a
    phase are reported, in the order of their lines; last come the names in the
    scenarios beside it. What each code means, and what to write instead, stands in
    docs/findings.md.

    \b
    Exit status: 0 nothing was found, 1 there are errors (with --strict, warnings too),
    2 a policy cannot be read or the command was misused.
    Example: upheld check policy.yaml --strict
    """
    examined = [examine_scenarios(policy, examine_policy(policy, texts=texts)) for policy in policies]
    if versions:
        examined = beside_one_another(examined)
    report = REPORTS[style](examined)
    if report:
        click.echo(report)
    wrong = any(each.errors or (strict and each.warnings) for each in examined)
    context.exit(FOUND if wrong else DONE)
