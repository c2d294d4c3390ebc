"""The service's worker: lets time pass and sends mail, until SIGTERM; any number may run.

    TICKETS_MAIL=support@example.org SMTP_HOST=localhost python examples/ticket-service/worker.py

Without ``SMTP_HOST`` it prints what it would send.
"""

from __future__ import annotations

import logging
import os
import signal
import smtplib
import sys
from contextlib import closing
from email.message import EmailMessage
from threading import Event as Signal

from upheld import Desk, UpheldError
from upheld.desk.outbox import Message

log = logging.getLogger("worker")


def mail_of(message: Message, address: str) -> EmailMessage:
    """A message as a mail; in every try it has the same id, by which a receiver knows it again."""
    mail = EmailMessage()
    mail["From"] = address
    mail["To"] = message.document.get("to") if "@" in (message.document.get("to") or "") else address
    mail["Message-ID"] = f"<{message.id}@{address.partition('@')[2]}>"
    mail["Subject"] = f"[{message.ticket}] {message.document.get('about') or message.document['kind']}"
    mail.set_content("\n".join(f"{name}: {held}" for name, held in message.document.items() if held))
    return mail


def send(message: Message) -> None:
    """Send it, or say why not."""
    mail = mail_of(message, os.environ.get("TICKETS_MAIL", "support@example.org"))
    if host := os.environ.get("SMTP_HOST"):
        with smtplib.SMTP(host, timeout=30) as server:
            server.send_message(mail)
    else:
        sys.stdout.write(f"{mail['Subject']}\n")
        sys.stdout.flush()


def work(desk: Desk, stop: Signal) -> None:
    """Until it is to stop; a batch that was begun is sent."""
    while not stop.wait(1):
        try:
            for ticket, why in desk.run_due().failed:
                log.error("time cannot go on for %s: %s", ticket, why)
            while not stop.is_set() and (messages := desk.outbox.claim(limit=20)):
                for message in messages:
                    deliver(desk, message)
        except UpheldError as error:
            log.error("%s", error)  # the database is away or full; it is asked again


def deliver(desk: Desk, message: Message) -> None:
    """Send a message; one that cannot be sent is tried later, and those of its ticket wait behind it."""
    try:
        send(message)
    except OSError as error:  # as smtplib's own are
        log.warning("message %s, try %s: %s", message.id, message.tries, error)
        desk.outbox.failed(message)
    else:
        desk.outbox.done(message)


def main() -> None:
    """In the foreground, as a supervisor wants it."""
    logging.basicConfig(level=logging.INFO)
    stop = Signal()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        with closing(Desk.open(os.environ["UPHELD_DB"])) as desk:
            work(desk, stop)
    except UpheldError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
