"""Addresses: where a webhook may go, which is the open internet and nothing of ours.

Whoever registers an address chooses what this machine connects to, and a name says something else to everybody who asks
when they ask. So an address is checked when it is registered, and each time the very number that is dialled: names are
resolved here, once, and what is connected to is what was checked. A number is allowed by what it is and not by what it
is not: of IPv6 only what is given out for unicast, without the parts that lead to IPv4 by another way.

    >>> is_open("93.184.215.14"), is_open("10.0.0.1"), is_open("::ffff:93.184.215.14"), is_open("2002:5db8:d70e::1")
    (True, False, False, False)

Source: THREATS H03; IANA, "IPv4 Special-Purpose Address Registry", "IPv6 Special-Purpose Address Registry".
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from upheld.core.errors import ArgumentError
from upheld.core.nearest import quoted

LONGEST: Final = 2_000
RESOLVED_S: Final = 10.0
"""For how long a name may take to be resolved."""

_CLOSED_V4: Final = tuple(
    map(
        ip_network,
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 "
        "203.0.113.0/24 224.0.0.0/4 240.0.0.0/4".split(),
    )
)
_OPEN_V6: Final = ip_network("2000::/3")
_CLOSED_V6: Final = tuple(map(ip_network, "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20".split()))
_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_OUR_OWN: Final = frozenset(
    "alt arpa corp home internal intranet invalid lan local localdomain localhost onion".split()
)
"""Names that no registry gives out end so; what they lead to is near."""
_PORTS: Final = {"https": 443, "http": 80}
_ADVICE: Final = "a webhook goes to a server in the open internet"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a webhook goes.

    Attributes:
        url: As it was registered.
        host: A name, or a number without brackets.
        is_local: Whether it is this very machine, which whoever develops asks for.
    """

    url: str
    scheme: str
    host: str
    port: int
    is_local: bool = False

    def numbers(self) -> tuple[str, ...]:
        """The numbers to dial, each of them allowed.

        Raises: ArgumentError for a name that leads to none, and where one of them is not allowed.
        """
        found = (self.host,) if _is_number(self.host) else _resolved(self.host, self.port)
        for each in found:
            if self.is_local and not _parsed(each).is_loopback:
                raise ArgumentError(f"{quoted(self.host)} leads to {quoted(each)}, and not to this machine")
            if not self.is_local and not is_open(each):
                raise ArgumentError(f"{quoted(self.host)} leads to {quoted(each)}, which is no open address: {_ADVICE}")
        return found


def address_of(url: str, *, allow_loopback: bool = False) -> Address:
    """The address that a URL is; nothing is resolved yet.

    Args:
        allow_loopback: Whether it is one of this machine, then by `http` too: for development.

    Raises: ArgumentError for what is no plain URL of `https`, and for a number that is not allowed.
    """
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        told = "is no address: letters of ASCII without spaces, and a name from elsewhere as `xn--…`"
        raise ArgumentError(f"{quoted(url[:80])} {told}")
    try:
        split = urlsplit(url)
        host, port = split.hostname or "", split.port
    except ValueError:
        raise ArgumentError(f"{quoted(url)} is no address: write `https://hooks.example.com/path`") from None
    schemes = ("https", "http") if allow_loopback else ("https",)
    if split.scheme not in schemes or not url[len(split.scheme) :].startswith("://"):
        raise ArgumentError(f"{quoted(url)} does not begin with `https://`: what is told is nobody else's business")
    if "@" in split.netloc:
        raise ArgumentError("a name and password before `@` are secrets in an address: the signature is what tells us")
    if split.fragment or url.endswith("#"):
        raise ArgumentError(f"{quoted(url)} has a part behind `#`, which is not sent: leave it out")
    if port == 0:
        raise ArgumentError(f"{quoted(url)} has the port 0, which is none")
    _check_host(host, split.netloc, is_local=allow_loopback)
    made = registered(url, is_local=allow_loopback)
    if _is_number(host):
        made.numbers()
    return made


def registered(url: str, *, is_local: bool) -> Address:
    """The address of a URL that was looked at when it was registered; its numbers are looked at when it is dialled."""
    split = urlsplit(url)
    return Address(url, split.scheme, split.hostname or "", split.port or _PORTS[split.scheme], is_local)


def is_open(number: str) -> bool:
    """Whether a number is of the open internet: a unicast address that is reached as what it is."""
    try:
        found = _parsed(number)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in each for each in _CLOSED_V4)
    return found.scope_id is None and found in _OPEN_V6 and not any(found in each for each in _CLOSED_V6)


def _check_host(host: str, netloc: str, *, is_local: bool) -> None:
    """Raises: ArgumentError for a host that is no name of the internet, nor a number in its one spelling."""
    if "[" in netloc:
        if not _is_number(host):
            raise ArgumentError(f"{quoted(host)} is no number of IPv6, as it is written in brackets")
        return
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]) or (_NUMBER.fullmatch((labels[-2:] or [""])[0]) and not labels[-1]):
        if not _is_number(host):
            raise ArgumentError(f"{quoted(host)} is a number in an unusual spelling: write it as `93.184.215.14`")
        return
    if not all(map(_LABEL.fullmatch, labels)) or len(host) > 253:
        told = "letters, digits and hyphens, with points between them and none at the end"
        raise ArgumentError(f"{quoted(host)} is no name of a server: {told}")
    if not is_local and (len(labels) == 1 or labels[-1] in _OUR_OWN):
        raise ArgumentError(f"{quoted(host)} is no name of the open internet: {_ADVICE}")


def _is_number(host: str) -> bool:
    try:
        _parsed(host)
    except ValueError:
        return False
    return True


def _parsed(number: str) -> IPv4Address | IPv6Address:
    return ip_address(number)


def _resolved(host: str, port: int) -> tuple[str, ...]:
    """The numbers of a name, in the system's order, each once. Raises: ArgumentError."""
    told: SimpleQueue[list[str] | None] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            told.put([str(each[4][0]) for each in found])
        except (OSError, UnicodeError):
            told.put(None)

    Thread(target=ask, daemon=True).start()  # nobody can be asked to resolve within a time
    try:
        numbers = told.get(timeout=RESOLVED_S)
    except Empty:
        numbers = None
    if not numbers:
        raise ArgumentError(f"{quoted(host)} is no name of a server, or it cannot be resolved now")
    return tuple(dict.fromkeys(numbers))
