"""``upheld draft``: a first policy, from what an export shows."""

from __future__ import annotations

import re
import shlex
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from upheld.cli.drafting.source import DraftSource
from upheld.cli.failure import DONE, FOUND, one_line
from upheld.cli.history.options import encoding_option, from_option, histories_argument
from upheld.cli.misuse import Choice, Command, Number, Share, Zone
from upheld.cli.output import put_page, style_option, view_of
from upheld.core.errors import UpheldError
from upheld.core.nearest import quoted
from upheld.core.record.json_text import json_text
from upheld.history.draft.column_guess import Chosen
from upheld.history.file import Said
from upheld.history.part import KEYS
from upheld.show.words.locale import LANGUAGES, locale_of

if TYPE_CHECKING:
    from upheld.drafting import Asked
    from upheld.drafting.reading import Export

MOST_LEAST: Final = Fraction(1, 2)


def _country(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    from upheld.calendars.public_holidays import LIBRARY
    from upheld.core.time.opening_hours import Region

    for value in values:
        problem = LIBRARY.problem(Region(value))
        if problem is not None:
            raise click.BadParameter(f"{problem.message}: {problem.hint}")
    return values


@click.command(cls=Command)
@histories_argument
@click.option("-o", "--output", required=True, metavar="FOLDER", help="The new folder to write the draft into.")
@from_option("`csv`, `xes`, `jira`")
@encoding_option
@click.option("--head", type=Number(1), metavar="LINE", help="The line of a table that names its columns.")
@click.option("--sheet", default="", metavar="NAME", help="Which sheet of a workbook, or type of objects of a log.")
@click.option("--ticket", metavar="COLUMN", help="The column that names the ticket.  [default: guessed]")
@click.option("--at", metavar="COLUMN", help="The column that says when it happened.  [default: guessed]")
@click.option(
    "--status", multiple=True, metavar="COLUMN", help="The column that tells the status; given twice, both together."
)
@click.option("--severity", default="", metavar="COLUMN", help="The column of the severity.  [default: guessed]")
@click.option("--scale", default="", metavar="WORDS", help="Its words, the highest first: `Major, High, Low`.")
@click.option("--zone", type=Zone(), metavar="ZONE", help="Where people work, such as `Europe/Rome`.  [default: UTC]")
@click.option(
    "--country", multiple=True, callback=_country, metavar="CODE", help="Try these holidays alone.  [default: all]"
)
@click.option("--machine", multiple=True, metavar="NAME", help="An actor that is no person; may be given again.")
@click.option("--name", metavar="NAME", help="The policy's name, in kebab-case.  [default: the folder's]")
@click.option("--vendor", default="", metavar="TEXT", help="The vendor's name, as customers know it.")
@click.option(
    "--least",
    default="0.1%",
    show_default=True,
    type=Share("moves, up to 50 %", "0.1%", MOST_LEAST, may_be_none=True),
    metavar="PERCENT",
    help="Rarer moves are left out.",
)
@click.option(
    "--share",
    default="95%",
    show_default=True,
    type=Share(such_as="0.1%"),
    metavar="PERCENT",
    help="How many tickets kept a time.",
)
@click.option(
    "--paths", type=Number(0, 1000), default=100, show_default=True, help="Scenarios of so many paths at most."
)
@style_option("text", "markdown", "html", "json", meant="The summary: for people, or for programs.")
@click.option("--lang", type=Choice(LANGUAGES), default="en", show_default=True, help="The policy's language.")
@click.pass_context
def command(context: click.Context, /, history: tuple[str, ...], output: str, style: str, **given: Any) -> None:
    """Draft a first policy from the export HISTORY.

    What the export shows is written into a new folder: states and moves with their counts,
    severities, channels, the hours in which people work, whose turn it is, and the times that 95 %
    of the tickets kept; the mapping by which `upheld replay` reads the export; and a scenario for
    each path that tickets took. Beside each line stands what it was read from. What an export
    cannot tell is not in it: no clause, no price, and nothing that somebody promised.

    \b
    Exit status: 0 done, 1 the draft has findings, 2 the export cannot be read, the folder exists,
    or the command was misused.
    Example: upheld draft export.csv --zone Europe/Paris -o draft
    """
    from upheld.drafting import drafted
    from upheld.show.change.draft_page import draft_page
    from upheld.starter.folder import write_folder

    target = Path(output).absolute()
    if target.exists() or target.is_symlink():
        raise UpheldError(f"`{output}` exists already, and nothing is written over; name a new folder")
    asked = _asked(target.name, given)
    found = drafted(_export(history, given), asked)
    view = view_of(found.policy, asked.language)
    page = draft_page(view, found.summary)
    write_folder(target, found.files)
    if style == "json":
        click.echo(json_text(found.summary, indent=2))
    else:
        put_page(page, style, view.language, None)
    is_clean = _checked(str(Path(output) / "policy.yaml"))
    click.echo(one_line(f"written: {output}"), err=True)
    replay = ["upheld", "replay", *history, "--policy", f"{output}/policy.yaml", "--map", f"{output}/mapping.yaml"]
    click.echo(one_line(f"next: {shlex.join(replay)}"), err=True)
    context.exit(DONE if is_clean else FOUND)


def _asked(folder: str, given: dict[str, Any]) -> Asked:
    from upheld.drafting import SENTENCES, WORDS, Asked
    from upheld.starter import starter_name

    try:
        name = starter_name(folder, given["name"])
    except ValueError as error:
        raise UpheldError(str(error)) from error
    locale = locale_of(given["lang"])
    says = {key: locale.say(f"draft.says-{key}") for key in (*SENTENCES, *WORDS, "title")}
    return Asked(
        name, given["vendor"], given["lang"], says, given["least"], given["share"], given["paths"], given["country"]
    )


def _export(history: tuple[str, ...], given: dict[str, Any]) -> Export:
    from upheld.drafting.reading import Export

    said = Said(given["encoding"], given["head"] or 0, dict.fromkeys(KEYS, given["sheet"]), is_guessed=True)
    source = DraftSource(history, given["format_name"], said)
    if not source.can_be_read_again:
        raise UpheldError("a draft reads its history twice, and this one can be read once: save it to a file first")
    columns = given["ticket"], given["at"], given["status"] or None
    found = source.survey(Chosen(*columns) if any(columns) else None)
    for column in filter(None, (given["ticket"], given["at"], *given["status"], given["severity"])):
        if column not in found.columns:
            raise UpheldError(f"no row has the column {quoted(column)}: {_known(found.columns)}")
    name = re.split(r"[/\\]", source.name)[-1]
    export = Export(name, source.format_name, found, source.rows)
    export.zone, export.machines = given["zone"] or "", given["machine"]
    export.encoding, export.head, export.part = given["encoding"], given["head"] or 0, source.part
    export.severity = given["severity"]
    export.scale = tuple(word.strip() for word in given["scale"].split(",") if word.strip())
    return export


def _known(columns: Any) -> str:
    from upheld.core.nearest import listed

    return f"there are {listed(columns)}"


def _checked(policy: str) -> bool:
    """Whether the draft has no finding; those that it has are told."""
    from upheld.loading import examine_policy
    from upheld.report.findings import REPORTS
    from upheld.scenario.files import examine_scenarios

    examined = examine_scenarios(policy, examine_policy(policy))
    if not (examined.errors or examined.warnings):
        return True
    click.echo(REPORTS["text"]([examined]), err=True)
    return False
