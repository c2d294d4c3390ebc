"""``upheld serve``: the desk over HTTP, and its console, until somebody asks to stop."""

from __future__ import annotations

import logging
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from upheld.cli import open_files
from upheld.cli.desk.address import VARIABLE, named
from upheld.cli.desk.stop import Stop, Stopped
from upheld.cli.failure import one_line
from upheld.cli.misuse import Command, Number
from upheld.core.errors import MissingLibraryError
from upheld.core.nearest import quoted

if TYPE_CHECKING:
    from upheld.desk import Desk
    from upheld.serve.background import Background
    from upheld.serve.demo import Demo

DEFAULT: Final = "sqlite:///upheld.db"
NEEDED: Final = ("fastapi", "uvicorn", "jinja2", "prometheus_client", "python_multipart", "altair", "vl_convert")
DRAIN_S: Final = 25
"""For how long requests may go on that are under way when somebody asks to stop."""


@click.command(cls=Command)
@click.option(
    "--db", "url", envvar=VARIABLE, metavar="URL",
    help=f"The database.  [default: what {VARIABLE} holds, else {DEFAULT}]",
)  # fmt: skip
@click.option(
    "--policy", metavar="POLICY", help="The policy to go by, where the desk is new: an installed one, or a file."
)
@click.option("--contracts", metavar="FILE", help="What customers have signed, and the releases.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option("--port", type=Number(0, 65_535), default=8080, show_default=True, metavar="N", help="On which port.")
@click.option("--demo", metavar="VENDOR", help="Show a month at this vendor, in a desk that is gone afterwards.")
@click.option("--no-worker", is_flag=True, help="Let no time pass: `upheld desk work` does.")
@click.option("--webhooks", is_flag=True, help="Send each message to the endpoints of `upheld desk webhook`.")
@click.option("--rate", type=Number(0), metavar="N", help="Requests a minute, of each token; 0 for no limit.")
@click.option("--proxy", "proxies", multiple=True, metavar="ADDRESS", help="A proxy that says truly for whom it asks.")
@click.pass_context
def command(
    context: click.Context,
    url: str | None,
    policy: str | None,
    contracts: str | None,
    host: str,
    port: int,
    demo: str | None,
    no_worker: bool,
    webhooks: bool,
    rate: int | None,
    proxies: tuple[str, ...],
) -> None:
    """Serve a desk over HTTP, for programs and people.

    Without any token only this machine is served, and it may do everything: `upheld desk
    token` makes one, and from then on nobody is served without. A desk that is not there yet
    is made, by POLICY. `--demo VENDOR` shows a month there, as it stood at its end. What
    it says of each request, on standard error, names no ticket and no token.

    \b
    Exit status: 0 stopped by SIGTERM or Ctrl-C, with nothing half done; 2 misuse, or the
    database, the policy or the port cannot be used.
    Example: upheld serve --db sqlite:///desk.db --policy policy.yaml
    """
    _check_libraries()
    from upheld.serve import Settings, create_app
    from upheld.serve.demo import demo_of

    if demo is not None and (policy or contracts):
        raise click.UsageError("`--demo` brings its own policy and contracts: leave the others out")
    if webhooks and (no_worker or demo is not None):
        raise click.UsageError("`--webhooks` is for the worker of a desk at work: neither `--no-worker` nor `--demo`")
    if demo is not None and context.get_parameter_source("url") is not ParameterSource.COMMANDLINE:
        url = None  # what a variable holds is a desk at work
    month = None if demo is None else demo_of(demo)
    settings = Settings() if rate is None else Settings(rate_per_min=rate)
    _log()
    with Stop(), suppress(Stopped), ExitStack() as held:
        if month is None:
            desk = held.enter_context(closing(_opened(url or DEFAULT, policy, contracts)))
        else:
            desk, settings = held.enter_context(_shown(month, url)), replace(settings, now=month.clock())
        listening = held.enter_context(closing(_listening(host, port)))
        if not no_worker:
            held.enter_context(_worker(desk, webhooks=webhooks, now=None if month is None else settings.now))
        app = create_app(desk, settings)
        _greet(desk, month, listening)
        if few := open_files.warning(open_files.allowed()):
            click.echo(f"warning: {few}", err=True)
        _run(app, listening, proxies)
    click.echo("stopped", err=True)


def _check_libraries() -> None:
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise MissingLibraryError("the service", missing, "serve")


def _opened(url: str, policy: str | None, contracts: str | None) -> Desk:
    """The desk of an address, made where there is none yet."""
    from upheld.desk import Desk
    from upheld.desk.migrations.upgrade import version_of
    from upheld.desk.storage.database import Database
    from upheld.loader.contracts import load_contracts
    from upheld.loading import load_policy

    with closing(Database(url)) as database:
        is_new, name = database.is_missing or database.read(version_of) is None, database.name
    if is_new and policy is None:
        raise click.UsageError(f"there is no desk in {quoted(name)} yet: `--policy` says by which one it is made")
    chosen = None if policy is None else load_policy(policy)
    if contracts is not None and chosen is None:
        raise click.UsageError("`--contracts` stands with the `--policy` that they are read by")
    signed = load_contracts(Path(contracts), chosen) if contracts is not None and chosen is not None else None
    return Desk.open(url, policy=chosen, contracts=signed, upgrade=is_new)


@contextmanager
def _shown(month: Demo, url: str | None) -> Iterator[Desk]:
    """A desk with a month in it: in a folder that is gone afterwards, unless somebody names a database."""
    from upheld.desk import Desk

    with tempfile.TemporaryDirectory(prefix="upheld-demo-") as folder:
        address = url or f"sqlite:///{Path(folder) / 'demo.db'}"
        with closing(Desk.open(address, policy=month.policy, contracts=month.contracts, upgrade=True)) as desk:
            month.load(desk)
            yield desk


def _worker(desk: Desk, *, webhooks: bool, now: Callable[[], datetime] | None) -> Background:
    """What lets time pass, and sends webhooks where that is asked for."""
    from upheld.serve.background import Background

    if webhooks:
        from upheld.cli.desk.webhook.sending import sender

        return Background(desk, desk.webhooks.dispatches.fan_out, send=sender(desk).turn)
    if now is None and any(each.disabled_at is None for each in desk.webhooks.endpoints.list()):
        click.echo("warning: endpoints are registered, and nothing is sent to them without `--webhooks`", err=True)
    return Background(desk, now=now)


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens, so that what is told of it is true. Raises: BadParameter."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = (error.strerror or str(error)).lower().partition(" (while ")[0]  # Python repeats the address
        raise click.BadParameter(
            f"{quoted(f'{host}:{port}')} cannot be listened on: {reason}", param_hint="--port"
        ) from None


def _greet(desk: Desk, month: Demo | None, listening: socket.socket) -> None:
    """Say where it is, and how one signs in."""
    from upheld.serve.request.access import is_loopback

    address, port = listening.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    click.echo(
        one_line(
            f"serving {named(desk.policy())} at http://{shown}:{port}/, and its calls at http://{shown}:{port}/docs"
        )
    )
    if month is not None:
        told = "made by chance" if month.is_made else "as its vendor's example tells it"
        click.echo(
            one_line(f"a month of {len(month.events)} records, {told}; time goes on from {month.until.isoformat()}")
        )
    if desk.tokens.are_any():
        click.echo("sign in with a token; `upheld desk token` makes one")
    else:
        click.echo("nobody needs to sign in on this machine, until `upheld desk token` has made a token")
        if not is_loopback(address):
            click.echo("warning: there is no token, so nobody elsewhere is served", err=True)


def _run(app: Any, listening: socket.socket, proxies: tuple[str, ...]) -> None:
    """Serve an application until a signal comes, and let what is under way be done."""
    import uvicorn

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=[*proxies],
        timeout_graceful_shutdown=DRAIN_S,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _log() -> None:
    """What is said of requests goes to standard error; of the server, what is wrong alone."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger("asyncio").filters[:] = [open_files.OneLine()]
    for name, level in (("upheld.serve", logging.INFO), ("uvicorn.error", logging.WARNING), ("asyncio", logging.ERROR)):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers[:] = [handler]
