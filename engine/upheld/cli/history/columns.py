"""Columns: a history that is decided many records at once, and tables instead of texts.

Whichever path decides, the output is the same; what was chosen, and why, is said on standard error.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from upheld.cli.failure import one_line
from upheld.cli.history.history import History, all_formats
from upheld.cli.lazy_group import OWN_PROCESS
from upheld.cli.misuse import Choice
from upheld.core.errors import MissingLibraryError
from upheld.core.nearest import quoted
from upheld.core.replay.warning import ReplayWarning
from upheld.engine import Engine
from upheld.history.formats import FORMATS
from upheld.report.files.verdicts import VerdictText

if TYPE_CHECKING:
    from upheld.bulk.tables import VerdictTables

Command = TypeVar("Command", bound=Callable[..., Any])
Row = Mapping[str, Any]

PARQUET: Final = "parquet"
AUTO, SCALAR, COLUMNS = PATHS = ("auto", "scalar", "columns")
LARGE_BYTES: Final = 2**22
"""Of a history for whose summary it is worth loading what columns need."""
_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
"""What `mallopt` may be told, as `malloc.h` numbers it."""
KEPT_BYTES: Final = 2**30
"""So much may be free at the end of the memory before any goes back to the system."""
NEEDED: Final = ("numpy", "pyarrow")
TABLES: Final = "tables as Parquet"


def _share(context: click.Context, parameter: click.Parameter, value: str | None) -> Decimal | None:
    if value is None:
        return None
    try:
        share = Decimal(value.removesuffix("%").strip()) / (100 if value.endswith("%") else 1)
    except InvalidOperation:
        share = Decimal(-1)
    if not 0 < share <= 1:
        raise click.BadParameter(f"{quoted(value)} is no share: write one such as `1%`, up to `100%`")
    return share


path_option = click.option(
    "--path",
    type=Choice(PATHS),
    default=AUTO,
    help="Decide record by record, or many at once as columns; the output is the same.  [default: the faster one]",
)
"""``--path``, which the command gets as ``path``."""

verify_option = click.option(
    "--verify",
    metavar="SHARE",
    callback=_share,
    help="Where columns decide, decide this share of the tickets, such as `1%`, record by record too, and compare.",
)
"""``--verify``, which the command gets as ``verify``: a share from 0 to 1, or ``None``."""


class ColumnsReplay:
    """A replay that columns have decided; the methods of `Replay`, to be called in the same order."""

    def __init__(self, made: VerdictTables) -> None:
        self.tables = made

    def header(self) -> Row:
        """What all verdicts have in common."""
        return self.tables.header

    def warnings(self) -> list[ReplayWarning]:
        """What a reader should know before the verdicts."""
        return [*self.tables.warnings]

    def texts(self, *, wanted: bool, tables: bool) -> Iterator[VerdictText]:
        """No verdicts as text: columns are chosen where nobody wants them."""
        assert not wanted, "columns have tables alone"
        return iter(())

    def summary(self) -> Row:
        """What became of all tickets together."""
        return self.tables.summary


def by_columns(engine: Engine, history: History, path: str, style: str, out: str | None, *, journal: bool) -> bool:
    """Whether columns decide a history; what was chosen is said where somebody may ask himself.

    Raises: MissingLibraryError where they were asked for and their libraries are not there; UpheldError where they
        cannot decide it; click.UsageError where what was asked for is no table.
    """
    texts_wanted = style not in ("text", PARQUET) or (style == "text" and out is not None)
    if path == COLUMNS and texts_wanted:
        raise click.UsageError("columns make tables, and no texts of verdicts: add `--format parquet --out DIR`")
    is_asked = path == COLUMNS or style == PARQUET
    if path == SCALAR or texts_wanted or not (is_asked or _is_large(history)):
        return False
    if not are_there():
        if is_asked:
            raise MissingLibraryError(COLUMNS if path == COLUMNS else TABLES, NEEDED, "bulk")
        return False
    _prepare_arrow()
    from upheld.bulk.tables import UNFIT, chosen

    why = chosen(path, engine, journal=journal)
    if why:
        click.echo(f"decided record by record: {UNFIT[why]}", err=True)
    return not why


def columns_replay(engine: Engine, history: History, as_of_s: int | None, verify: Decimal | None) -> ColumnsReplay:
    """A replay by columns that is decided, and was verified where somebody asked for it.

    Raises: as reading the history does; DifferenceError.
    """
    from upheld.bulk.sample import verified
    from upheld.bulk.tables import tables_from
    from upheld.core.record.event import read_instant
    from upheld.core.time.instant import seconds_of

    held = [history.table()]
    compared = None if verify is None else held[0]
    made = tables_from(held.pop(), engine, as_of_s, looks_again=history.is_read_twice)
    number = made.tables["tickets"].num_rows
    left = sum(made.fallbacks.values())
    reasons = ", ".join(f"{reason}: {times}" for reason, times in sorted(made.fallbacks.items()))
    told = f", {left} of them record by record ({reasons})" if left else ""
    click.echo(one_line(f"decided as columns: {number} tickets{told}"), err=True)
    if verify is not None and left == number:
        click.echo("not verified: no ticket was decided as columns", err=True)
    elif verify is not None:
        as_of = made.header["as_of"]
        end_s = None if as_of is None else seconds_of(read_instant(as_of)[0])
        alike = verified(made.tables, compared, engine, as_of_s, end_s, verify)
        click.echo(f"verified: {alike} tickets decided record by record too, and nothing differs", err=True)
    return ColumnsReplay(made)


def are_there() -> bool:
    """Whether what columns need is installed."""
    return all(find_spec(name) is not None for name in NEEDED)


class _NoPandas:
    """A finder of modules that knows of one that it is not there."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raises: ModuleNotFoundError for pandas."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def _prepare_arrow() -> None:
    """Have pyarrow take its memory from the system, and work as if pandas were not installed; in no other's program.

    An allocator of its own gives pages back and takes them anew with each column, which is most of the system's time,
    and so does the system's with what is large, unless it is told to keep it; large pages, which numpy asks for unless
    it is told otherwise, take the system longer to find than small ones.
    The first value that it is given would load pandas, which takes longer than all else of the start. It looks once;
    only here, where nobody has frames, and no plugin reads files.
    """
    if click.get_current_context().find_root().obj != OWN_PROCESS:
        return
    os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    _keep_what_is_freed()
    if {*all_formats()} != {*FORMATS}:
        return
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.scalar(None)
    finally:
        sys.meta_path.remove(finder)


def _keep_what_is_freed() -> None:
    """Have the C library, where it is GNU's, keep memory that is freed for what is asked for next."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_MMAP_MAX, 0)
        mallopt(_TRIM_THRESHOLD, KEPT_BYTES)


def _is_large(history: History) -> bool:
    size = history.size
    return size is not None and size >= LARGE_BYTES
