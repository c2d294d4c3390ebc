"""The output of commands: for whom it is meant, in which language, how wide, and how far the work is.

::

    @click.command()
    @language_option
    @style_option("text", "json")
    def command(lang: str | None, style: str) -> None:
        click.echo(written(page(view_of(policy, lang))), nl=False)
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from upheld.cli.misuse import Choice, Zone
from upheld.core.record.message import LANGUAGES as SPOKEN
from upheld.show.words.locale import LANGUAGES

if TYPE_CHECKING:
    from upheld.core.policy.policy import Policy
    from upheld.history.reading import Progress
    from upheld.show.page.blocks import Page
    from upheld.show.words.view import View

Command = TypeVar("Command", bound=Callable[..., Any])

WIDEST: Final = 120

language_option = click.option(
    "--lang", type=Choice(LANGUAGES), help="The reader's language.  [default: the policy's own]"
)
"""``--lang``, which the command gets as ``lang``: a language, or ``None``."""


zone_option = click.option(
    "--zone", type=Zone(), metavar="ZONE", help="Tell times on the clock of this zone.  [default: the policy's own]"
)
"""``--zone``, which the command gets as ``zone``: the name of a zone, or ``None``."""


output_option = click.option(
    "-o", "--output", metavar="FILE", help="Write into this file, whole or not at all.  [default: print it]"
)
"""``--output``, which the command gets as ``output``: the name of a file, or ``None``."""


def put(text: str, output: str | None) -> None:
    """Write a text into a file, or print it where nobody named one; ``-`` prints it too."""
    if output is None or output == "-":
        click.echo(text, nl=False)
        return
    from upheld.report.files.whole_file import write_whole_file

    write_whole_file(Path(output), text)


def put_page(page: Page, style: str, language: str, output: str | None) -> None:
    """Write a page into a file, or print it: as text, ``markdown`` or ``html``, in which it says the same."""
    if style == "html":
        from upheld.pages.plain_page import html

        put(html(page, language), output)
    elif style == "markdown":
        from upheld.show.page.markdown import markdown

        put(markdown(page), output)
    else:
        from upheld.show.page.terminal import WIDTH, text

        put(text(page, width=WIDTH, colour=False) if output else written(page), output)


def style_option(
    *styles: str, default: str = "", meant: str = "For people, or for programs."
) -> Callable[[Command], Command]:
    """``--format``, which the command gets as ``style``.

    Args:
        default: The style of who does not ask; the first one where nothing is said.
        meant: What each is for.
    """
    choice = Choice(styles)
    return click.option("--format", "style", type=choice, default=default or styles[0], show_default=True, help=meant)


def view_of(policy: Policy, language: str | None, zone: str | None = None) -> View:
    """The policy as it is told in this language, with times of this zone; in its own where nobody asks for one."""
    from upheld.show import language_of
    from upheld.show.words.view import View

    return View(policy, language or language_of(policy), zone or "")


def spoken_by_engine(language: str | None) -> str:
    """The language of what the engine itself says on a page in this one: English where it has no words of its own.

    >>> spoken_by_engine("fr"), spoken_by_engine("de"), spoken_by_engine(None)
    ('fr', 'en', '')
    """
    return language if language in SPOKEN else SPOKEN[0] if language else ""


def written(page: Page, *, dense: bool = False) -> str:
    """The page as text for standard output: as wide as the window and in colour where somebody looks at it.

    In a pipe it is the same bytes on every machine.
    """
    from upheld.show.page.terminal import WIDTH, text

    if not sys.stdout.isatty():
        return text(page, width=WIDTH, colour=False, dense=dense)
    width = min(shutil.get_terminal_size().columns, WIDEST)
    return text(page, width=width, colour="NO_COLOR" not in os.environ, dense=dense)


@contextmanager
def progress(what: str) -> Iterator[Progress | None]:
    """What a reader of a history tells how far it is, for a bar on standard error; ``None`` where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def tell(position: int, size: int | None) -> None:
            bar.update(task, completed=position, total=size)

        yield tell
