"""The due entry: a promise that falls due, as the title and the text of an entry in a calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from upheld.core.clocks.forecast import Forecast, Forecasts
from upheld.core.condition.domain import Held
from upheld.show.page.blocks import Bullet, Bullets, Page
from upheld.show.page.terminal import text
from upheld.show.policy.head import which_policy
from upheld.show.ticket.forecasts import calendar_of, details, said_of
from upheld.show.words.local_time import due_moment, moment
from upheld.show.words.view import View

_NO_END = 100_000
"""Columns: a calendar breaks lines itself."""


def entry_title(view: View, each: Forecast, about: str) -> str:
    """What is due: of which ticket, where somebody said so."""
    key = "entry.about" if about else "entry.title"
    return view.say(key, promise=view.naming.name(each.commitment), about=about)


def entry_text(view: View, found: Forecasts, each: Forecast, known: Mapping[str, Held]) -> str:
    """How that was reckoned, and by which clauses; that a policy is a draft stands first."""
    status = view.policy.status
    loud = view.say(f"loud.{status}", vendor=view.locale.tidy(view.policy.vendor.name)) if status != "active" else ""
    page = Page((Bullets(tuple(_lines(view, found, each, known))),), (), ())
    return "\n".join(([loud] if loud else []) + text(page, width=_NO_END, colour=False).splitlines())


def _lines(view: View, found: Forecasts, each: Forecast, known: Mapping[str, Held]) -> Iterator[Bullet]:
    assert each.aim is not None, each
    assert each.aim.due_s is not None, each
    assert each.target is not None, each
    calendar = calendar_of(each)
    yield Bullet(view.titled("due.due", due_moment(view, each.aim.due_s, calendar, each.zone)))
    yield Bullet(view.titled("due.allowed", view.times.on(calendar).target(each.target)))
    yield Bullet(view.titled("due.from", moment(view, found.at_s)))
    yield Bullet(which_policy(view))
    yield from map(Bullet, said_of(view, found, known))
    yield from details(view, each)
