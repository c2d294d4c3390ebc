"""``manage.py adopt``: run at each deployment, after ``migrate``."""

from __future__ import annotations

from contextlib import closing

from django.conf import settings
from django.core.management.base import BaseCommand

from upheld import Desk, load_policy


class Command(BaseCommand):
    """Make the desk's tables or bring them up to date, and put the policy of this release in force."""

    help = __doc__

    def handle(self, **options: object) -> None:
        """What is in force already is no change."""
        with closing(Desk.open(settings.DESK_URL, upgrade=True)) as desk:
            desk.adopt(load_policy(settings.DESK_POLICY))
