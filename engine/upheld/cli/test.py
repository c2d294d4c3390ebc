"""``upheld test``: a policy's scenarios, and what of the policy they cover."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import click

from upheld.cli.failure import DONE, FOUND, one_line
from upheld.cli.misuse import Command
from upheld.cli.output import style_option
from upheld.core.billing.amount import parse_percent
from upheld.core.record.json_text import json_text
from upheld.loading import Examined
from upheld.scenario import Coverage, Outcome, coverage_of, run_scenarios
from upheld.scenario.files import load_scenarios


def _share(context: click.Context, parameter: click.Parameter, value: str | None) -> Fraction | None:
    if value is None:
        return None
    try:
        return parse_percent(value if value.endswith("%") else f"{value}%")
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(cls=Command)
@click.argument("policies", metavar="POLICY...", nargs=-1, required=True)
@style_option("text", "json")
@click.option("-k", "--only", metavar="WORDS", help="Only the scenarios whose name contains these words.")
@click.option(
    "--min-coverage",
    callback=_share,
    metavar="SHARE",
    help="Fail when fewer of the clauses, transitions or rules are covered: `90%`. Compared exactly.",
)
@click.option("-v", "--verbose", is_flag=True, help="Name the scenarios that pass, and everything not covered.")
@click.pass_context
def command(
    context: click.Context,
    policies: tuple[str, ...],
    style: str,
    only: str | None,
    min_coverage: Fraction | None,
    verbose: bool,
) -> None:
    """Run the scenarios of each POLICY, and tell what they cover.

    A scenario passes when everything it expects came, and by the clauses it names. A
    clause is covered when a scenario that passes names it, and the reason of the very
    item asserted cites it.

    \b
    Exit status: 0 all pass, 1 a scenario fails or too little is covered,
    2 the policy or its scenarios cannot be used.
    Example: upheld test policy.yaml --min-coverage 90%
    """
    reports = [_run(policy, only) for policy in policies]
    if style == "json":
        click.echo(json_text([_entry(*each) for each in reports], indent=2))
    else:
        for each in reports:
            click.echo("\n".join(_text(*each, verbose=verbose)))
    failed = any(not outcome.passed for _, outcomes, _ in reports for outcome in outcomes)
    parts = (part for _, _, coverage in reports for part in (coverage.clauses, coverage.transitions, coverage.rules))
    too_little = min_coverage is not None and any(part.share < min_coverage for part in parts)
    context.exit(FOUND if failed or too_little else DONE)


Report = tuple[Examined, tuple[Outcome, ...], Coverage]


def _run(policy: str, only: str | None) -> Report:
    examined, loaded, documents = load_scenarios(policy)
    outcomes = run_scenarios(loaded, documents)
    chosen = tuple(each for each in outcomes if only is None or only in each.name)
    return examined, chosen, coverage_of(loaded, chosen)


def _text(examined: Examined, outcomes: Sequence[Outcome], coverage: Coverage, *, verbose: bool) -> list[str]:
    lines: list[str] = []
    for outcome in outcomes:
        if not outcome.passed:
            lines.append(f"{outcome.place}: failed: {one_line(outcome.name)}")
            for place, difference in outcome.differences:
                where = ".".join(map(str, difference.path))
                lines.append(f"  line {place.line}: {where}: expected {one_line(difference.expected)}")
                lines.append(
                    f"  {'':<{len(str(place.line)) + 6}} {'':<{len(where)}} came     {one_line(difference.actual)}"
                )
        elif verbose:
            lines.append(f"{outcome.place}: passed: {one_line(outcome.name)}")
    failed = sum(not outcome.passed for outcome in outcomes)
    name = f"{examined.policy.id} {examined.policy.version}" if examined.policy else examined.name
    lines.append(f"{name}: {len(outcomes) - failed} passed, {failed} failed")
    for part in coverage.parts:
        said = f"  {part.what:<15} {len(part.covered)} of {len(part.names)}"
        lines.append(f"{said}, not {', '.join(part.missing)}" if part.missing and verbose else said)
    return lines


def _entry(examined: Examined, outcomes: Sequence[Outcome], coverage: Coverage) -> dict[str, object]:
    return {
        "policy": examined.policy.id if examined.policy else None,
        "scenarios": [
            {
                "name": outcome.name,
                "place": str(outcome.place),
                "passed": outcome.passed,
                "because": list(outcome.because),
                "differences": [
                    {
                        "place": str(place),
                        "path": list(difference.path),
                        "expected": difference.expected,
                        "actual": difference.actual,
                    }
                    for place, difference in outcome.differences
                ],
            }
            for outcome in outcomes
        ],
        "coverage": {
            part.what: {"covered": list(part.covered), "missing": list(part.missing)} for part in coverage.parts
        },
    }
