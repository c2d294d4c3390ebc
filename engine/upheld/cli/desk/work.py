"""``upheld desk work``: timers and delivery, until somebody asks to stop."""

from __future__ import annotations

import shlex
import shutil
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

import click

from upheld.cli.desk.address import counted, db_option, opened
from upheld.cli.desk.stop import Stop, Stopped
from upheld.cli.failure import DONE, FOUND, one_line
from upheld.cli.misuse import Command, Number
from upheld.core.errors import Busy, DeskError, UpheldError
from upheld.core.nearest import quoted
from upheld.core.time.instant import seconds_of, text_of

if TYPE_CHECKING:
    from upheld.desk import Desk
    from upheld.desk.telling.delivery import Deliver
    from upheld.desk.worker import Send, Turn

STATUS_S: Final = 60
MOST_WORKERS: Final = 12
"""As many as the connections that a process has, and some to spare; several processes may work, too."""
MOST_TOLD: Final = 20
"""Failures that are told one by one between two lines of status."""
AGAIN_S: Final = 5.0
"""After how long a worker tries again whose database could not be used."""


@click.command(cls=Command)
@db_option
@click.option(
    "--workers",
    type=Number(1, MOST_WORKERS),
    metavar="N",
    default=1,
    show_default=True,
    help="Threads that work at once.",
)
@click.option(
    "--deliver", "commands", multiple=True, metavar="COMMAND", help="Give each message, as JSON, to this command."
)
@click.option(
    "--deliver-to", "files", multiple=True, metavar="FILE", help="Append each message to this file, as a line of JSON."
)
@click.option("--webhooks", is_flag=True, help="Send each message to the endpoints of `upheld desk webhook`.")
@click.option("--once", is_flag=True, help="Stop once nothing is left to do: for cron.")
@click.option(
    "--pause", "pause_s", type=click.FloatRange(0.01, 3600), default=1.0, show_default=True, metavar="SECONDS",
    help="How long to wait where there was nothing to do.",
)  # fmt: skip
@click.pass_context
def command(
    context: click.Context,
    url: str,
    workers: int,
    commands: tuple[str, ...],
    files: tuple[str, ...],
    webhooks: bool,
    once: bool,
    pause_s: float,
) -> None:
    """Let time pass and deliver what is asked for, until told to stop.

    Timers fire and warnings are told by the database's own time, each once, however many
    processes work. A COMMAND has a message on its standard input, and says by exit status 0
    that it is delivered; else, or after 25 seconds, it is tried later and later, and after 16
    tries is dead. A message may come twice: its `id` is the same. Without a way to deliver
    the outbox is left alone. Webhooks have tries of their own, endpoint by endpoint. A line
    of status comes each minute, on standard error.

    \b
    Exit status: 0 done, or stopped by SIGTERM or Ctrl-C, with nothing half done; 1 with
    `--once`, something was not delivered; 2 misuse, or the database cannot be used.
    Example: upheld desk work --db sqlite:///desk.db --deliver ./send-mail
    """
    deliver, failures = _ways(commands, files), 0
    with Stop() as stop, suppress(Stopped), opened(url) as desk:
        send = None
        if webhooks:
            from upheld.cli.desk.webhook.sending import sender

            deliver, send = _and_webhooks(desk, deliver), sender(desk).turn
        crew = Crew(desk, deliver, workers, pause_s, once=once, send=send)
        try:
            if deliver is None and not once:
                click.echo(
                    "the outbox is left alone: there is neither `--deliver` nor `--deliver-to` nor `--webhooks`",
                    err=True,
                )
            crew.start()
            crew.watch()
        except Stopped:
            pass
        finally:
            with stop.shielded():
                crew.stop()
        crew.tell_rest()
        if crew.error is not None:
            raise crew.error
        failures = crew.total["failures"]
    context.exit(FOUND if once and failures else DONE)


def _ways(commands: tuple[str, ...], files: tuple[str, ...]) -> Deliver | None:
    from upheld.desk.telling.delivery import by_command, each_of, to_file

    ways = []
    for each in commands:
        try:
            words = shlex.split(each)
        except ValueError:
            raise click.BadParameter(
                f"{quoted(each)} is no command: a quotation is open", param_hint="--deliver"
            ) from None
        if not words or shutil.which(words[0]) is None:
            problem = f"there is no command {quoted(words[0] if words else each)}, or it may not be run"
            raise click.BadParameter(problem, param_hint="--deliver")
        ways.append(by_command(words))
    ways += [to_file(Path(each)) for each in files]
    return each_of(ways) if ways else None


