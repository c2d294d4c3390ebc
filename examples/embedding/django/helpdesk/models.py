"""What the product keeps itself: its requests, and a note of whatever happened to one."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Request(models.Model):
    """A request; how it stands is asked of the desk."""

    subject = models.CharField(max_length=200)
    customer = models.CharField(max_length=100)
    closed_by = models.CharField(max_length=100, blank=True)


class Happening(models.Model):
    """What happened to a request, for the desk to hear; written in the transaction of what it tells of.

    Its instant and its primary key are the record's: however often it is told, it is the same record.
    """

    request = models.ForeignKey(Request, on_delete=models.PROTECT)
    at = models.DateTimeField(default=timezone.now)
    event = models.CharField(max_length=100)
    actor = models.CharField(max_length=100)
    data = models.JSONField(default=dict)
    code = models.CharField(max_length=100, null=True)  # null: not told yet; "": accepted; else why it was refused
