"""``upheld fit``: what could have been promised, by what a history shows."""

from __future__ import annotations

import functools
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from upheld.cli.failure import one_line
from upheld.cli.history.history import HistoryOptions
from upheld.cli.history.jobs import decided_here
from upheld.cli.history.options import history_options
from upheld.cli.misuse import Command, Share
from upheld.cli.output import language_option, output_option, put, put_page, style_option, view_of
from upheld.core.nearest import quoted
from upheld.core.record.json_text import json_text
from upheld.core.time.zone import load_zone

if TYPE_CHECKING:
    from upheld.core.change.fit import Fit
    from upheld.core.policy.provenance import Path as PolicyPath


@click.command(cls=Command)
@history_options
@style_option("text", "markdown", "html", "json", meant="A page to read, to publish or to send, or for programs.")
@output_option
@click.option(
    "--share",
    default="95%",
    show_default=True,
    type=Share(),
    metavar="PERCENT",
    help="For how many of all tickets the proposed target is to hold.",
)
@click.option(
    "--write",
    "target",
    metavar="FILE",
    help="Write the policy with the proposed targets instead of today's into this file.",
)
@language_option
@click.pass_context
def command(
    context: click.Context,
    asked: HistoryOptions,
    style: str,
    output: str | None,
    share: Fraction,
    target: str | None,
    lang: str | None,
) -> None:
    """Tell what could have been promised, by what HISTORY shows.

    For each promise, severity and plan: within which time 50, 90, 95, 99 and 100 % of all
    clocks were stopped, the tightest target in the contract's own unit that would have held for
    `--share` of them, with an exact interval of 95 %, and what today's target leaves to spare.
    Clocks that still run or were cancelled are neither thrown away nor guessed: times are told
    from the most hopeful to the most careful.

    \b
    Exit status: 0 done, 2 the history or the policy cannot be used, or the command was misused.
    Example: upheld fit history.jsonl --policy policy.yaml --share 95% --write fitted.yaml
    """
    from upheld.core.change.fit import Fit
    from upheld.show.change.fit_page import document, fit_page

    history = asked.opened()
    fit = Fit(history.policy)
    with decided_here(history, lang) as run:
        header = run.header()
        fit.add_all(run.verdicts())
        summary = run.summary()
    if target is not None:
        _write(asked.policy, fit, share, Path(target), header["as_of"])
    if style == "json":
        put(json_text(document(header, fit, share, summary), indent=2) + "\n", output)
    else:
        view = view_of(history.policy, lang)
        put_page(fit_page(view, header, fit, share, summary), style, view.language, output)


def _write(name: str, fit: Fit, share: Fraction, target: Path, as_of: str | None) -> None:
    """Write the policy with the proposed targets; what cannot be written into it is told."""
    from upheld.core.change.fit import Group, written_at
    from upheld.loader.rewriting import rewritten
    from upheld.loading import examine_policy

    examined = examine_policy(name)
    assert examined.resolved is not None, "a policy that decided a history was resolved"
    assert examined.policy is not None, "a policy that decided a history was resolved"
    found: dict[PolicyPath | None, list[Group]] = {}
    today = None if as_of is None else datetime.fromisoformat(as_of).astimezone(load_zone(examined.policy.zone)).date()
    for group in fit.groups():
        found.setdefault(written_at(examined.policy, group, today), []).append(group)
    untold, values = found.pop(None, []), {}
    for path, groups in found.items():
        pooled = functools.reduce(Group.pooled, groups)
        proposed = pooled.tightest(pooled.within(share).to_s)
        if proposed is None or len({each.unit_s for each in groups}) > 1:  # days of several lengths are not one unit
            untold += groups
        elif path is not None and str(proposed) != pooled.target:
            values[path] = (pooled.target, str(proposed))
    text, left = rewritten(examined.resolved, values)
    untold += [group for path in left for group in found[path]]
    put(text, str(target))
    number = len(values) - len(left)
    click.echo(one_line(f"written: {target} with {number} target{'' if number == 1 else 's'} of its own"), err=True)
    for each in untold:
        name = " ".join(filter(None, (each.commitment, each.severity, each.plan)))
        told = (
            f"left as it is: {quoted(name)}, whose `{each.target}` has no fit, or stands in no one place of this file"
        )
        click.echo(one_line(told), err=True)
