"""What the product keeps itself: its requests, and a note of whatever happened to one."""

from __future__ import annotations

from uuid import uuid4

from django.db import models


class Request(models.Model):
    """A request; how it stands is asked of the desk."""

    subject = models.CharField(max_length=200)
    customer = models.CharField(max_length=100)
    closed_by = models.CharField(max_length=100, blank=True)


class Happening(models.Model):
    """What happened to a request, for the desk to hear; written in the transaction of what it tells of.

    The record is kept whole, with its instant, and so is its key: however often it is told, it is the same. A primary
    key would not do, since a database that was restored gives it again.
    """

    request = models.ForeignKey(Request, on_delete=models.PROTECT)
    key = models.UUIDField(default=uuid4, unique=True)
    record = models.JSONField()
    code = models.CharField(max_length=100, null=True)  # null: not told yet; "": accepted; else why it was refused
