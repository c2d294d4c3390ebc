"""``upheld diff``: what two versions of a policy say differently, for the people who sign it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from upheld.cli.failure import FOUND
from upheld.cli.misuse import Command
from upheld.cli.output import language_option, output_option, put, put_page, style_option
from upheld.core.errors import PolicyError
from upheld.core.record.json_text import json_text

if TYPE_CHECKING:
    from upheld.loader.assembly import Assembled


@click.command(cls=Command)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@language_option
@style_option("text", "markdown", "html", "json", meant="A page to read, to publish or to send, or for programs.")
@output_option
@click.option("--brief", is_flag=True, help="Of clauses and assumptions the names alone, and not what they say.")
@click.pass_context
def command(
    context: click.Context, before: str, after: str, lang: str | None, style: str, output: str | None, brief: bool
) -> None:
    """Tell what policy B says otherwise than policy A.

    Promises that became shorter or longer, hours, channels, prices, rules: each change by
    itself, with the clauses it rests on, and where a condition changed with a ticket that is
    treated otherwise. A and B are installed policies or files. What is only written
    differently is no difference.

    \b
    Exit status: 0 they say the same, 1 they differ, 2 one of them cannot be used.
    Example: upheld diff policy-2025.yaml policy-2026.yaml --lang fr
    """
    from upheld.show import language_of
    from upheld.show.change.change_page import change_page, document
    from upheld.show.change.told_change import told_changes
    from upheld.show.words.view import View

    earlier, later = _assembled(before), _assembled(after)
    language = lang or language_of(later.policy)
    views = [View(each.policy, language) for each in (earlier, later)]
    changes = told_changes(earlier, later, language)
    if style == "json":
        told = document(earlier.policy, later.policy, changes)
        put(json_text(told, indent=2) + "\n", output)
    else:
        put_page(change_page(views[0], views[1], changes, brief=brief), style, language, output)
    context.exit(FOUND if changes else 0)


def _assembled(name: str) -> Assembled:
    from upheld.loading import examine_policy

    examined = examine_policy(name)
    if examined.errors or examined.assembled is None:
        raise PolicyError(examined.errors)
    return examined.assembled
