"""The head of a page about a policy: its title, whether the policy counts, whose it is, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from upheld.show.page.blocks import Block, Heading, Line, Page, Paragraph, bullets, code, line, link
from upheld.show.words.view import View


def head(view: View, title: str, particulars: Iterable[Line], notes: Iterable[str] = ()) -> Iterator[Block]:
    """The head of any page. That a policy is a draft, or retired, stands before anything else, and loudly.

    Args:
        notes: What nobody may overlook besides.
    """
    status = view.policy.status
    yield Heading(1, title)
    loud = view.say(f"loud.{status}", vendor=view.locale.tidy(view.policy.vendor.name)) if status != "active" else ""
    for note in (*([loud] if loud else ()), *notes):
        yield Paragraph(line(note), loud=True)
    yield from bullets(particulars)


def which_policy(view: View, title: str = "") -> Line:
    """The policy that a page is about, with its version."""
    version = view.say("version", version=view.policy.version)
    return view.titled("policy", f"{title}, " if title else "", code(view.policy.id), version)


def which_zone(view: View, key: str = "due.zone") -> Line:
    """The zone whose clock a page tells."""
    return view.titled(key, code(view.naming.zone(view.zone)))


def incomplete(page: Page, view: View, skipped: int) -> Page:
    """The same page; below its title it says that so many bad records of the history were skipped, if any were.

    So that it never passes for the whole.
    """
    if not skipped:
        return page
    title, *rest = page.blocks
    return replace(page, blocks=(title, Paragraph(line(view.locale.counted("loud.skipped", skipped)), True), *rest))


def overview(view: View) -> Iterator[Block]:
    """The head of the page of a policy, and how to read it."""
    policy = view.policy
    yield from head(view, view.naming.text(policy.title) or policy.vendor.name, _particulars(view))
    yield Paragraph(line(view.say("how-to-read")))


def _particulars(view: View) -> Iterator[Line]:
    policy, vendor = view.policy, view.policy.vendor
    country = view.locale.countries.get(vendor.country, vendor.country)
    named = view.locale.tidy(vendor.name) + (f" ({country})" if country else "")
    yield view.titled("vendor", named, ", " if vendor.url else None, link(vendor.url))
    yield which_policy(view)
    if policy.extends:
        yield view.titled("based-on", code(policy.extends))
    if policy.status == "active":  # any other has been said loudly
        yield view.titled("status", view.say("status.active"))
    if policy.since or policy.until:
        yield view.titled("applies", days(view), policy.effective)
    yield which_zone(view, "zone")


def days(view: View) -> str:
    """The days on which the policy applies; nothing where it has no end on either side."""
    since, until = view.policy.since, view.policy.until
    if since and until:
        return view.say("since-until", since=view.locale.date(since), until=view.locale.date(until))
    if since:
        return view.say("since", since=view.locale.date(since))
    return view.say("until-day", until=view.locale.date(until)) if until else ""
