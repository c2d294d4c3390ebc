"""A misuse of the command line, said in our own words: those of click change with its releases.

One line, lower case, with the user's word in backticks, and what was perhaps meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import click

from upheld.core.nearest import listed, nearest, quoted
from upheld.core.time.zone import zone_problem

_DIGITS: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)


@contextmanager
def placed(context: click.Context) -> Iterator[None]:
    """Let a misuse that is found meanwhile know of which command it is: click's parser does not say."""
    try:
        yield
    except click.UsageError as error:
        error.ctx = error.ctx or context
        raise


class Command(click.Command):
    """A command that says itself which argument is one too many, and that writes over nothing it reads."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments as click does, all but its complaint of those that are left over."""
        ctx.allow_extra_args = True
        with placed(ctx):
            left_over = super().parse_args(ctx, args)
        if left_over and not ctx.resilient_parsing:
            raise click.UsageError(f"unexpected argument {quoted(left_over[0])}", ctx)
        _refuse_own_input(ctx)
        return left_over


def _refuse_own_input(context: click.Context) -> None:
    """Refuse to write into a file that the command reads; a device or a pipe may be both."""
    output = context.params.get("output")
    if not isinstance(output, str) or not _is_same(output, output) or not Path(output).is_file():
        return
    for name, value in context.params.items():
        given = value if isinstance(value, tuple) else (value,)
        if name != "output" and any(_is_same(each, output) for each in given if isinstance(each, (str, Path))):
            raise click.UsageError(f"{quoted(output)} is read by the same command: name another file to write", context)


def _is_same(path: str | Path, file: str) -> bool:
    with suppress(OSError, ValueError):  # most texts are the path of nothing
        return Path(path).samefile(file)
    return False


class Choice(click.Choice[str]):
    """One of some words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word. Raises: BadParameter, with the nearest."""
        if value in self.choices:
            return str(value)
        near = nearest(str(value), self.choices)
        advice = f"did you mean `{near}`?" if near else f"there are {listed(self.choices, most=len(self.choices))}"
        raise click.BadParameter(f"{quoted(value)} is none of its values; {advice}", ctx, param)


class Number(click.IntRange):
    """A whole number in plain digits, `0` to `9`, within bounds that both count."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return it. Raises: BadParameter, with the bounds."""
        text = str(value)
        is_plain = bool(_DIGITS.fullmatch(text))
        if is_plain and (self.min is None or int(text) >= self.min) and (self.max is None or int(text) <= self.max):
            return int(text)
        what = "is out of range" if is_plain else "is no whole number in digits"
        bounds = [f"from {self.min}"] * (self.min is not None) + [f"up to {self.max}"] * (self.max is not None)
        advice = f"write one {' '.join(bounds)}" if bounds else "write one such as `7`"
        raise click.BadParameter(f"{quoted(text)} {what}; {advice}", ctx, param)


class Zone(click.ParamType):  # type: ignore[type-arg]  # generic in the newer releases alone
    """A zone of the IANA list."""

    name = "zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return its name. Raises: BadParameter, with the nearest."""
        problem = zone_problem(value)
        if problem is not None:
            self.fail(f"{problem.message}; {problem.hint}", param, ctx)
        return str(value)


class Share(click.ParamType):  # type: ignore[type-arg]  # generic in the newer releases alone
    """A share as a percentage.

    Args:
        what: It is a share of, as a message says.
        such_as: An example.
        most: The largest there may be; the smallest is more than nothing, unless `may_be_none`.
    """

    name = "percent"

    def __init__(
        self, what: str = "tickets", such_as: str = "95%", most: Fraction = Fraction(1), *, may_be_none: bool = False
    ) -> None:
        self._what, self._such_as, self._most, self._may_be_none = what, such_as, most, may_be_none

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        """Return it as a fraction. Raises: BadParameter."""
        if isinstance(value, Fraction):
            return value
        try:
            share = Fraction(value.strip().removesuffix("%").strip()) / 100
        except (ValueError, ZeroDivisionError):
            share = Fraction(-1)
        if not (0 <= share <= self._most and (share or self._may_be_none)):
            self.fail(
                f"{quoted(value)} is no share of {self._what}: write a percentage, such as `{self._such_as}`",
                param,
                ctx,
            )
        return share


class Folder(click.ParamType):  # type: ignore[type-arg]  # generic in the newer releases alone
    """A folder that is there."""

    name = "directory"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return its path. Raises: BadParameter."""
        path = Path(value)
        if not path.is_dir():
            problem = "is a file" if path.exists() else "does not exist"
            raise click.BadParameter(f"directory {quoted(value)} {problem}", ctx, param)
        return path


def misuse(error: click.ClickException) -> str:
    """What was wrong, and where to read on."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    text = " ".join(_said(error, context).split())
    return f"{text} (see `{context.command_path} --help`)" if context else text


def _said(error: click.ClickException, context: click.Context | None) -> str:
    if isinstance(error, click.NoSuchOption):
        near = nearest(error.option_name, _options(context))
        return f"no such option {quoted(error.option_name)}" + (f"; did you mean `{near}`?" if near else "")
    if isinstance(error, click.MissingParameter):
        kind = error.param.param_type_name if error.param is not None else "parameter"
        return f"missing {kind} {_name(error, context)}"
    if isinstance(error, click.BadOptionUsage):
        takes = "takes no value" if error.option_name in _flags(context) else "needs a value"
        return f"option {quoted(error.option_name)} {takes}"
    if isinstance(error, click.BadParameter):
        return f"invalid value for {_name(error, context)}: {_backticked(error.message)}"
    return _backticked(error.message)


def _backticked(text: str) -> str:
    """A message in our manner, whoever wrote it."""
    return re.sub("'([^']*)'", r"`\1`", text[:1].lower() + text[1:]).rstrip(".")


def _name(error: click.BadParameter, context: click.Context | None) -> str:
    """The option or argument as the user writes it."""
    if isinstance(error.param_hint, str):
        return f"`{error.param_hint}`"
    if error.param is None:
        return "an argument"
    if isinstance(error.param, click.Option):
        return " / ".join(f"`{name}`" for name in error.param.opts)
    return f"`{error.param.make_metavar(context) if context else error.param.name}`"


def _options(context: click.Context | None) -> Sequence[str]:
    """Every name of an option that the command has."""
    parameters = context.command.get_params(context) if context else []
    return [name for each in parameters for name in (*each.opts, *each.secondary_opts) if name.startswith("-")]


def _flags(context: click.Context | None) -> Sequence[str]:
    """The names of its options that take no value."""
    parameters = context.command.get_params(context) if context else []
    return [name for each in parameters if isinstance(each, click.Option) and each.is_flag for name in each.opts]
