"""Sending: dispatches to their receivers, signed, and what is made of what these say.

A receiver has a dispatch once it says 2xx, whatever it does afterwards; 410 says that it wants nothing any more. All
else is a failure, a redirect too: whoever moved registers the new address. A worker that dies between the answer and
the note of it sends again, by the same `webhook-id`.

Source: Standard Webhooks 1.0, "Payload signing", "Delivery"; DESIGN section 13; THREATS D07.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from standardwebhooks import Webhook

from upheld.desk import Desk
from upheld.desk.webhooks.dispatches import Dispatch, Outcome
from upheld.desk.webhooks.endpoints import Endpoint
from upheld.desk.worker import Turn
from upheld.serve.webhooks import cloud_event
from upheld.serve.webhooks.dialling import Unanswered, Within, posted

AGENT: Final = "upheld-webhooks"
LONGEST_AFTER_S: Final = 24 * 3600
_GONE: Final = 410


def _now() -> datetime:
    return datetime.now(UTC)


class Sender:
    """Sends what waits for the endpoints of a desk.

    Args:
        now: The time that a signature is of.
        within: The limits of each request.
        context: Whose certificates are trusted; by default those that this machine trusts.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        now: Callable[[], datetime] = _now,
        within: Within | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._dispatches = desk.webhooks.dispatches
        self._now, self._within = now, within or Within()
        self._context = context or ssl.create_default_context()  # once: it reads every certificate that is trusted

    def turn(self, is_stopped: Callable[[], bool] = lambda: False) -> Turn:
        """Some of what waits for one endpoint; after a failure the rest of it is left for later.

        Raises: Busy, DeskError as the desk does.
        """
        claimed = self._dispatches.claim()
        if not claimed:
            return Turn()
        sent, failed, tried = 0, list[tuple[str, str, str]](), 0
        for each in claimed:
            if failed or is_stopped():
                break
            tried += 1
            outcome = self.tried(each)
            is_noted = self._dispatches.settle(each, outcome)
            if outcome.why:
                failed.append((each.message.ticket, each.id, outcome.why))
            else:
                sent += is_noted
        self._dispatches.release(claimed[0].endpoint, claimed[tried:])
        return Turn(sent=sent, failed=tuple(failed))

    def tried(self, dispatch: Dispatch) -> Outcome:
        """What becomes of one try."""
        return self._outcome(dispatch.endpoint, dispatch.id, cloud_event.body_of(dispatch))

    def test(self, endpoint: Endpoint) -> Outcome:
        """What becomes of an event that only tries the way; nothing is noted of it."""
        at = self._now()
        id = f"test_{endpoint.id}_{int(at.timestamp())}"
        return self._outcome(endpoint, id, cloud_event.body(endpoint.id, id, cloud_event.TEST, "", at, {}))

    def _outcome(self, endpoint: Endpoint, id: str, body: bytes) -> Outcome:
        headers = {
            "Host": _host(endpoint),
            "User-Agent": AGENT,
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        headers |= {"Content-Type": cloud_event.MEDIA_TYPE, **signed(endpoint.secrets, id, self._now(), body)}
        try:
            reply = posted(endpoint.address, body, headers, self._within, self._context)
        except Unanswered as error:
            return Outcome(f"{endpoint.id}: {error}")
        if 200 <= reply.status < 300:
            return Outcome()
        is_gone, after_s = reply.status == _GONE, min(reply.after_s, LONGEST_AFTER_S)
        told = "and redirects are not followed" if 300 <= reply.status < 400 else ""
        told = "and wants nothing any more" if is_gone else told
        return Outcome(f"{endpoint.id} says {reply.status}{f', {told}' if told else ''}", is_gone, after_s)


def signed(secrets: Sequence[str], id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers that say who sends a body, and that it is as it was sent; a signature for each secret."""
    text, instant = body.decode("utf-8"), datetime.fromtimestamp(int(at.timestamp()), UTC)
    signatures = [Webhook(each).sign(id, instant, text) for each in secrets]
    stamp = str(int(at.timestamp()))
    return {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": " ".join(signatures)}


def _host(endpoint: Endpoint) -> str:
    """The host as a request names it."""
    return endpoint.address.url.partition("://")[2].partition("/")[0].partition("?")[0]
