"""The desk of the product, and what it hears."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction

from helpdesk.models import Happening, Request
from upheld import Desk, Event
from upheld.desk.submission import Answer


def desk() -> Desk:
    """The desk of this process: one that was opened before a fork stays with the parent, untouched."""
    return _opened(settings.DESK_URL, os.getpid())


@cache
def _opened(url: str, process: int) -> Desk:
    return Desk.open(url)


def note(request: Request, event: str, actor: str, **data: Any) -> Happening:
    """Write down what happened, in the transaction that is under way; the desk hears of it once that is through.

    What is not told then (the desk is away, the process dies) is told by the worker.
    """
    happening = Happening.objects.create(request=request, event=event, actor=actor, data=data)
    transaction.on_commit(lambda: tell(happening), robust=True)  # what it raises is logged
    return happening


def tell(happening: Happening) -> Answer:
    """Tell the desk, once or several times: the key makes it count once. Then do what follows from its answer.

    Late ones are put in their place: transactions may be through in another order than they began.
    """
    request = happening.request
    event = Event(
        f"R-{request.pk}",
        happening.at,
        happening.event,
        happening.actor,
        customer=request.customer,
        data=happening.data,
    )
    answer = desk().submit(event, key=str(happening.pk), source="helpdesk", late="insert")
    with transaction.atomic():
        if answer.accepted and happening.event == "close":
            Request.objects.filter(pk=request.pk).update(closed_by=happening.actor)
        happening.code = answer.code or ""
        happening.save(update_fields=["code"])
    return answer
