"""Sends one message of the desk as a mail: what ``upheld desk work --deliver`` starts for each of them.

    upheld desk work --deliver "python examples/ticket-service/send_mail.py"

The message comes on standard input, as JSON; exit status 0 says that it is sent. Without ``SMTP_HOST`` it is added to
the file ``TICKETS_MAILBOX``.
"""

from __future__ import annotations

import json
import mailbox
import os
import smtplib
import sys
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any


def mail_of(message: Mapping[str, Any], support: str) -> EmailMessage:
    """A message as a mail, to an address that it names, or to ours; in every try it has the same id."""
    asked = message["asked"]
    receiver = asked.get("to") or ""
    mail = EmailMessage()
    mail["From"] = support
    mail["To"] = receiver if "@" in receiver else support
    mail["Message-ID"] = f"<{message['id']}@{support.partition('@')[2]}>"
    mail["Subject"] = f"[{message['ticket']}] {asked.get('about') or asked['kind']}"
    mail.set_content("\n".join(f"{name}: {held}" for name, held in asked.items() if held))
    return mail


def send(mail: EmailMessage) -> None:
    """Send it, or raise OSError, of which smtplib's own errors are: then the message is tried again later."""
    if host := os.environ.get("SMTP_HOST"):
        with smtplib.SMTP(host, timeout=20) as server:
            server.send_message(mail)
        return
    box = mailbox.mbox(os.environ.get("TICKETS_MAILBOX", "mails.mbox"))
    box.lock()
    box.add(mail)
    box.close()


if __name__ == "__main__":
    try:
        send(mail_of(json.load(sys.stdin), os.environ.get("TICKETS_MAIL", "support@example.org")))
    except OSError as error:
        sys.exit(f"{error}")
