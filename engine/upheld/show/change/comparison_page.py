"""The page of a comparison: one history under two policies, side by side.

Counts stand beside shares, so that a share of three clocks does not look like one of three thousand; every breach
gained or lost is told with the reason, the first that differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from upheld.core.change.comparison import REASONS
from upheld.core.time.instant import seconds_of
from upheld.show.page.blocks import Block, Cited, Heading, Line, Page, Paragraph, bullets, line, section, strong, table
from upheld.show.policy.grounds import cited_page
from upheld.show.words.amounts import amount
from upheld.show.words.local_time import moment
from upheld.show.words.view import View

Row = Mapping[str, Any]

MOST: Final = 20
"""How many breaches gained, and how many lost, are told one by one; JSON has all."""


def comparison_page(earlier: View, later: View, told: Row) -> Page:
    """Everything that is said of a comparison."""
    names = [f"{view.policy.id} {view.policy.version}" for view in (earlier, later)]
    blocks: list[Block] = [Heading(1, later.say("compare.title", before=names[0], after=names[1]))]
    blocks += _overview(later, told)
    blocks += section(later.say("replay.promises"), _shares(earlier, later, told["commitments"], "severity"))
    blocks += section(later.say("replay.objectives"), _shares(earlier, later, told["objectives"], "period"))
    for name in ("gained", "lost"):
        blocks += section(later.say(f"compare.{name}"), _turned(earlier, later, told[name]))
    blocks += section(later.say("billing"), _charges(earlier, later, told["charges"]))
    blocks += section(later.say("remedies"), _remedies(earlier, later, told["remedies"]))
    return cited_page(later, blocks)


def _overview(view: View, told: Row) -> Iterator[Block]:
    refused, unknown = told["refused"], told["incomparable"]
    yield from bullets(
        [
            view.titled("replay.read", view.locale.counted("replay.ticket", told["tickets"])),
            view.titled(
                "compare.breaches", view.say("compare.breaches-of", gained=len(told["gained"]), lost=len(told["lost"]))
            ),
            view.titled(
                "compare.refused", view.say("compare.from-to", before=refused["before"], after=refused["after"])
            ),
        ]
    )
    if unknown["tickets"]:
        names = [view.locale.quoted(each) for each in dict.fromkeys((*unknown["before"], *unknown["after"]))]
        said = view.locale.counted("compare.incomparable", unknown["tickets"])
        yield Paragraph(line(f"{said} {view.say('compare.unknown', events=view.locale.listed(names))}"), loud=True)


def _shares(earlier: View, later: View, rows: Sequence[Row], of: str) -> Iterator[Block]:
    """How much was kept under each."""
    if not rows:
        return
    names = ("promise", "severity") if of == "severity" else ("promise",)
    head = [*later.titles(names), *(later.say(f"compare.{side}") for side in ("before", "after", "difference"))]
    yield table(head, [_share(earlier, later, row, of) for row in rows])
    yield Paragraph(line(later.say("replay.share-means")))


def _share(earlier: View, later: View, row: Row, of: str) -> tuple[Line, ...]:
    view = later if row["after"] is not None else earlier
    section_of = view.policy.commitments if of == "severity" else view.policy.objectives
    severity = (line(later.naming.severity(row["severity"]) if row["severity"] else ""),) if of == "severity" else ()
    told = [_of(later, row[side], of) for side in ("before", "after")]
    name, sides = "upheld" if of == "severity" else "kept", (row["before"], row["after"])
    kept = [0 if each is None else each[name] for each in sides]
    by, difference = kept[1] - kept[0], ""
    if by and None not in sides:
        difference = ("+" if by > 0 else "−") + later.locale.counted("compare.by", abs(by))
    return (line(strong(view.naming.among(section_of, row["id"]))), *severity, *map(line, told), line(difference))


def _of(view: View, row: Row | None, of: str) -> str:
    if row is None:
        return view.say("compare.not-there")
    kept, judged = (
        (row["upheld"], row["upheld"] + row["breached"]) if of == "severity" else (row["kept"], row["counted"])
    )
    share = view.locale.share(row["share"]) or view.say("none-promised")
    return view.say("compare.share", share=share, kept=kept, judged=judged)


def _turned(earlier: View, later: View, rows: Sequence[Row]) -> Iterator[Block]:
    """Breaches that only one of the two has: how many for each reason, then one by one."""
    if not rows:
        return
    counts = Counter(row["why"] for row in rows)
    reasons = ((later.say(f"compare.why.{why}"), later.locale.number(counts[why])) for why in REASONS if counts[why])
    yield from bullets(line(later.say("compared", subject=reason, what=number)) for reason, number in reasons)
    names = ("replay.ticket", "promise", "severity", "compare.before", "compare.after", "compare.why")
    yield table(later.titles(names), [_breach(earlier, later, row) for row in rows[:MOST]])
    if len(rows) > MOST:
        yield Paragraph(line(later.say("compare.more", number=len(rows) - MOST)))


def _breach(earlier: View, later: View, row: Row) -> tuple[Line, ...]:
    view = later if row["after"] is not None else earlier
    commitment = next((each for each in view.policy.commitments if each.id == row["id"]), None)
    doubt = later.say("compare.doubtful") if row["incomparable"] else ""
    return (
        line(strong(row["ticket"])),
        line(view.naming.commitment(row["id"]), Cited(commitment.clauses, ()) if commitment is not None else None),
        line(later.naming.severity(row["severity"]) if row["severity"] else ""),
        line(_clock(earlier, row["before"])),
        line(_clock(later, row["after"])),
        line(later.say(f"compare.why.{row['why']}") + doubt),
    )


def _clock(view: View, clock: Row | None) -> str:
    if clock is None:
        return view.say("compare.not-there")
    status = view.say(f"clock.{clock['status']}")
    if clock["status"] == "breached":
        return view.say("compare.late-by", status=status, length=view.locale.roughly(clock["overrun_s"]))
    due_at = clock["due_at"]
    if due_at is None:
        return status
    return view.say("compare.due", status=status, moment=moment(view, seconds_of(datetime.fromisoformat(due_at))))


def _charges(earlier: View, later: View, charges: Row) -> Iterator[Block]:
    rows = [
        (
            line(strong(_account(earlier, later, row))),
            line(later.say(f"compare.kind.{row['kind']}")),
            *_amounts(later, row),
        )
        for row in charges["amounts"]
    ]
    if rows:
        yield table(later.titles(("replay.account", "compare.kind", "compare.before", "compare.after")), rows)
        yield Paragraph(line(later.locale.counted("compare.recharged", len(charges["tickets"]))))


def _remedies(earlier: View, later: View, rows: Sequence[Row]) -> Iterator[Block]:
    told = []
    for row in rows:
        if not (row["before"] or row["after"]):
            continue
        view = later if any(each.id == row["id"] for each in later.policy.remedies) else earlier
        name = view.naming.among(view.policy.remedies, row["id"])
        told.append((line(strong(name)), line(_account(earlier, later, row)), *_amounts(later, row)))
    if told:
        yield table(later.titles(("replay.remedy", "replay.account", "compare.before", "compare.after")), told)


def _account(earlier: View, later: View, row: Row) -> str:
    view = later if row["account"] in later.policy.accounts else earlier
    return view.naming.among(view.policy.accounts, row["account"])


def _amounts(view: View, row: Row) -> tuple[Line, Line]:
    before, after = (amount(view, row[side], row["unit"]) if row[side] else "–" for side in ("before", "after"))
    return line(before), line(after)
