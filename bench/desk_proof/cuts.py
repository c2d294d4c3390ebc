"""Cuts: a connection to PostgreSQL that breaks after the server has completed, and before its answer arrives."""

from __future__ import annotations

import random
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import make_url, text

from desk_proof.story import granted, prepaid, story
from upheld import Desk, DeskError

COMMIT = b"COMMIT\x00"


class Wire:
    """A socket between a client and a server that cuts a connection when it is told to.

    Attributes:
        doomed: Whether the next COMMIT is let through, and its answer is not.
    """

    def __init__(self, folder: Path, server: str) -> None:
        self.doomed = False
        self.cut = 0
        self._server = server
        self._ear = socket.socket(socket.AF_UNIX)
        self._ear.bind(str(folder / ".s.PGSQL.5432"))
        self._ear.listen()
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def close(self) -> None:
        """Let nobody in any more, and wait until all are gone."""
        _shut(self._ear)
        for each in self._threads:
            each.join()
        self._ear.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._ear.accept()
                self._threads.append(threading.Thread(target=self._pass, args=(client,)))
                self._threads[-1].start()

    def _pass(self, client: socket.socket) -> None:
        """What goes over one connection."""
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self._server)
            gone = threading.Event()
            asking = threading.Thread(target=self._asks, args=(client, server, gone))
            asking.start()
            self._answers(client, server, gone)
            asking.join()

    def _asks(self, client: socket.socket, server: socket.socket, gone: threading.Event) -> None:
        with suppress(OSError):
            while asked := client.recv(65536):
                if self.doomed and COMMIT in asked:
                    self.doomed, self.cut = False, self.cut + 1
                    gone.set()
                server.sendall(asked)
        _shut(server)

    def _answers(self, client: socket.socket, server: socket.socket, gone: threading.Event) -> None:
        with suppress(OSError):
            while (answered := server.recv(65536)) and not gone.is_set():
                client.sendall(answered)
        _shut(client)
        _shut(server)


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


class Cut(NamedTuple):
    """What came of it: how often it was cut, and what is wrong."""

    times: int
    wrong: list[str]


def cut(url: str, times: int, seed: int = 0) -> Cut:
    """Cut the connection so often while records are submitted; each is sent again with its key."""
    Desk.open(url, policy=prepaid(), contracts=granted(10**6), upgrade=True).close()
    chance, wrong, sent = random.Random(seed), list[str](), 0
    with _wire(url) as (wire, through):
        desk = Desk.open(through)
        for told in islice(story(), 100 * times):
            wire.doomed = chance.random() < 0.5
            before = wire.cut
            try:
                answer = desk.submit(told.event, key=str(told.number), late="insert" if told.late else "refuse")
            except DeskError as error:
                if "send the same again with its key" not in str(error):
                    wrong.append(str(error))
                wire.doomed = False
                answer = desk.submit(told.event, key=str(told.number), late="insert" if told.late else "refuse")
                if not answer.repeated:
                    wrong.append(f"record {told.number} was completed, and is not known")
            else:
                if wire.cut != before:
                    wrong.append(f"nobody was told that the answer to record {told.number} was cut off")
            sent += 1
            if wire.cut >= times:
                break
        desk.close()
    straight = Desk.open(url)
    wrong += [str(each) for each in straight.verify()]
    kept = straight._read(lambda rows: rows.scalar(text("SELECT count(*) FROM upheld_journal")))
    wrong += [] if kept == sent else [f"{kept} records of {sent}"]
    straight.close()
    return Cut(wire.cut, wrong)


@contextmanager
def _wire(url: str) -> Iterator[tuple[Wire, str]]:
    """A wire to the server of an address on a socket, and the address through it."""
    parsed = make_url(url)
    with tempfile.TemporaryDirectory(prefix="wire-") as folder:
        host, port = str(parsed.query["host"]), parsed.port or 5432
        wire = Wire(Path(folder), f"{host}/.s.PGSQL.{port}")
        try:
            yield wire, parsed.set(query={"host": folder}, port=5432).render_as_string(hide_password=False)
        finally:
            wire.close()
