"""What commands ask about their output: for whom it is meant, and in which language.

::

    @click.command()
    @language_option
    @style_option("text", "json")
    def command(lang: Language | None, style: str) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from upheld.cli.misuse import Choice
from upheld.core.record.message import LANGUAGES

Command = TypeVar("Command", bound=Callable[..., Any])

language_option = click.option(
    "--lang", type=Choice(LANGUAGES), help="The reader's language.  [default: the policy's own]"
)
"""``--lang``, which the command gets as ``lang``: a language, or ``None``."""


def style_option(*styles: str, meant: str = "For people, or for programs.") -> Callable[[Command], Command]:
    """``--format``, which the command gets as ``style``; the first is that of who does not ask.

    Args:
        meant: What each is for.
    """
    choice = Choice(styles)
    return click.option("--format", "style", type=choice, default=styles[0], show_default=True, help=meant)
