"""A receiver on a real socket of this machine, which does what a test has it do."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

Behaviour = Callable[["Receiver", socket.socket], None]


@dataclass
class Request:
    """What it was sent."""

    head: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """Where it listens, what it was sent so far, and what it does to the next ones; the last goes on."""

    port: int
    behaves: list[Behaviour]
    requests: list[Request] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?a=1"

    @property
    def told(self) -> list[str]:
        """The tickets and kinds that it was told, each time it was."""
        return [f"{each.event['subject']} {each.event['type']}" for each in self.requests]

    @property
    def ids(self) -> list[str]:
        return [each.headers["webhook-id"] for each in self.requests]


def says(status: int, *lines: str, body: bytes = b"") -> Behaviour:
    """It answers with a status, and closes."""
    head = "\r\n".join([f"HTTP/1.1 {status} X", *lines, f"Content-Length: {len(body)}", "", ""])
    return lambda _, connection: connection.sendall(head.encode() + body)


def hangs(receiver: Receiver, connection: socket.socket) -> None:
    """It says nothing, until whoever asks has gone."""
    with suppress(OSError):
        connection.recv(1)


def drips(receiver: Receiver, connection: socket.socket) -> None:
    """It answers a byte at a time, each in time."""
    with suppress(OSError):
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1_000:
            connection.sendall(bytes([byte]))
            if receiver.stopped.wait(0.03):
                return


def floods(receiver: Receiver, connection: socket.socket) -> None:
    """It answers with a header that does not end."""
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while not receiver.stopped.is_set():
            connection.sendall(b"y" * 65_536)


def huge(receiver: Receiver, connection: socket.socket) -> None:
    """It says 200, and has more to say than anybody reads."""
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        while not receiver.stopped.is_set():
            connection.sendall(b"y" * 65_536)


def hangs_up(receiver: Receiver, connection: socket.socket) -> None:
    """It has it all, and closes without a word."""


def cut_short(receiver: Receiver, connection: socket.socket) -> None:
    """It says 200, and closes before the body that it announced."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")


def twice(receiver: Receiver, connection: socket.socket) -> None:
    """It says 200 twice."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def babbles(receiver: Receiver, connection: socket.socket) -> None:
    """It speaks no HTTP."""
    connection.sendall(b"220 mail.example.com ESMTP\r\n")


@contextmanager
def receiving(*behaves: Behaviour, context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that listens; of several behaviours each is for one request."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        made = Receiver(listening.getsockname()[1], [*behaves] or [says(200)])
        thread = Thread(target=_serve, args=(made, listening, context))
        thread.start()
        try:
            yield made
        finally:
            made.stopped.set()
            thread.join()


def _serve(receiver: Receiver, listening: socket.socket, context: ssl.SSLContext | None) -> None:
    while not receiver.stopped.is_set():
        try:
            connection, _ = listening.accept()
        except TimeoutError:
            continue
        with connection:
            connection.settimeout(5)
            with suppress(OSError):
                if context is None:
                    _answer(receiver, connection)
                else:
                    with context.wrap_socket(connection, server_side=True) as wrapped:
                        _answer(receiver, wrapped)


def _answer(receiver: Receiver, connection: socket.socket) -> None:
    text = b""
    while b"\r\n\r\n" not in text:
        part = connection.recv(65_536)
        if not part:
            return
        text += part
        if text.startswith(b"\x16"):  # TLS, of which it knows nothing
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return
    head, _, body = text.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers["content-length"]):
        body += connection.recv(65_536)
    receiver.requests.append(Request(first, headers, body))
    behave = receiver.behaves.pop(0) if len(receiver.behaves) > 1 else receiver.behaves[0]
    behave(receiver, connection)