def _and_webhooks(desk: Desk, deliver: Deliver | None) -> Deliver:
    """First of all, since it never fails: what others do not take yet has been handed over once."""
    from upheld.desk.telling.delivery import each_of

    return each_of([desk.webhooks.dispatches.fan_out, *([deliver] if deliver is not None else [])])


class Crew:
    """The workers of one process, and what they say.

    Attributes:
        total: What they did so far.
        error: Why they stopped by themselves, if they did.
    """

    def __init__(
        self,
        desk: Desk,
        deliver: Deliver | None,
        workers: int,
        pause_s: float,
        *,
        once: bool,
        send: Send | None = None,
    ) -> None:
        self._desk, self._deliver, self._send, self._pause_s, self._once = desk, deliver, send, pause_s, once
        self._stopped = Event()
        self._done: SimpleQueue[Turn | UpheldError] = SimpleQueue()
        self._threads = [Thread(target=self._work) for _ in range(workers)]
        self._said = ""
        self._since, self.total = Counter[str](), Counter[str]()
        self.error: BaseException | None = None

    def start(self) -> None:
        """Let them work."""
        for each in self._threads:
            each.start()

    def stop(self) -> None:
        """Have them stop between transactions, and wait until they have."""
        self._stopped.set()
        for each in self._threads:
            if each.ident is not None:
                each.join()

    def watch(self) -> None:
        """Say what is done, until none of them works any more."""
        next_at = time.monotonic() + STATUS_S
        while any(each.is_alive() for each in self._threads):
            with suppress(Empty):
                self._take(self._done.get(timeout=0.2))
            if time.monotonic() >= next_at:
                next_at += STATUS_S
                self._tell_status()

    def tell_rest(self) -> None:
        """Say what was not said yet, and all of it together."""
        while not self._done.empty():
            self._take(self._done.get())
        click.echo(
            f"stopped: {_told(self.total)}" if self._stopped.is_set() and not self._once else _told(self.total),
            err=True,
        )

    def _work(self) -> None:
        from upheld.desk.worker import Worker

        worker = Worker(self._desk, self._deliver, self._stopped.is_set, self._send)
        while not self._stopped.is_set():
            try:
                made = worker.turn()
            except DeskError as error:
                if self._once and not isinstance(error, Busy):
                    self.error = error
                    return
                self._done.put(error)
                self._stopped.wait(AGAIN_S)
                continue
            except BaseException as error:  # told by the thread that watches
                self.error = error
                self._stopped.set()
                return
            if not made.is_idle:
                self._done.put(made)
            elif self._once:
                return
            else:
                self._stopped.wait(self._pause_s)

    def _take(self, made: Turn | UpheldError) -> None:
        if isinstance(made, UpheldError):
            if str(made) != self._said:
                self._said = str(made)
                click.echo(one_line(f"trying again: {made}"), err=True)
            return
        self._said, failures = "", self._since["failures"]
        failed = (
            (f"ticket {quoted(ticket)}" if ticket else "accounts", name, why) for ticket, name, why in made.failed
        )
        told = [f"not delivered: message {name} of {whose}: {why}" for whose, name, why in failed]
        stuck = ((f"ticket {quoted(ticket)}" if ticket else "accounts", why) for ticket, why in made.stuck)
        told += [f"time cannot go on for {whose}: {why}" for whose, why in stuck]
        for each in told[: max(MOST_TOLD - failures, 0)]:
            click.echo(one_line(each), err=True)
        for count in (self.total, self._since):
            count.update(tickets=made.tickets, told=made.told, delivered=made.delivered, sent=made.sent)
            count.update(customers=made.customers)
            count.update(put_off=len(made.failed), failures=len(told))

    def _tell_status(self) -> None:
        at = text_of(seconds_of(datetime.now(UTC)))
        try:
            status = self._desk.status()
            left = ", ".join(
                f"{number:,} {state}" for state, number in status.messages.items() if state in ("waiting", "dead")
            )
            there = f"{status.due:,} due, {left or 'none waiting'}"
        except DeskError as error:
            there = str(error)
        click.echo(one_line(f"{at} {_told(self._since)}; {there}"), err=True)
        self._since.clear()


def _told(count: Counter[str]) -> str:
    told = [f"time passed on {counted(count['tickets'], 'ticket')}", f"{counted(count['told'], 'message')} told"]
    if count["customers"]:
        told.insert(1, f"on the accounts of {counted(count['customers'], 'customer')}")
    if count["delivered"] or count["put_off"]:
        told += [f"{count['delivered']:,} delivered", f"{count['put_off']:,} not delivered"]
    told += [f"{counted(count['sent'], 'webhook')} received"] if count["sent"] else []
    return ", ".join(told)
