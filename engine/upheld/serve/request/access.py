"""Access: who asks, and what a door needs of whoever does.

A token says in which roles it may act and whose tickets it is shown; without any token in the desk, whoever is on this
very machine may do everything, and nobody else anything.

Source: DESIGN section 13, "Access"; THREATS H01.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Final, Literal
from urllib.parse import urlsplit

from starlette.requests import Request

from upheld.core.record.ticket import Ticket
from upheld.desk import Desk
from upheld.desk.people.tokens import Token
from upheld.serve.problems import Problem

BEARER: Final = "bearer "
LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Names of this machine; a page from elsewhere that has its own name lead here is not one of them."""
KEPT_S: Final = 1.0
"""For how long a token that was good is not asked for again: so long does one open that another process revokes."""
_PROXIED: Final = ("forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip")
_PROXIED_PREFIX: Final = "x-forwarded-"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever asks.

    Attributes:
        name: For the log, and for whose rate it counts; no secret.
        roles: In which it may act; ``None`` for any.
        customer: Whose tickets it is shown; ``""`` for all.
        source: Of its idempotency keys.
    """

    name: str
    roles: frozenset[str] | None
    customer: str = ""
    source: str = "http"

    @property
    def sees_all(self) -> bool:
        """Whether it is shown every customer's tickets."""
        return not self.customer

    def acts_as(self, role: str) -> bool:
        """Whether it may act in a role."""
        return self.roles is None or role in self.roles

    def sees(self, customer: str) -> bool:
        """Whether it is shown what is of a customer."""
        return self.sees_all or customer == self.customer

    def may_see(self, found: Ticket | None) -> Ticket:
        """A ticket that it is shown. Raises: Problem, the same where there is none and where it is another's."""
        if found is None or not self.sees(found.customer):
            raise Problem("not-found")
        return found


ON_THIS_MACHINE: Final = Reader("this machine", None)


def reader_of(token: Token) -> Reader:
    """Who comes with a token."""
    return Reader(token.id, frozenset(token.roles), token.customer, f"http:{token.name}:{token.customer}")


def by_token(request: Request) -> Reader | None:
    """Whoever sends a token, or is on this very machine where the desk has none. It asks the desk, so it may wait."""
    desk: Desk = request.app.state.desk
    scheme, text = _authorization(request)
    if scheme:
        found = desk.tokens.found(text) if scheme == BEARER else None
        return None if found is None else reader_of(found)
    return ON_THIS_MACHINE if is_local(request) and not desk.tokens.are_any() else None


def known(request: Request) -> Reader | None:
    """Whoever was found a moment ago, by a token or for want of any; it asks nobody, and does not wait."""
    desk: Desk = request.app.state.desk
    scheme, text = _authorization(request)
    if scheme:
        found = desk.tokens.kept(text, KEPT_S) if scheme == BEARER else None
        return None if found is None else reader_of(found)
    return ON_THIS_MACHINE if is_local(request) and desk.tokens.were_none(KEPT_S) else None


def has_token(request: Request) -> bool:
    """Whether it comes with a token, if a wrong one."""
    return bool(_authorization(request)[0])


def _authorization(request: Request) -> tuple[str, str]:
    given = request.headers.getlist("authorization")
    if not given:
        return "", ""
    text = given[0]
    is_one = len(given) == 1 and text[: len(BEARER)].lower() == BEARER
    return (BEARER, text[len(BEARER) :].strip()) if is_one else ("other", "")


def is_forged(request: Request) -> bool:
    """Whether a browser sends it on behalf of a page from elsewhere, to do what whoever sits there may do."""
    if request.method in ("GET", "HEAD"):
        return False
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in (None, "same-origin", "none"):
        return True
    return origin is not None and not is_own(origin, request)


def is_own(origin: str, request: Request) -> bool:
    """Whether a page of this origin is one of ours; what cannot be read is not."""
    try:
        return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
    except ValueError:
        return False


def is_local(request: Request) -> bool:
    """Whether it comes from this machine, by a name of it, and through nobody in between."""
    client = request.client
    if client is None or request.scope.get("http_version") == "1.0":  # which proxies speak that say nothing of it
        return False
    if any(name in _PROXIED or name.startswith(_PROXIED_PREFIX) for name in request.headers):
        return False
    host = request.headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name.lower() in LOCAL_HOSTS and is_loopback(client.host)


@lru_cache(1_000)
def is_loopback(host: str) -> bool:
    """Whether an address is of the machine itself.

    >>> is_loopback("127.0.0.7"), is_loopback("::1"), is_loopback("::ffff:127.0.0.1"), is_loopback("10.0.0.1")
    (True, True, True, False)
    """
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


Sees = Literal["own", "all"]


@dataclass(frozen=True, slots=True)
class Needs:
    """What a door needs of whoever comes, asked before its handler runs and before a byte of the body is read.

    Attributes:
        reader: Whether it needs to know who that is.
        acts: Whether to act in some role.
        sees: Whether what it shows is for those alone who see every customer.
        takes: The types of body that it takes; none for a door without one.
        body_max_bytes: Of a body; by default that of the settings.
        per_min: How often one address may come, beside the rate of all doors.
        by: Who it is that comes: by token, or by whatever a package of doors has of its own.
    """

    reader: bool = True
    acts: bool = False
    sees: Sees = "own"
    takes: tuple[str, ...] = ()
    body_max_bytes: int | None = None
    per_min: int | None = None
    by: Callable[[Request], Reader | None] = by_token

    def check(self, reader: Reader | None) -> None:
        """Raises: Problem for somebody whom the door is not for."""
        if not self.reader:
            return
        if reader is None:
            raise Problem("no-token")
        if self.sees == "all" and not reader.sees_all:
            raise Problem("forbidden", "it shows every customer's, and the token sees one alone")
        if self.acts and reader.roles is not None and not reader.roles:
            raise Problem("forbidden", "the token only reads: it acts in no role")


ANYBODY: Final = Needs(reader=False)
