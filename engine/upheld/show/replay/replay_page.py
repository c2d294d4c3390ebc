"""The page of a replay: what was promised, how much of it was upheld, what is owed, and what it all rests on.

It is written for people who read it once, in a terminal or pasted into a letter: the
answer first, then the worst, then what went another way, and last what to doubt.

Source: DESIGN section 7, `upheld replay`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from upheld.core.policy.policy import Policy
from upheld.core.replay.warning import ReplayWarning
from upheld.core.time.instant import seconds_of
from upheld.show.page.blocks import Block, Bullet, Bullets, Line, Page, Paragraph, code, line, section
from upheld.show.page.blocks import table as table_of
from upheld.show.policy.grounds import told_assumption, told_clause
from upheld.show.policy.head import head, which_policy
from upheld.show.replay.irregularities import irregularities
from upheld.show.replay.kept_promises import judged, kept_promises, kept_share
from upheld.show.replay.owed import owed
from upheld.show.replay.unheard import Noticed, told_notice, unpromised, without_promise
from upheld.show.words.amounts import amount
from upheld.show.words.local_time import moment, utc
from upheld.show.words.view import View

Row = Mapping[str, Any]


WORST: Final = 10
"""How many breaches are told one by one."""
WORST_IN_BRIEF: Final = 3


def replay_page(
    policy: Policy,
    language: str,
    header: Row,
    summary: Row,
    explained: Sequence[str],
    *,
    warnings: Sequence[ReplayWarning] = (),
    noticed: Sequence[Noticed] = (),
    brief: bool = False,
) -> Page:
    """Everything that is said of a replay.

    Args:
        header: What all verdicts have in common.
        summary: That of all verdicts.
        explained: The command that tells the story of one ticket, but for the ticket.
        warnings: What a reader should know first; the header has them in English.
        noticed: What was noticed of the text of the history.
        brief: To tell the worst breaches alone, and assumptions by their names, for who knows the policy.
    """
    view, worst = View(policy, language), WORST_IN_BRIEF if brief else WORST
    title = view.say("replay.title", policy=view.naming.text(policy.title) or policy.vendor.name)
    blocks: list[Block] = [
        *head(view, title, particulars(view, header, summary, noticed)),
        *cautions(view, summary, warnings, noticed),
        *figures_told(view, summary, explained, worst),
    ]
    blocks += section(view.say("replay.assumptions"), (_named if brief else assumptions)(view, summary))
    if not brief:
        blocks += section(view.say("replay.clauses"), _clauses(view, summary, worst))
    return Page(tuple(blocks), tuple(policy.clauses), tuple(policy.assumptions))


def figures_told(view: View, summary: Row, explained: Sequence[str], worst: int = WORST) -> list[Block]:
    """The sections of what became of promises, of what is owed, and of what went another way.

    Args:
        explained: As for `replay_page`; nothing for a page that tells of tickets itself.
        worst: How many breaches are told one by one.
    """
    blocks = [*kept_promises(view, summary, explained, worst), *owed(view, summary)]
    blocks += section(view.say("replay.balances"), _balances(view, summary))
    blocks += section(view.say("replay.unpromised"), unpromised(view, summary["unpromised"]))
    return [*blocks, *irregularities(view, summary)]


def cautions(
    view: View, summary: Row, warnings: Sequence[ReplayWarning], noticed: Sequence[Noticed]
) -> Iterator[Paragraph]:
    """What a reader should know before anything else."""
    for notice in noticed:
        yield Paragraph(line(told_notice(view, notice)), loud=True)
    for each in warnings:
        shares = {
            name: view.locale.share(str(value)) for name, value in each.values.items() if name in ("share", "better")
        }
        yield Paragraph(line(view.say(f"replay.caution.{each.kind}", **{**each.values, **shares})), loud=True)
    skipped = summary.get("skipped", 0)
    if skipped > summary["events"]:
        said = view.say("replay.skipped-most", number=skipped, records=skipped + summary["events"])
        yield Paragraph(line(said), loud=True)
    elif skipped:
        yield Paragraph(line(view.locale.counted("replay.skipped", skipped)), loud=True)


def particulars(view: View, header: Row, summary: Row, noticed: Sequence[Noticed]) -> Iterator[Line]:
    """Of what it is told: the policy, as of when, how much was read, and what came of it in a word."""
    locale, policy = view.locale, view.policy
    yield which_policy(view)
    if header["as_of"] is None:
        yield view.titled("replay.as-of", view.say("replay.nothing"))
    else:
        as_of_s = seconds_of(datetime.fromisoformat(header["as_of"]))
        yield view.titled("replay.as-of", f"{moment(view, as_of_s)} (", code(utc(as_of_s)), ")")
    said = [
        locale.counted(f"replay.{name}", summary[key]) for name, key in (("ticket", "tickets"), ("record", "events"))
    ]
    if summary["never_opened"]:
        said[0] += f" ({locale.counted('replay.unopened', summary['never_opened'])})"
    other = (("refused", "refused"), ("flagged", "flags"), ("astray", "nonconforming"))
    besides = [locale.counted(f"replay.{name}", summary[key]) for name, key in other if summary[key]]
    yield view.titled("replay.read", locale.listed(said), f" ({', '.join(besides)})" if besides else "")
    wrong_zone = sum(each.number for each in noticed if each.kind == "never-was")
    if summary["late"] is not None and summary["late"]["records"] > wrong_zone:  # else another order would mend nothing
        yield _late(view, summary["late"])
    if summary["identical"]:
        yield view.titled("replay.identical", locale.counted("replay.identical", summary["identical"]))
    upheld, decided = judged(policy.commitments, summary["commitments"])
    if decided:
        share = view.locale.share(kept_share(upheld, decided))
        said_of = view.say("replay.of-judged", upheld=upheld, judged=decided, share=share)
        yield view.titled("replay.result", said_of)
    elif summary["commitments"]:
        yield view.titled("replay.result", view.say("replay.none-judged"))
    if summary["unpromised"] is not None:
        yield without_promise(view, summary["unpromised"])


def _late(view: View, late: Row) -> Line:
    """How many records came late, and what their own order would change."""
    more = late["accepted_by_time"]
    if more:
        change = view.locale.counted(f"replay.by-time.{'more' if more > 0 else 'fewer'}", abs(more))
    else:
        change = view.say("replay.by-time.unknown" if more is None else "replay.by-time.same")
    told = view.say("replay.by-time", option="\0", line="\0", change=change)
    before, between, after = told.split("\0")
    records = view.locale.counted("replay.late", late["records"])
    return view.titled("replay.late", records, before, code("--order by-time"), between, code("order: by-time"), after)


def _balances(view: View, summary: Row) -> Iterator[Block]:
    names = ("customer", "account", "available", "held", "consumed", "expired", "overdrawn")
    rows = []
    for each in summary["balances"]:
        account = view.policy.accounts[each["account"]]
        if account.owed:
            continue
        amounts = (each[name] for name in names[2:])
        first, *rest = (amount(view, value, account.unit) if value else "" for value in amounts)
        shown = (first or view.say("none-promised"), *rest)
        rows.append((line(view.customer(each["customer"])), line(view.naming.name(account)), *map(line, shown)))
    if rows:
        yield table_of([view.say(f"replay.{name}") for name in names], rows)


def _named(view: View, summary: Row) -> Iterator[Block]:
    """What is assumed, most of the tickets first, by name."""
    used = [f"≈{each['id']} ({view.locale.counted('replay.ticket', each['tickets'])})" for each in _used(summary)]
    if used:
        yield Paragraph(line(view.say("replay.assumed"), f" {', '.join(used)}."))


def _used(summary: Row) -> list[Row]:
    return sorted(summary["assumptions"], key=lambda each: -int(each["tickets"]))


def assumptions(view: View, summary: Row) -> Iterator[Block]:
    """What is assumed, most of the tickets first; the sentence of each is the policy's own."""
    used = [(each["id"], view.locale.counted("replay.ticket", each["tickets"])) for each in _used(summary)]
    tickets = {name for name, _ in used}
    credits = Counter(name for row in summary.get("remedies", ()) for name in row["assumptions"] if name not in tickets)
    used += [(name, view.locale.counted("replay.credit", number)) for name, number in credits.most_common()]
    if used:
        yield Paragraph(line(view.say("replay.assumed")))
        yield Bullets(tuple(_assumption(view, *each) for each in used))


def _assumption(view: View, name: str, rests: str) -> Bullet:
    told = told_assumption(view, view.policy.assumptions[name])
    return Bullet((*told.line, *line(view.say("replay.rests", tickets=rests))), anchor=told.anchor)


def _clauses(view: View, summary: Row, worst: int) -> Iterator[Block]:
    """What the clauses say that breaches, refusals, remarks and what is owed cite, in the policy's order."""
    own = {each.id: each.clauses for each in view.policy.commitments}
    cited = {clause for each in summary["worst"][:worst] for clause in own[each["clock"]["id"]]}
    for reasons in (summary["refused_by"], summary["flagged_by"], summary.get("remedies", ())):
        cited |= {clause for each in reasons for clause in each["clauses"]}
    cited |= {clause for each in view.policy.availability if summary.get("availability") for clause in each.clauses}
    found = [clause for name, clause in view.policy.clauses.items() if name in cited]
    if found:
        yield Bullets(tuple(told_clause(view, clause) for clause in found))
