"""The address of a desk, which every command takes, and the desk opened there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from upheld.core.nearest import listed, meant, quoted

if TYPE_CHECKING:
    from upheld.core.policy.policy import Policy
    from upheld.desk import Desk

Command = TypeVar("Command", bound=Callable[..., Any])

VARIABLE: Final = "UPHELD_DB"


def _given(context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    if not value and not context.resilient_parsing:
        advice = f"give the address of the database, `sqlite:///desk.db`, or set {VARIABLE}"
        raise click.UsageError(f"missing option `--db`: {advice}", context)
    return value or ""


db_option = click.option(
    "--db",
    "url",
    envvar=VARIABLE,
    callback=_given,
    metavar="URL",
    help=f"The database: `sqlite:///desk.db`, `postgresql://user@host/name`.  [default: what {VARIABLE} holds]",
)
"""``--db``, which the command gets as ``url``."""

version_option = click.option(
    "--version", default="", metavar="ID@VERSION", help="The tickets of this policy.  [default: that in force]"
)
"""``--version``, which the command gets as ``version``: a policy that the desk keeps, or ``""``."""


@contextmanager
def opened(url: str, *, language: str = "") -> Iterator[Desk]:
    """The desk of an address, closed again. Raises: DeskError as the desk does."""
    from upheld.desk import Desk

    desk = Desk.open(url, language=language)
    try:
        yield desk
    finally:
        desk.close()


def kept_policy(desk: Desk, version: str) -> str:
    """The digest of a policy that the desk keeps; ``""`` where none is named.

    Raises: BadParameter with those there are.
    """
    if not version:
        return ""
    known = {f"{each.id}@{each.version}": each.digest for each in desk.policies()}
    known |= {digest: digest for digest in known.values()}
    if version not in known:
        names = [name for name in known if not name.startswith("sha256:")]
        advice = meant(version, names, f"there are {listed(names) or 'none'}")
        raise click.BadParameter(f"no policy {quoted(version)} is kept; {advice}", param_hint="--version")
    return known[version]


def named(policy: Policy) -> str:
    """A policy as people call it."""
    return f"{policy.id}@{policy.version}"


def counted(number: int, word: str) -> str:
    """A number of things.

    >>> counted(1, "record"), counted(1200, "record"), counted(2, "entry")
    ('1 record', '1,200 records', '2 entries')
    """
    many = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number:,} {word if number == 1 else many}"
