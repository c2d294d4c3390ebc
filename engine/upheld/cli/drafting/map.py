"""``upheld map``: a draft of the mapping that an export needs."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from upheld.cli.drafting.check import check_lines, checked
from upheld.cli.drafting.source import DraftSource
from upheld.cli.failure import one_line
from upheld.cli.history.options import encoding_option, from_option, histories_argument
from upheld.cli.misuse import Command, Number
from upheld.core.nearest import quoted
from upheld.core.policy.policy import Policy
from upheld.history.draft.draft_text import draft_text
from upheld.history.draft.mapping_draft import MappingDraft
from upheld.history.file import Said
from upheld.history.part import KEYS
from upheld.loading import load_policy


@click.command(cls=Command)
@histories_argument
@from_option("`csv`, `xes`, `jira`")
@encoding_option
@click.option("--head", type=Number(1), metavar="LINE", help="The line of a table that names its columns.")
@click.option("--sheet", default="", metavar="NAME", help="Which sheet of a workbook, or type of objects of a log.")
@click.option("--policy", metavar="POLICY", help="Propose states, events and severities of this policy, and try them.")
@click.option("--ask", is_flag=True, help="Ask on the terminal what is left open; Enter accepts a proposal.")
@click.option("--output", metavar="FILE", help="Write the mapping into this file.  [default: standard output]")
@click.option("--force", is_flag=True, help="Write it even if the file is there.")
@click.pass_context
def command(
    context: click.Context,
    history: tuple[str, ...],
    format_name: str,
    encoding: str,
    head: int | None,
    sheet: str,
    policy: str | None,
    ask: bool,
    output: str | None,
    force: bool,
) -> None:
    """Draft the mapping that the export HISTORY needs.

    HISTORY is a file or several, or a folder of them, packed or not. A mapping says what
    the columns of another tool's export mean, and its words. The draft has the columns and
    words that were found, with their counts. With a policy it proposes what they mean,
    tries that on the first rows, and says what to answer first; what nobody has explained
    means nothing. `--ask` asks for it, question by question. Then `upheld replay HISTORY
    --policy POLICY --map FILE` replays it.

    \b
    Exit status: 0 done, 2 the export cannot be read or the command was misused.
    Example: upheld map export.xes.gz --policy policy.yaml > mapping.yaml
    """
    _refuse(context, history, policy, ask, output, force)
    known = load_policy(policy) if policy is not None else None
    said = Said(encoding, head or 0, dict.fromkeys(KEYS, sheet), is_guessed=True)
    source = DraftSource(history, format_name, said)
    draft = MappingDraft.of(source.survey(), source.name, source.format_name, known)
    draft.encoding, draft.head, draft.part = encoding, head or 0, source.part
    if ask and known is not None:
        from upheld.cli.drafting.questions import ask_for

        output = ask_for(draft, known, source, output, force)
    text = _text(draft, known, source)
    if output is None:
        click.echo(text, nl=False)
        return
    Path(output).write_text(text, encoding="utf-8", newline="\n")
    click.echo(one_line(f"written: {output}"), err=True)
    if policy is not None:
        replay = ["upheld", "replay", *history, "--policy", policy, "--map", output]
        click.echo(one_line(f"next: {shlex.join(replay)}"), err=True)


def _refuse(
    context: click.Context, history: tuple[str, ...], policy: str | None, ask: bool, output: str | None, force: bool
) -> None:
    """Refuse what cannot be done before anything is read."""
    if ask and policy is None:
        raise click.UsageError("`--ask` needs `--policy`: its states and events are what is asked for", context)
    if ask and "-" in history:
        raise click.UsageError("`--ask` reads answers from standard input: name the export as a file", context)
    if output is not None and not force and Path(output).exists():
        raise click.UsageError(f"{quoted(output)} is there already: name another file, or say `--force`", context)


def _text(draft: MappingDraft, policy: Policy | None, source: DraftSource) -> str:
    """The draft, with what came of trying it."""
    noticed = [f"Warning: {notice}" for notice in source.notices]
    check = None if policy is None else checked(draft, policy, source)
    lines = [*noticed, *check_lines(draft, check, source.most_tried)]
    return draft_text(draft, [one_line(line) for line in lines])
