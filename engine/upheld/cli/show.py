"""``upheld show``: the policy for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from upheld.cli.failure import FOUND, one_line
from upheld.cli.misuse import Choice, Command
from upheld.cli.output import language_option, output_option, put, written

if TYPE_CHECKING:
    from upheld.core.policy.policy import Policy
    from upheld.loading import Examined


@click.command(cls=Command)
@click.argument("name", metavar="POLICY")
@click.option(
    "--format",
    "style",
    type=Choice(["text", "markdown", "html", "mermaid"]),
    help="A page to read, one for a wiki, one to publish, or the diagram of its states alone.  [default: text]",
)
@output_option
@language_option
@click.option("--resolved", is_flag=True, help="The policy as YAML with the origin of every value, overlays applied.")
@click.pass_context
def command(
    context: click.Context, name: str, style: str | None, output: str | None, lang: str | None, resolved: bool
) -> None:
    """Show a policy to its readers.

    Who to reach and when, what is promised, how it is counted and what is billed, each
    with its clauses; as text, as Markdown with a diagram of the states, or the diagram
    alone. POLICY is an installed policy or a file. A policy with errors is not shown.

    \b
    Exit status: 0 done, 1 the policy has errors, 2 there is no such policy.
    Example: upheld show base --lang fr --format markdown
    """
    if resolved and (style or lang):
        raise click.UsageError("`--resolved` shows the policy itself: leave out `--format` and `--lang`", context)
    from upheld.loading import examine_policy

    examined = examine_policy(name)
    policy = examined.policy
    if examined.errors or policy is None:
        click.echo(_refusal(examined, name), err=True)
        context.exit(FOUND)
    put(_resolved(examined) if resolved else _shown(policy, style or "text", lang, output), output)


def _refusal(examined: Examined, name: str) -> str:
    number = len(examined.errors)
    return one_line(f"{number} error{'' if number == 1 else 's'}: run `upheld check {name}`")


def _resolved(examined: Examined) -> str:
    from upheld.show.policy.resolved import resolved_yaml

    assert examined.resolved is not None, "a policy without errors was resolved"
    return resolved_yaml(examined.resolved)


def _shown(policy: Policy, style: str, lang: str | None, output: str | None) -> str:
    from upheld.show import language_of, policy_page, show_markdown, show_mermaid, show_text

    if style == "html":
        from upheld.pages.terms import terms

        return terms(policy, lang)
    if style == "markdown":
        return show_markdown(policy, lang)
    if style == "mermaid":
        return show_mermaid(policy, lang)
    return show_text(policy, lang) if output else written(policy_page(policy, lang or language_of(policy)), dense=True)
