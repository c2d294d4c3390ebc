"""The overview: whose policy it is, whether it counts, and how to read the page."""

from __future__ import annotations

from collections.abc import Iterator

from upheld.show.page import Block, Heading, Line, Paragraph, bullets, code, line, link
from upheld.show.view import View


def overview(view: View) -> Iterator[Block]:
    """The head of the page. A draft says so before anything else, and loudly."""
    policy = view.policy
    yield Heading(1, view.naming.text(policy.title) or policy.vendor.name)
    if policy.status != "active":
        yield Paragraph(line(view.say(f"loud.{policy.status}")), loud=True)
    yield from bullets(_particulars(view))
    yield Paragraph(line(view.say("how-to-read")))


def _particulars(view: View) -> Iterator[Line]:
    policy, vendor = view.policy, view.policy.vendor
    country = view.tongue.countries.get(vendor.country, vendor.country)
    yield view.titled("vendor", view.tongue.tidy(vendor.name), f" ({country})" if country else "")
    if vendor.url:
        yield view.titled("website", link(vendor.url))
    yield view.titled("policy", code(policy.id), view.say("version", version=policy.version))
    if policy.extends:
        yield view.titled("based-on", code(policy.extends))
    yield view.titled("status", view.say(f"status.{policy.status}"))
    if policy.since or policy.until:
        yield view.titled("applies", days(view), policy.effective)
    yield view.titled("zone", code(view.naming.zone(policy.zone)))


def days(view: View) -> str:
    """The days on which the policy applies; nothing where it has no end on either side."""
    since, until = view.policy.since, view.policy.until
    if since and until:
        return view.say("since-until", since=view.tongue.date(since), until=view.tongue.date(until))
    if since:
        return view.say("since", since=view.tongue.date(since))
    return view.say("until-day", until=view.tongue.date(until)) if until else ""
