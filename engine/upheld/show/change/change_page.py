"""The page of changes: two versions of a policy for the people who sign it, and the same as data for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from upheld.core.policy.policy import Policy
from upheld.show.change.told_change import Told
from upheld.show.page.blocks import (
    Block,
    Bullet,
    Bullets,
    Cited,
    Heading,
    Page,
    Paragraph,
    line,
    section,
    strong,
)
from upheld.show.policy.grounds import cited_page
from upheld.show.words.view import View

SECTIONS: Final = (
    *("commitments", "parameters", "calendars", "recurrences", "objectives", "availability", "excuses", "remedies"),
    *("severities", "channels", "contracts", "accounts", "charges"),
    *("rules", "events", "states", "transitions", "timers", "facts", "conditions", "escalation", "queue"),
    *("roles", "invariants", "clauses", "assumptions", "sources", "waivers"),
)
"""The sections of a policy in the order in which a signer asks for them; what stands at its top comes first."""


TEXTS: Final = ("clauses", "assumptions", "sources", "waivers")
"""The sections that hold what somebody says, and nothing that decides a ticket."""


def change_page(earlier: View, later: View, changes: Sequence[Told], *, brief: bool = False) -> Page:
    """All changes, section by section.

    Args:
        brief: To name clauses and assumptions alone, those that are worded otherwise and those that changes rest on.
    """
    names = [_version(view.policy) for view in (earlier, later)]
    blocks: list[Block] = [Heading(1, later.say("change.title", before=names[0], after=names[1]))]
    if changes:
        blocks.append(Paragraph(line(later.locale.counted("change.number", len(changes)))))
    elif earlier.policy.digest == later.policy.digest:
        blocks.append(Paragraph(line(later.say("change.same"))))
    else:
        blocks.append(Paragraph(line(later.say("change.alike"))))
    for name in ("", *SECTIONS):
        found = [each for each in changes if (each.change.section in SECTIONS) == bool(name)]
        found = [each for each in found if not name or each.change.section == name]
        title = later.say(f"change.section.{name}" if name else "change.policy")
        blocks += section(title, [Bullets(tuple(_bullet(later, each, brief) for each in found))] if found else [])
    return Page(tuple(blocks), (), ()) if brief else cited_page(later, blocks)


def _version(policy: Policy) -> str:
    return f"{policy.id} {policy.version}"


def _bullet(view: View, told: Told, brief: bool) -> Bullet:
    about = view.say("change.about", name=told.name, about=told.about) if told.about else told.name
    return Bullet(
        line(
            strong(view.say("lead", name=about)), " ", _sentence(view, told, brief), Cited(told.clauses, told.assumes)
        ),
        tuple(line(each) for each in (*told.parts, *told.examples)),
    )


def _sentence(view: View, told: Told, brief: bool) -> str:
    kind, nothing = told.change.kind, view.say("change.none")
    if brief and kind == "changed" and told.change.section in TEXTS:
        return view.say("change.reworded")
    if kind in ("added", "removed") and (told.parts or nothing in (told.before, told.after)):
        return view.say(f"change.{kind}-bare")
    if kind == "added":
        return view.say("change.added", what=told.after)
    if kind == "removed":
        return view.say("change.removed", what=told.before)
    if kind == "moved":
        return view.say("change.moved", what=told.after)
    turn = view.say(f"change.{told.turn}") if told.turn else ""
    return view.say("change.changed", before=told.before or nothing, after=told.after, turn=turn)


def document(earlier: Policy, later: Policy, changes: Sequence[Told]) -> Mapping[str, object]:
    """The changes as data: what programs read."""
    return {
        "before": {"policy": earlier.id, "version": earlier.version, "digest": earlier.digest},
        "after": {"policy": later.id, "version": later.version, "digest": later.digest},
        "changes": [
            {
                "section": told.change.section,
                "item": getattr(told.change.item, "id", "") or "",
                "fields": [way.key or way.field for way in told.change.ways[1:]],
                "kind": told.change.kind,
                "name": told.name,
                "about": told.about,
                "before": told.before or None,
                "after": told.after or None,
                "parts": list(told.parts),
                "turn": told.turn or None,
                "examples": list(told.examples),
                "clauses": list(told.clauses),
                "assumes": list(told.assumes),
            }
            for told in changes
        ],
    }
