"""Grounds: the assumptions and the clauses that everything above them cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from upheld.core.policy.provenance import Assumption, Clause, Source
from upheld.core.time.day import parse_date
from upheld.show.page.blocks import (
    Block,
    Bullet,
    Bullets,
    Cited,
    Line,
    Page,
    Paragraph,
    assumption_anchor,
    citations_in,
    clause_anchor,
    line,
    link,
    section,
    strong,
)
from upheld.show.words.locale import flattened
from upheld.show.words.view import View, joined

_NUMBERED = re.compile(r"(.*?)([0-9]{1,4})")


def grounds(view: View) -> Iterator[Block]:
    """What the policy had to assume, and what its sources say."""
    yield from section(view.say("assumptions"), _assumptions(view))
    yield from section(view.say("clauses"), _clauses(view))


def cited_page(
    view: View, blocks: Sequence[Block], clauses: Iterable[str] = (), assumptions: Iterable[str] = ()
) -> Page:
    """A page of these blocks, and below them every assumption and clause that they cite, each with what it says.

    Args:
        clauses, assumptions: What it rests on besides.
    """
    policy, found = view.policy, citations_in(blocks)
    assumed = [each for each in policy.assumptions.values() if each.id in {*found.assumes, *assumptions}]
    named = {*found.clauses, *clauses, *(clause for each in assumed for clause in each.of)}
    cited = [each for each in policy.clauses.values() if each.id in named]
    told = tuple(told_assumption(view, each) for each in assumed)
    grounds = section(view.say("assumptions"), [Bullets(told)] if told else [])
    says = tuple(told_clause(view, each) for each in cited)
    grounds += section(view.say("clauses"), [Bullets(says)] if says else [])
    return Page((*blocks, *grounds), tuple(each.id for each in cited), tuple(each.id for each in assumed))


def _assumptions(view: View) -> Iterator[Block]:
    if view.policy.assumptions:
        yield Paragraph(line(view.say("assumed")))
        yield Bullets(tuple(told_assumption(view, each) for each in view.policy.assumptions.values()))


def told_assumption(view: View, assumption: Assumption) -> Bullet:
    """An assumption with its confidence and its sentence."""
    text = line(
        strong(f"≈{assumption.id}"),
        view.say("assumption", confidence=view.say(f"confidence.{assumption.confidence}")),
        view.naming.text(assumption.says),
        Cited(assumption.of, ()),
    )
    return Bullet(text, anchor=assumption_anchor(assumption.id))


def _clauses(view: View) -> Iterator[Block]:
    """By source, in the policy's order; each with its section, so that it can be found there."""
    left_out = list(_left_out([*view.policy.clauses]))
    if left_out:
        yield Paragraph(line(view.say("clauses-left-out", names=view.locale.listed(left_out))))
    sources = dict.fromkeys(clause.source for clause in view.policy.clauses.values())
    for name in sources:
        source = view.policy.sources.get(name)
        if source is not None:
            about = _about(view, source)
            yield Paragraph(line(strong(view.naming.name(source)), view.say("then") if about else "", *about))
        clauses = [clause for clause in view.policy.clauses.values() if clause.source == name]
        yield Bullets(tuple(told_clause(view, clause, with_section=True) for clause in clauses))


def _left_out(clauses: Sequence[str]) -> Iterator[str]:
    """The numbers between those of the clauses, where they are numbered: nobody should wonder what they say."""
    numbered = [found for found in map(_NUMBERED.fullmatch, clauses) if found]
    for prefix in dict.fromkeys(found[1] for found in numbered):
        known = {int(found[2]): len(found[2]) for found in numbered if found[1] == prefix}
        missing = [number for number in range(min(known), max(known)) if number not in known]
        if len(missing) < len(known):  # else the numbers are no count
            yield from (f"{prefix}{number:0{min(known.values())}}" for number in missing)


def told_clause(view: View, clause: Clause, *, with_section: bool = False) -> Bullet:
    """A clause with its summary, and its own words where they are given."""
    quote = f" {view.locale.quoted(flattened(clause.quote))}" if clause.quote else ""
    section_of = f" ({view.naming.text(clause.section)})" if with_section and clause.section else ""
    text = line(strong(clause.id), section_of, " ", view.naming.text(clause.says), quote)
    return Bullet(text, anchor=clause_anchor(clause.id))


def _about(view: View, source: Source) -> Line:
    """The source's edition, date, language and address, as far as they are known."""
    known = []
    if source.edition:
        known.append(line(view.say("edition", edition=view.locale.tidy(source.edition))))
    if source.date:
        known.append(line(view.say("dated-on", day=view.locale.date(parse_date(source.date)))))
    if source.language:
        key = f"language.{source.language}"
        known.append(line(view.say(key) if key in view.locale.messages else view.say("language", code=source.language)))
    if source.url:
        known.append(line(link(source.url)))
    return joined(known, view.say("then"))
