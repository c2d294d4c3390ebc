"""Dialling: one request to an address that was checked, and what its receiver says, within limits.

The receiver is nobody's friend. The connection goes to a number that was allowed a moment ago, never to a name that
somebody else resolves again; nothing is followed, no proxy is asked, the certificate is of the name. All of it
together has one deadline, so that a byte a second is as good as none, and only so many bytes are read. Of the answer
its status counts, and its body is not looked at.

Source: THREATS D07, H03.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpcore

from upheld.core.errors import ArgumentError
from upheld.desk.webhooks.address import Address

CONNECT_S: Final = 5.0
READ_S: Final = 10.0
WHOLE_S: Final = 20.0
"""Ten of them are done before the lease of an endpoint ends."""
MOST_BYTES: Final = 64_000
"""Of an answer, its headers included."""


@dataclass(frozen=True, slots=True)
class Within:
    """The limits of a request."""

    connect_s: float = CONNECT_S
    read_s: float = READ_S
    whole_s: float = WHOLE_S
    most_bytes: int = MOST_BYTES


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver says: a status, and after how many seconds it wants to be asked again, where it says so."""

    status: int
    after_s: int = 0


class Unanswered(Exception):
    """There was no answer; the text says why, and nothing of what was sent."""


def posted(
    address: Address,
    body: bytes,
    headers: Mapping[str, str],
    within: Within,
    trusted: ssl.SSLContext,
) -> Reply:
    """What the receiver at an address says to a body. Raises: Unanswered."""
    wire = _Wire(address, within, time.monotonic() + within.whole_s)
    timeouts = {"connect": within.connect_s, "read": within.read_s, "write": within.read_s, "pool": 1.0}
    sent = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    try:
        with (
            httpcore.ConnectionPool(ssl_context=trusted, network_backend=wire, retries=0) as pool,
            pool.stream("POST", address.url, headers=sent, content=body, extensions={"timeout": timeouts}) as response,
        ):
            return Reply(response.status, _after_s(response.headers))
    except ArgumentError as error:
        raise Unanswered(str(error)) from None
    except httpcore.TimeoutException:
        raise Unanswered(
            f"it took too long: {within.whole_s:g} s for all of it, or {within.read_s:g} s for a part"
        ) from None
    except httpcore.ConnectError as error:
        raise Unanswered(_refused(error)) from None
    except (httpcore.ProtocolError, httpcore.NetworkError, httpcore.UnsupportedProtocol, _TooMuch, ValueError):
        raise Unanswered("what came back is no answer of HTTP, or the connection broke") from None


class _TooMuch(Exception):
    """More bytes came than anybody needs."""


class _Wire(httpcore.NetworkBackend):
    """Connects to the checked numbers of one address, and to nothing else."""

    def __init__(self, address: Address, limits: Within, until: float) -> None:
        self._address, self._limits, self._until = address, limits, until
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        assert (host.strip("[]"), port) == (self._address.host, self._address.port), "one address is dialled"
        failed: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for number in self._address.numbers():
            left = min(self._limits.connect_s, self._until - time.monotonic())
            if left <= 0:
                raise failed or httpcore.ConnectTimeout
            try:
                stream = self._plain.connect_tcp(number, port, left, None, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
                continue
            return _Bounded(stream, self._until, _Left(self._limits.most_bytes))
        raise failed or httpcore.ConnectError("no number")


@dataclass(slots=True)
class _Left:
    """How many bytes may still come; of a stream and of the one that is made of it."""

    bytes: int


class _Bounded(httpcore.NetworkStream):
    """A connection that ends at an instant, and after so many bytes."""

    def __init__(self, stream: httpcore.NetworkStream, until: float, left: _Left) -> None:
        self._stream, self._until, self._left = stream, until, left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._left.bytes <= 0:
            raise _TooMuch
        most = min(max_bytes, self._left.bytes)
        found = self._stream.read(most, self._time(timeout, httpcore.ReadTimeout))
        self._left.bytes -= len(found)
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._time(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        within = self._time(timeout, httpcore.ConnectTimeout)
        return _Bounded(self._stream.start_tls(ssl_context, server_hostname, within), self._until, self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _time(self, timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise late
        return left if timeout is None else min(left, timeout)


def _refused(error: BaseException) -> str:
    """Why nobody answered, in our words: those of a library change."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "its certificate is not of this name, not of now, or of nobody who is trusted"
        if isinstance(cause, ssl.SSLError):
            return "it does not speak TLS"
        cause = cause.__cause__ or cause.__context__
    return "nobody answers there"


def _after_s(headers: Iterable[tuple[bytes, bytes]]) -> int:
    """What `Retry-After` says in seconds; a date, or anything else, counts as nothing."""
    for name, value in headers:
        if name.lower() == b"retry-after" and value.isdigit() and len(value) < 7:
            return int(value)
    return 0
