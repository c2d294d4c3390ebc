"""What all commands on histories take: the history and how to read it, the policy, the contracts, as-of.

::

    @click.command()
    @history_options
    @click.option("--ticket", required=True)
    def command(asked: HistoryOptions, ticket: str) -> None:
        history = asked.opened()
        for event in history.events():
            ...
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import click

from upheld.cli.history.history import BY_TIME, HistoryOptions
from upheld.cli.misuse import Choice
from upheld.history.file.encoding import encoding_of
from upheld.schema.formats import parse_instant


def from_option(formats: str) -> Callable[[Any], Any]:  # whatever click decorates
    """``--from``, which the command gets as ``format_name``: a format, or ``""``; the help names some ``formats``."""
    meant = f"What HISTORY is, when neither its name nor its first bytes tell: {formats}, …"
    return click.option("--from", "format_name", default="", metavar="FORMAT", help=meant)


def _encoding(context: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        return encoding_of(value) if value else ""
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _named(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    if "" in values:
        raise click.BadParameter("an empty name is none: name a file or a folder, `.` for this one, or `-`")
    return values


histories_argument: Final = click.argument("history", nargs=-1, required=True, callback=_named)
"""HISTORY, which the command gets as ``history``: files and folders."""

encoding_option: Final = click.option(
    "--encoding",
    default="",
    callback=_encoding,
    metavar="NAME",
    help="What HISTORY is written in, such as `cp1252`.  [default: what it tells itself, or UTF-8]",
)
"""``--encoding``, which the command gets as ``encoding``: as Python calls it, or ``""``."""


def history_options(command: Callable[..., object]) -> Callable[..., object]:
    """Give a command these options, as its first argument, a `HistoryOptions`."""
    return _given(command, _OPTIONS)


def options_at(command: Callable[..., object]) -> Callable[..., object]:
    """The same for a command that asks about one instant: it has to be said, with `--at`."""
    return _given(command, tuple(_AT if option is _AS_OF else option for option in _OPTIONS))


def two_policies(command: Callable[..., object]) -> Callable[..., object]:
    """The same for a command that judges by two policies: its first argument are two `HistoryOptions`, ``asked``."""

    @functools.wraps(command)
    def both(asked: HistoryOptions, policies: tuple[str, ...], **others: Any) -> object:
        return command(tuple(replace(asked, policy=each) for each in policies), **others)

    rest = tuple(option for option in _OPTIONS if option is not _POLICY)
    return _given(_POLICIES(both), rest)


def policy_versions(command: Callable[..., object]) -> Callable[..., object]:
    """The same for a command that can go by several versions of a policy, each ticket by the one in force then."""

    @functools.wraps(command)
    def by_versions(asked: HistoryOptions, policies: tuple[str, ...], **others: Any) -> object:
        versions = policies if len(policies) > 1 else ()
        return command(replace(asked, policy=policies[0], versions=versions), **others)

    return _given(_VERSIONS(by_versions), tuple(option for option in _OPTIONS if option is not _POLICY))


def _two(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    if len(value) != 2:
        raise click.BadParameter(
            f"two policies are compared, and here {'is one' if len(value) == 1 else f'are {len(value)}'}"
        )
    return value


def _one(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> str:
    if len(value) > 1:
        several = "several versions of one are for `replay`, `explain` and `statement`"
        raise click.BadParameter(f"one policy judges here, and here are {len(value)}: {several}")
    return value[0]


def file_options(command: Callable[..., object]) -> Callable[..., object]:
    """The same for a command that has its policy from elsewhere, and keeps the records: a desk's."""
    return _given(command, _FILES)


def _given(command: Callable[..., object], options: Sequence[Callable[..., Any]]) -> Callable[..., object]:
    @functools.wraps(command)
    def wrapped(
        history: tuple[str, ...],
        format_name: str,
        map_file: str | None,
        skip_bad: bool,
        order: str | None,
        encoding: str,
        policy: str = "",
        contracts_file: str | None = None,
        as_of_s: int | None = None,
        audit: bool = True,  # a desk says itself that it keeps no states
        **others: Any,  # the command's own
    ) -> object:
        asked = HistoryOptions(
            history, policy, contracts_file, format_name, map_file, as_of_s, skip_bad, audit, order, encoding
        )
        return command(asked, **others)

    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def _instant_s(context: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    try:
        return parse_instant(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


_AS_OF: Final = click.option(
    "--as-of",
    "as_of_s",
    callback=_instant_s,
    metavar="INSTANT",
    help="Look at everything as of this instant; later records are not read.  [default: the last accepted record]",
)
_AT: Final = click.option(
    "--at",
    "as_of_s",
    required=True,
    callback=_instant_s,
    metavar="INSTANT",
    help="The instant that is asked about; later records are not read.",
)
_POLICY: Final = click.option(
    "--policy",
    required=True,
    multiple=True,
    metavar="POLICY",
    callback=_one,
    help="The policy to judge by: an installed one, or a file.",
)
_POLICIES: Final = click.option(
    "--policy",
    "policies",
    required=True,
    multiple=True,
    metavar="POLICY",
    callback=_two,
    help="A policy to judge by, an installed one or a file; given twice, the second is compared with the first.",
)
_VERSIONS: Final = click.option(
    "--policy",
    "policies",
    required=True,
    multiple=True,
    metavar="POLICY",
    help="The policy to judge by: an installed one (`ID`, `ID@VERSION`), or a file. Given several times, these are its "
    "versions, and each ticket goes by the one that was in force when it was opened.",
)
_FROM: Final = from_option("`jsonl`, `csv`")
_MAP: Final = click.option(
    "--map", "map_file", metavar="FILE", help="What the columns of another tool's export and their words mean."
)
_SKIP_BAD: Final = click.option(
    "--skip-bad", is_flag=True, help="Leave records out that cannot be read, and say how many."
)
_ORDER: Final = click.option(
    "--order",
    type=Choice(["arrival", BY_TIME]),
    help="Take records as they come, or in the order of their instants.  [default: the mapping's, or else arrival, "
    "unless all tickets go back in time]",
)
_OPTIONS: Final = (
    histories_argument,
    _POLICY,
    click.option("--contracts", "contracts_file", metavar="FILE", help="What customers have signed, and the releases."),
    _FROM,
    encoding_option,
    _MAP,
    _AS_OF,
    _SKIP_BAD,
    click.option(
        "--audit", is_flag=True, help="Read states that a tracker recorded, and report moves that do not conform."
    ),
    _ORDER,
)
_FILES: Final = (histories_argument, _FROM, encoding_option, _MAP, _SKIP_BAD, _ORDER)
