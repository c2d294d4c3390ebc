"""The page of a fit: what could have been promised, the numbers that it rests on, and how far they can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from upheld.core.change.fit import SHARES, Fit, Group, Times, promised_shares, why_unfitted
from upheld.core.record.message import percent
from upheld.core.time.target import told_target
from upheld.show.page.blocks import Block, Cited, Heading, Line, Page, Paragraph, bullets, line, section, strong, table
from upheld.show.policy.grounds import cited_page
from upheld.show.policy.head import which_policy
from upheld.show.words.view import View

Row = Mapping[str, Any]


def fit_page(view: View, header: Row, fit: Fit, share: Fraction, summary: Row) -> Page:
    """Everything that is said of a fit."""
    title = view.naming.text(view.policy.title) or view.policy.vendor.name
    told = view.locale.percent(share)
    blocks: list[Block] = [Heading(1, view.say("fit.title", policy=title))]
    blocks += bullets([which_policy(view), view.titled("replay.as-of", header["as_of"] or view.say("replay.nothing"))])
    blocks.append(Paragraph(line(view.say("fit.means", share=told))))
    groups = fit.groups()
    blocks += section(view.say("fit.proposed"), _proposed(view, groups, share))
    blocks += section(view.say("fit.used"), _used(view, groups))
    blocks += section(view.say("fit.objectives"), _objectives(view, summary))
    blocks += section(view.say("fit.unfitted"), _unfitted(view, fit))
    return cited_page(view, blocks)


def _proposed(view: View, groups: list[Group], share: Fraction) -> Iterator[Block]:
    """Today's target beside the one that would have held."""
    if not groups:
        yield Paragraph(line(view.say("fit.nothing")))
        return
    head = ("promise", "severity", "fit.today", "fit.kept", "fit.would-hold", "fit.interval", "fit.spare", "fit.clocks")
    yield table(view.titles(head), [_proposal(view, each, share) for each in groups])
    yield Paragraph(line(view.say("fit.interval-means")))
    if any(each.open_s for each in groups):
        yield Paragraph(line(view.say("fit.open-means")))


def _proposal(view: View, group: Group, share: Fraction) -> tuple[Line, ...]:
    row = group.figures(share)
    spare_s = row["fit"]["spare_s"]
    spare = ""
    if spare_s is not None:
        spare = f"−{view.locale.roughly(-spare_s)}" if spare_s < 0 else view.locale.roughly(spare_s)
    kept = ""
    if group.judged:
        share_kept = view.locale.share(percent(Fraction(group.kept, group.judged)))
        kept = view.say("compare.share", share=share_kept, kept=group.kept, judged=group.judged)
    return (
        *_named(view, group),
        line(view.times.target(told_target(group.target))),
        line(kept),
        line(strong(_targets(view, group, group.within(share)))),
        line(_interval(view, group, share)),
        line(spare),
        line(_clocks(view, group)),
    )


def _named(view: View, group: Group, *, cites: bool = True) -> tuple[Line, Line]:
    commitment = next(each for each in view.policy.commitments if each.id == group.commitment)
    severity = view.naming.severity(group.severity) if group.severity else ""
    return (
        line(strong(view.naming.name(commitment)), Cited(commitment.clauses, ()) if cites else None),
        line(", ".join(filter(None, (severity, group.plan)))),
    )


def _between(view: View, low: str | None, high: str | None) -> str:
    """From one to another, where they differ; without an end where nothing bounds it."""
    if low == high:
        return low or view.say("fit.too-few")
    if high is None:
        return view.say("fit.or-more", low=low)
    return view.say("fit.between", low=low, high=high) if low is not None else view.say("fit.up-to", high=high)


def _targets(view: View, group: Group, times: Times) -> str:
    """The targets that allow two times."""
    found = (group.tightest(each) for each in (times.from_s, times.to_s))
    return _between(view, *(None if each is None else view.locale.duration(each) for each in found))


def _interval(view: View, group: Group, share: Fraction) -> str:
    """The targets for all tickets, and how sure they are."""
    told, held = _targets(view, group, group.interval(share)), group.coverage(share)
    return told if held is None else f"{told} ({view.locale.share(percent(Fraction(held)))})"


def _objectives(view: View, summary: Row) -> Iterator[Block]:
    """Shares that are promised, beside those that were kept and what that tells of all tickets."""
    named = {each.id: each for each in view.policy.objectives}
    rows = []
    for row in promised_shares(summary):
        low, high = (view.locale.share(each) for each in row["interval"])
        kept = view.say("compare.share", share=view.locale.share(row["share"]), kept=row["kept"], judged=row["counted"])
        name = line(strong(view.naming.name(named[row["id"]])), Cited(named[row["id"]].clauses, ()))
        between = line(view.say("fit.between", low=low, high=high))
        rows.append([name, line(view.locale.share(row["promised"])), line(kept), between])
    if rows:
        yield table(view.titles(("promise", "fit.today", "fit.kept", "fit.interval")), rows)


def _clocks(view: View, group: Group) -> str:
    said = [view.locale.number(group.number)]
    for name, number in (("running", group.running), ("cancelled", group.cancelled), ("excused", group.excused)):
        if number:
            said.append(view.locale.counted(f"fit.{name}", number))
    return ", ".join(said)


def _used(view: View, groups: list[Group]) -> Iterator[Block]:
    """Within which time each share of clocks was stopped."""
    if groups:
        head = [*view.titles(("promise", "severity", "fit.today")), *(view.locale.percent(each) for each in SHARES)]
        yield table(head, [_times(view, each) for each in groups])


def _times(view: View, group: Group) -> tuple[Line, ...]:
    told = []
    for share in SHARES:
        times = group.within(share)
        low, high = (None if each is None else view.locale.roughly(each) for each in (times.from_s, times.to_s))
        told.append(line(_between(view, low, high)))
    name, severity = _named(view, group, cites=False)
    return (name, severity, line(view.times.target(told_target(group.target))), *told)


def _unfitted(view: View, fit: Fit) -> Iterator[Block]:
    yield from bullets(
        line(
            view.naming.commitment(commitment),
            f", {view.times.target(told_target(target))}: ",
            view.locale.counted("fit.clock", number),
            f" – {view.say(f'fit.why.{why_unfitted(target)}')}",
        )
        for (commitment, target), number in sorted(fit.unfitted.items())
    )


def document(header: Row, fit: Fit, share: Fraction, summary: Row) -> Row:
    """The fit as data: what programs read."""
    return {
        **header,
        "share": f"{float(share * 100):g}%",
        "promises": [each.figures(share) for each in fit.groups()],
        "objectives": list(promised_shares(summary)),
        "unfitted": [
            {"id": commitment, "target": target, "clocks": number, "why": why_unfitted(target)}
            for (commitment, target), number in sorted(fit.unfitted.items())
        ],
    }
