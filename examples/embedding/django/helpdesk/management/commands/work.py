"""``manage.py work``: as many of it as there is work for."""

from __future__ import annotations

import logging
import signal
from threading import Event
from typing import Any

from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from helpdesk.desk import desk, tell
from helpdesk.models import Happening

from upheld import KeyConflict, RecordError, TicketError, UpheldError

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Tell the desk what it has not heard, let its time pass and send its messages, until SIGTERM."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """One round is what a test wants, or cron."""
        parser.add_argument("--once", action="store_true", help="one round, and no more")

    def handle(self, *, once: bool, **options: Any) -> None:
        """Rounds, with a second between them."""
        stop = Event()
        if not once:
            signal.signal(signal.SIGTERM, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()  # those of Django, as it does for each request
            try:
                one_round()
            except UpheldError as error:
                log.error("%s", error)  # the desk is away, the worker is not
            if once or stop.wait(1):
                return


def one_round() -> None:
    """What is there to do by now."""
    for happening in Happening.objects.filter(code=None).order_by("pk"):
        try:
            tell(happening)
        except (RecordError, TicketError, KeyConflict) as error:
            log.error("%s: %s", happening.key, error)  # it is wrong, and those after it are not
    desk().run_due()
    while messages := desk().outbox.claim():
        for message in messages:
            about = message.document.get("about") or message.document["kind"]
            try:
                send_mail(f"{message.ticket}: {about}", "", None, ["support@example.org"])
            except OSError:
                desk().outbox.failed(message)
            else:
                desk().outbox.done(message)
