"""What a product on Django is sure of: run by ``manage.py test``, with a desk of its own for each test."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.test import TestCase, override_settings

from helpdesk.desk import desk, note, tell_later
from helpdesk.models import Happening, Request

FORM = {"subject": "It is slow", "customer": "acme", "by": "kim"}


class Helpdesk(TestCase):
    """The product and its desk."""

    def setUp(self) -> None:
        """A desk that nobody else has: what it keeps is not rolled back with the test."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        settings = override_settings(DESK_URL=f"sqlite:///{Path(folder.name) / 'desk.db'}")
        settings.enable()
        self.addCleanup(settings.disable)
        call_command("adopt")
        self.addCleanup(desk().close)

    def submitted(self) -> int:
        """The number of a request, of which the desk has heard."""
        with self.captureOnCommitCallbacks(execute=True):
            return int(self.client.post("/requests", FORM).json()["number"])

    def test_the_desk_hears_once_a_transaction_is_through(self) -> None:
        """And of nothing before."""
        with self.captureOnCommitCallbacks() as waiting:
            number = self.client.post("/requests", FORM).json()["number"]
        self.assertIsNone(self.client.get(f"/requests/{number}").json()["state"])
        for call in waiting:
            call()
        self.assertEqual("open", self.client.get(f"/requests/{number}").json()["state"])

    def test_the_desk_hears_nothing_of_what_is_rolled_back(self) -> None:
        """Neither at once nor later."""
        with self.captureOnCommitCallbacks(execute=True), self.assertRaises(ZeroDivisionError), transaction.atomic():
            tell_later(note(Request.objects.create(subject="x", customer="acme"), "submit", "customer:kim"))
            1 / 0  # noqa: B018 - something goes wrong
        call_command("work", "--once")
        self.assertEqual(0, desk().status().records)

    def test_what_could_not_be_told_is_told_by_the_worker(self) -> None:
        """Once, also where the desk had heard it and only its answer was lost."""
        with override_settings(DESK_URL="sqlite:////nowhere/desk.db"), self.assertLogs("django", "ERROR"):
            number = self.submitted()
        self.assertIsNone(Happening.objects.get().code)
        for _ in range(2):
            Happening.objects.update(code=None)
            call_command("work", "--once")
        self.assertEqual(("", 1), (Happening.objects.get().code, desk().status().records))
        self.assertEqual("open", self.client.get(f"/requests/{number}").json()["state"])

    def test_what_the_policy_refuses_is_not_done(self) -> None:
        """A request is closed once it is resolved, and not before."""
        number = self.submitted()
        refused = self.client.post(f"/requests/{number}/close", {"by": "lee"}).json()
        self.assertEqual((False, ""), (refused["accepted"], Request.objects.get().closed_by))
        with self.captureOnCommitCallbacks(execute=True):
            tell_later(note(Request.objects.get(), "resolve", "agent:lee"))
        self.assertTrue(self.client.post(f"/requests/{number}/close", {"by": "lee"}).json()["accepted"])
        self.assertEqual("agent:lee", Request.objects.get().closed_by)

    def test_what_is_decided_later_is_done_later(self) -> None:
        """The product does nothing of its own before the desk has answered, and it does it then, whoever asks."""
        number = self.submitted()
        with self.captureOnCommitCallbacks(execute=True):
            tell_later(note(Request.objects.get(), "resolve", "agent:lee"))
        with override_settings(DESK_URL="sqlite:////nowhere/desk.db"):
            self.assertEqual(202, self.client.post(f"/requests/{number}/close", {"by": "lee"}).status_code)
        self.assertEqual("", Request.objects.get().closed_by)
        call_command("work", "--once")
        self.assertEqual("agent:lee", Request.objects.get().closed_by)

    def test_the_worker_sends_what_time_asks_for(self) -> None:
        """A promise is half used, and then whole; each is told once."""
        request = Request.objects.create(subject="It is slow", customer="acme")
        with mock.patch("django.utils.timezone.now", return_value=datetime(2026, 3, 2, 8, tzinfo=UTC)):
            note(request, "submit", "customer:kim")
        for _ in range(2):
            call_command("work", "--once")
        shares = ("50 %", "100 %")
        told = [f"R-{request.pk}: First reply: {share} of the time is used" for share in shares]
        self.assertEqual(told, [each.subject for each in mail.outbox])

    def test_what_is_no_record_holds_up_nothing(self) -> None:
        """It is told to whoever reads the log, and stays untold."""
        request = Request.objects.create(subject="It is slow", customer="acme")
        Happening.objects.create(request=request, record={"ticket": "R-1", "event": "submit"})
        note(request, "submit", "customer:kim")
        with self.assertLogs("helpdesk", "ERROR") as logged:
            call_command("work", "--once")
        self.assertIn("`at` is missing", logged.output[0])
        self.assertEqual([None, ""], [*Happening.objects.order_by("pk").values_list("code", flat=True)])

    def test_a_process_opens_a_desk_of_its_own(self) -> None:
        """Also where a server has loaded the product, and used it, before it forks."""
        parents = desk()
        child = os.fork()
        if not child:
            os._exit(desk() is parents)
        self.assertEqual(0, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        self.assertIs(parents, desk())
