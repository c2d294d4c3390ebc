"""``upheld compare``: the same history under two policies, and what came out otherwise."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import click

from upheld.cli.failure import DONE, FOUND, one_line
from upheld.cli.history.beside import accounts_option, begun_with, decided_from
from upheld.cli.history.history import HistoryOptions
from upheld.cli.history.options import two_policies
from upheld.cli.misuse import Command
from upheld.cli.output import language_option, output_option, put, put_page, style_option
from upheld.core.record.json_text import json_text


@click.command(cls=Command)
@two_policies
@style_option("text", "markdown", "html", "json", meant="A page to read, to publish or to send, or for programs.")
@output_option
@accounts_option
@click.option("--fail-on-gained", is_flag=True, help="Exit with 1 if any breach is gained.")
@language_option
@click.pass_context
def command(
    context: click.Context,
    asked: tuple[HistoryOptions, ...],
    style: str,
    output: str | None,
    accounts: str | None,
    fail_on_gained: bool,
    lang: str | None,
) -> None:
    """Tell what would have become of HISTORY under another policy.

    Each policy decides the whole history by itself, the first `--policy` and the second; then
    shares stand side by side, and every breach gained or lost is told with its ticket and the
    reason; so are charges, remedies and refusals. Events that one of the policies does not
    know are named: what rests on such a ticket is no fair comparison.

    \b
    Exit status: 0 done, 1 there is a breach gained and `--fail-on-gained` asks for it,
    2 the history or a policy cannot be used, or the command was misused.
    Example: upheld compare history.jsonl --policy policy-2026.yaml --policy policy-2027.yaml
    """
    from upheld.core.change.comparison import Comparison
    from upheld.show import language_of
    from upheld.show.change.comparison_page import comparison_page
    from upheld.show.words.view import View

    histories = [each.opened() for each in asked]
    if not histories[0].is_read_twice:
        raise click.UsageError("each policy reads the history by itself, and a pipe is read once: give a file", context)
    policies = [each.policy for each in histories]
    with ExitStack() as stack:
        begun = begun_with(accounts)
        runs = [stack.enter_context(decided_from(begun, history, lang)) for history in histories]
        headers = [run.header() for run in runs]
        comparison = Comparison(policies[0], policies[1])
        comparison.take_all(runs[0].verdicts(), runs[1].verdicts())
        told = {
            "before": headers[0],
            "after": headers[1],
            **comparison.result(runs[0].summary(), runs[1].summary()),
        }
    if headers[0]["as_of"] != headers[1]["as_of"]:
        told_as_of = " and ".join(map(_instant, headers))
        click.echo(one_line(f"warning: the two are looked at as of {told_as_of}: `--as-of` gives both one"), err=True)
    if style == "json":
        put(json_text(told, indent=2) + "\n", output)
    else:
        language = lang or language_of(policies[1])
        page = comparison_page(View(policies[0], language), View(policies[1], language), told)
        put_page(page, style, language, output)
    context.exit(FOUND if fail_on_gained and told["gained"] else DONE)


def _instant(header: dict[str, Any]) -> str:
    """As of when a policy looks at the history; a replay that accepted no record has no instant."""
    return "no instant, as it accepts no record" if header["as_of"] is None else f"`{header['as_of']}`"
