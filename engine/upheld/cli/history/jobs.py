"""Jobs: how many processes decide a history, and the replay that they make.

Whatever their number, the output is the same. Unless somebody says it, a short history is decided by this process,
since it would be done before another one has started.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from upheld.cli.failure import one_line
from upheld.cli.history.history import History
from upheld.cli.misuse import Number
from upheld.cli.output import progress, spoken_by_engine
from upheld.core.record.event import Event
from upheld.core.replay.replay import Replay
from upheld.core.versions.versioned_replay import VersionedReplay
from upheld.engine import Engine
from upheld.history.event_record import by_ticket
from upheld.history.spilled_logs import MOST_RECORDS, SpilledLogs
from upheld.report.files.verdicts import VerdictText, judged_texts

if TYPE_CHECKING:
    from upheld.cli.history.columns import ColumnsReplay
    from upheld.jobs.sharded_replay import ShardedReplay

Command = TypeVar("Command", bound=Callable[..., Any])

FEW: Final = 50_000
"""Records of a short history: one process is through with them once others have started and taken their share."""
MOST_JOBS: Final = 64

jobs_option = click.option(
    "--jobs",
    type=Number(1, MOST_JOBS),
    metavar="N",
    help="Decide the history in so many processes, where records are decided one after another; whatever their "
    "number, the output is the same.  "
    f"[default: the cores there are, for more than {FEW:,} records]",
)
"""``--jobs``, which the command gets as ``jobs``: a number, or ``None``."""


@contextmanager
def decided(
    engine: Engine, history: History, as_of_s: int | None, journal: bool, jobs: int | None
) -> Iterator[Replay | ShardedReplay]:
    """A replay that has taken all records, and has looked at late ones again where the history can be read again.

    Raises: UpheldError for whatever is wrong with a record, or with a process.
    """
    events, first = history.events(), list[Event]()
    if jobs is None:
        jobs = cores()
        first += islice(events, FEW + 1 if jobs > 1 else 0)
        jobs = jobs if len(first) > FEW else 1
    with _begun(engine, as_of_s, journal, jobs) as run:
        run.take_all(chain(first, events))
        if history.is_read_twice and run.has_late:
            if isinstance(run, Replay):
                run.look_again(history.events_again(), by_ticket)
            else:
                run.look_again(history.events_again())
        yield run


@contextmanager
def decided_here(history: History, lang: str | None) -> Iterator[Replay]:
    """The same in this process, for who wants the verdicts as values; messages are in this language."""
    engine = Engine(history.policy, history.contracts, language=spoken_by_engine(lang), audit=history.audit)
    with decided(engine, history, history.asked.as_of_s, False, 1) as run:
        assert isinstance(run, Replay), "one job is a replay of this process"
        yield run


@contextmanager
def decided_by_versions(
    history: History, as_of_s: int | None, journal: bool, jobs: int | None, language: str
) -> Iterator[VersionedReplay]:
    """The same where each ticket goes by one of several versions: one process decides it."""
    if jobs is not None and jobs > 1:
        _say_one("it goes by several versions of a policy")
    engines = [Engine(each.policy, history.contracts, language=language, audit=each.audit) for each in history.versions]
    with ExitStack() as stack:
        logs = partial(_spilled, stack, max(MOST_RECORDS // len(engines), 1))
        run = VersionedReplay(engines, as_of_s, journal=journal, logs=logs)
        run.take_all(history.events())
        if history.is_read_twice and run.has_late:
            run.look_again(history.events_again, by_ticket)
        yield run


def _spilled(stack: ExitStack, most: int) -> SpilledLogs:
    return stack.enter_context(SpilledLogs(most))


def texts(run: Replay | ShardedReplay | ColumnsReplay, *, wanted: bool, tables: bool) -> Iterator[VerdictText]:
    """The verdicts of a replay as text; none comes where nobody wants them, though they are summed up."""
    if not isinstance(run, Replay):
        yield from run.texts(wanted=wanted, tables=tables)
    elif wanted:
        yield from judged_texts(run.judged(), tables=tables)
    else:
        for _ in run.judged():
            pass


def cores() -> int:
    """How many processes may run at once."""
    usable = getattr(os, "sched_getaffinity", None)
    number = os.cpu_count() if usable is None else len(usable(0))
    return min(number or 1, MOST_JOBS)


@contextmanager
def _begun(engine: Engine, as_of_s: int | None, journal: bool, jobs: int) -> Iterator[Replay | ShardedReplay]:
    """A replay that has taken nothing; in one process also where several cannot do it, which is said."""
    if jobs > 1:
        from upheld.jobs.pool import Pool
        from upheld.jobs.sharded_replay import CannotShard, ShardedReplay

        try:
            pool = Pool(jobs)
        except OSError as error:
            _say_one(error.strerror or str(error))
        else:
            with pool:
                try:
                    run = ShardedReplay(engine, pool, as_of_s, journal=journal, progress=partial(progress, "deciding"))
                except CannotShard as error:
                    _say_one(str(error))
                else:
                    yield run
                    return
    with SpilledLogs() as logs:
        yield Replay(engine, as_of_s, journal=journal, logs=logs)


def _say_one(why: str) -> None:
    click.echo(one_line(f"one process decides this history: {why}"), err=True)
