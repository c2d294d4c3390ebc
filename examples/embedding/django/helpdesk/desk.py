"""The desk of the product, and what it hears."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from helpdesk.models import Happening, Request
from upheld import Desk, Event
from upheld.desk import Answer


def desk() -> Desk:
    """The desk of this process: one that was opened before a fork stays with the parent, untouched."""
    return _opened(settings.DESK_URL, os.getpid())


@cache
def _opened(url: str, process: int) -> Desk:
    return Desk.open(url)


def note(request: Request, event: str, actor: str, **data: Any) -> Happening:
    """Write down what happened, in the transaction that is under way."""
    record = {"ticket": f"R-{request.pk}", "at": timezone.now().isoformat(), "event": event, "actor": actor}
    return Happening.objects.create(request=request, record={**record, "customer": request.customer, "data": data})


def tell_later(happening: Happening) -> None:
    """Tell the desk once the transaction is through; what goes wrong then is logged, and the worker tells it."""
    transaction.on_commit(lambda: tell(happening), robust=True)


def tell(happening: Happening) -> Answer:
    """Tell the desk, once or several times: the key makes it count once. Then do what follows from its answer.

    Late ones are put in their place: transactions may be through in another order than they began.
    """
    event = Event.from_record(happening.record)
    answer = desk().submit(event, key=str(happening.key), source="helpdesk", late="insert")
    with transaction.atomic():
        if answer.accepted and event.event == "close":
            Request.objects.filter(pk=happening.request_id).update(closed_by=event.actor)
        Happening.objects.filter(pk=happening.pk).update(code=answer.code or "")
    return answer
