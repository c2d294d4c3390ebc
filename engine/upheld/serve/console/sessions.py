"""Sessions: who signed in to the console, until they sign out, are away for long, or their token opens nothing more.

A session lives in this process: its cookie is a text drawn at random, of which a digest is kept. The token is asked of
the desk anew with every page, so that one which was revoked opens none.

Source: DESIGN section 13, "Sessions of the console"; THREATS H01, H04.
"""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Final

AWAY_S: Final = 2 * 3600
"""How long a session lasts that nobody uses."""
LONGEST_S: Final = 12 * 3600
MOST: Final = 10_000
"""Sessions of a process; of more the one that was not used for longest ends."""


@dataclass(slots=True)
class Session:
    """Somebody who signed in.

    Attributes:
        csrf: What forms send with them, which no other site can know.
        begun_s, used_s: When, by the service's own clock.
    """

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    begun_s: float
    used_s: float


class Sessions:
    """Those of a process.

    Args:
        now_s: A clock that never goes back.

    Attributes:
        here_csrf: For whoever is on this very machine, and needs no session while the desk has no token.
    """

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._lock = Lock()
        self._held: OrderedDict[bytes, Session] = OrderedDict()
        self.here_csrf = secrets.token_urlsafe(24)

    def begin(self, token: str) -> str:
        """A new session, of whoever came with this token, which is good; what its cookie holds."""
        cookie, now_s = secrets.token_urlsafe(32), self._now_s()
        with self._lock:
            self._held[_digest(cookie)] = Session(token, secrets.token_urlsafe(24), now_s, now_s)
            while len(self._held) > MOST:
                self._held.popitem(last=False)
        return cookie

    def of(self, cookie: str) -> Session | None:
        """The session of a cookie, while it lasts."""
        name, now_s = _digest(cookie), self._now_s()
        with self._lock:
            found = self._held.get(name)
            if found is None:
                return None
            if now_s - found.used_s > AWAY_S or now_s - found.begun_s > LONGEST_S:
                del self._held[name]
                return None
            found.used_s = now_s
            self._held.move_to_end(name)
            return found

    def end(self, cookie: str) -> None:
        """Have a session end."""
        with self._lock:
            self._held.pop(_digest(cookie), None)


def same(one: str, other: str) -> bool:
    """Whether two secrets are the same, which takes as long as it would if they were not."""
    return bool(one) and hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _digest(cookie: str) -> bytes:
    return sha256(cookie.encode("utf-8", "replace")).digest()
