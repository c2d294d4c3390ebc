"""Bodies: what is sent to a door, bounded in type, length and time before anybody reads it, and read as strict JSON.

Source: DESIGN section 13; THREATS H02, H01 ("token in a URL").
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from upheld.core.nearest import listed, meant, quoted
from upheld.desk.people.tokens import SHAPE
from upheld.history.format.json_text import JsonText
from upheld.serve.problems import Problem
from upheld.serve.request.access import Needs
from upheld.serve.settings import Settings

JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"
SLOWEST_BYTES_PER_S: Final = 1_000
"""Of a stream, on average; who is slower than that holds a place that others wait for."""
_MOST_DIGITS: Final = 19


def _no_number(text: str) -> object:
    raise ValueError(f"`{text}` is no number of JSON")


_SAYS: Final = {
    "twice": "key {} is given twice: each may be given once",
    "deep": "this is nested too deeply: a record holds plain values, and lists of them",
}
_JSON: Final = JsonText(
    integer=lambda text: int(text) if len(text) <= _MOST_DIGITS else float(text),
    real=float,
    constant=_no_number,
    **_SAYS,
)
AS_WRITTEN: Final = JsonText(integer=str, real=str, constant=_no_number, **_SAYS)
"""Numbers as texts, as exports are read: an id is no number to count with."""


def check_address(request: Request) -> None:
    """Raises: Problem where a token stands in the address, which is logged on its way."""
    raw = request.scope.get("raw_path") or request.scope["path"].encode("utf-8", "replace")
    for part in (raw, request.scope.get("query_string", b"")):
        if SHAPE.search(unquote(part.decode("latin-1"))):
            raise Problem("token-in-url")


def check_query(request: Request, known: Sequence[str]) -> None:
    """Raises: Problem for a parameter that the door does not know, or that stands there twice."""
    if not request.scope.get("query_string"):
        return
    given = [name for name, _ in request.query_params.multi_items()]
    advice = f"there are {listed(known)}" if known else "this door has none"
    unknown = [f"no parameter {quoted(name)}; {meant(name, known, advice)}" for name in given if name not in known]
    twice = [f"{quoted(name)} is given twice" for name in known if given.count(name) > 1]
    if unknown or twice:
        raise Problem("bad-value", problems=(*unknown, *twice))


def type_of(request: Request) -> str:
    """The type of a body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def value_of(text: bytes, read: JsonText = _JSON) -> object:
    """The one value of a body. Raises: Problem where there is none, or none that could be meant."""
    try:
        return read.only(text.decode("utf-8"))
    except UnicodeDecodeError:
        raise Problem("not-json", "it is no UTF-8") from None
    except ValueError as error:
        raise Problem("not-json", str(error)) from None


class Taken:
    """The body of a request as its door takes it.

    Args:
        needs: Of the door: which types it takes, and how long they may be.
        is_stream: Whether it may be long, and take long as a whole.
    """

    def __init__(self, needs: Needs, settings: Settings, request: Request, is_stream: bool) -> None:
        self._needs, self._settings, self._request = needs, settings, request
        self._type = type_of(request)
        self._may_stream, self._is_stream = is_stream, is_stream and self._type == LINES
        default = settings.stream_max_bytes if self._is_stream else settings.body_max_bytes
        self._max_bytes = (needs.body_max_bytes if needs.body_max_bytes is not None else default) if needs.takes else 0
        self._bytes, self._waited_s = 0, 0.0

    @property
    def may_last(self) -> bool:
        """Whether it may take as long as it wants."""
        return self._is_stream or (self._may_stream and not self._needs.takes)

    def check_head(self) -> None:
        """What can be said before a byte is read. Raises: Problem."""
        if self._needs.takes and self._type not in self._needs.takes:
            takes = " or ".join(f"`{each}`" for each in self._needs.takes)
            raise Problem("wrong-type", f"it takes {takes}", headers={"Accept": ", ".join(self._needs.takes)})
        length = self._request.headers.get("content-length", "")
        if length and (not length.isascii() or not length.isdigit()):
            raise Problem("bad-request", "`Content-Length` is no number")
        if length and (len(length) > 15 or int(length) > self._max_bytes):
            raise self._too_large()

    async def receive(self) -> Message:
        """The next part. Raises: Problem where it is too much, or does not come."""
        began_s = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._left_s()):
                message = await self._request.receive()
        except TimeoutError:
            raise Problem("too-slow", headers={"Connection": "close"}) from None
        self._waited_s += asyncio.get_running_loop().time() - began_s
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        self._bytes += len(message.get("body", b""))
        if self._bytes > self._max_bytes:
            raise self._too_large()
        return message

    def _left_s(self) -> float:
        """For how long may still be waited: of a stream, longer as more of it has come."""
        earned_s = self._bytes / SLOWEST_BYTES_PER_S if self._is_stream else 0
        return max(self._settings.body_wait_s + earned_s - self._waited_s, 0)

    def _too_large(self) -> Problem:
        most = f"at most {self._max_bytes:,} bytes" if self._needs.takes else "it takes none"
        return Problem("too-large", most, headers={"Connection": "close"})
