"""A worker: lets time pass on what is due, and delivers what is asked for, a turn at a time.

Any number of workers may turn at once, in one process or several: timers are claimed in transactions, messages by
leases. Whoever wants a worker to stop is asked between transactions, so that nothing is half done; what was claimed and
not tried is given back.

Source: DESIGN section 10, "Time", "Outbox"; THREATS T08, D06, D07.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from upheld.desk.desk import Desk
from upheld.desk.telling.delivery import Deliver
from upheld.desk.telling.due import AT_ONCE

CLAIMED: Final = 10
"""Messages of one claim: few, so that all are tried long before the lease ends."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a worker did.

    Attributes:
        tickets: On how many time passed; ``customers``: on whose accounts it did.
        told: Messages that were put into the outbox.
        delivered: Messages that were.
        sent: Webhooks that were received.
        failed: Messages and webhooks that were not, each with its ticket, its id and why.
        stuck: Tickets whose time cannot go on, each with why.
    """

    tickets: int = 0
    told: int = 0
    delivered: int = 0
    sent: int = 0
    failed: tuple[tuple[str, str, str], ...] = ()
    stuck: tuple[tuple[str, str], ...] = ()
    customers: int = 0

    def and_then(self, other: Turn) -> Turn:
        """Both together."""
        return Turn(
            self.tickets + other.tickets,
            self.told + other.told,
            self.delivered + other.delivered,
            self.sent + other.sent,
            self.failed + other.failed,
            self.stuck + other.stuck,
            self.customers + other.customers,
        )

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.tickets or self.customers or self.delivered or self.sent or self.failed)


Send = Callable[[Callable[[], bool]], Turn]
"""Sends some of the webhooks that wait, until it is asked to stop."""


class Worker:
    """One worker of a desk.

    Args:
        deliver: Takes messages; ``None`` leaves the outbox alone.
        is_stopped: Whether somebody wants it to stop.
        send: Sends webhooks, if it is to.
    """

    def __init__(
        self,
        desk: Desk,
        deliver: Deliver | None,
        is_stopped: Callable[[], bool] = lambda: False,
        send: Send | None = None,
    ) -> None:
        self._desk = desk
        self._deliver = deliver
        self._is_stopped = is_stopped
        self._send = send

    def turn(self) -> Turn:
        """Some of what is due, and some of what waits to be told. Raises: Busy, DeskError as the desk does."""
        ran = self._desk.run_due(limit=AT_ONCE)
        made = Turn(ran.tickets, ran.messages, stuck=ran.failed, customers=ran.customers)
        if self._deliver is not None and not self._is_stopped():
            made = made.and_then(self._delivered(self._deliver))
        if self._send is not None and not self._is_stopped():
            made = made.and_then(self._send(self._is_stopped))
        return made

    def _delivered(self, deliver: Deliver) -> Turn:
        claimed = self._desk.outbox.claim(limit=CLAIMED)
        number, failed = 0, list[tuple[str, str, str]]()
        for place, message in enumerate(claimed):
            if self._is_stopped():
                self._desk.outbox.release(claimed[place:])
                break
            why = deliver(message)
            if why:
                self._desk.outbox.failed(message)
                failed.append((message.ticket, message.id, why))
            else:
                number += self._desk.outbox.done(message)
        return Turn(delivered=number, failed=tuple(failed))
