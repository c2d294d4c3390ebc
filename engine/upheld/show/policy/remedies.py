"""What broken promises cost, and promises over time: sentences that a customer can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from upheld.core.policy.money import ContractShare, CountPeriod
from upheld.core.policy.remedy import Availability, Downtime, Remedy, Step
from upheld.show.page.blocks import Block, Cited, Line, Paragraph, Part, bullets, line, section
from upheld.show.policy.billing import rates_of_remedies, tables, told_cap, told_worth
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View


def availability(view: View) -> Iterator[Block]:
    """The promises over time."""
    yield from section(view.say("availability"), bullets(_uptime(view, each) for each in view.policy.availability))


def remedies(view: View) -> Iterator[Block]:
    """What the vendor owes where a promise is broken."""
    yield from section(view.say("remedies"), _remedies(view))


def _remedies(view: View) -> Iterator[Block]:
    if view.policy.remedies:
        yield Paragraph(line(" ".join(view.say(f"remedies-mean.{key}") for key in _meanings(view))))
        yield from bullets(_remedy(view, each) for each in view.policy.remedies)
        yield from tables(view, rates_of_remedies(view))


def _meanings(view: View) -> Iterator[str]:
    """When these remedies are booked, and whether anything can excuse a breach."""
    clocks = {each.id for each in view.policy.commitments}
    of_clocks = {each.id for each in view.policy.remedies if not each.counts and clocks.intersection(each.of)}
    if of_clocks:
        yield "clock"
    if len(of_clocks) < len(view.policy.remedies):
        yield "period"
    if view.policy.excuses or any(each.excused for each in view.policy.availability):
        yield "excused"


def _uptime(view: View, each: Availability) -> Line:
    share = view.locale.percent(each.share) if each.share is not None else ""
    parts: list[Part] = [view.say(f"uptime.{each.period}", share=share, hours=view.opening_time(each.calendar))]
    if each.shortest is not None:
        parts += [view.say("then"), view.say("uptime.shortest", length=view.duration(each.shortest))]
    for key, downtimes in (("down", each.down), ("excused", each.excused)):
        for downtime in downtimes:
            parts += [view.say("then"), _downtime(view, key, downtime), downtime]
    return view.named(view.naming.name(each), *parts, each)


def _downtime(view: View, key: str, each: Downtime) -> str:
    circumstances = view.circumstances.on(each.on)
    if each.states:
        said = view.say(f"uptime.{key}-in", states=view.naming.states(each.states))
    else:
        since, until = (view.locale.quoted(circumstances.subject(name.name)) for name in (each.since, each.until))
        said = view.say(f"uptime.{key}-on", since=since, until=until, event=view.naming.events(each.on))
    said += circumstances.when(each.when)
    if each.notice is not None:
        said += view.say("uptime.notice", length=view.duration(each.notice))
    if each.at_most is not None:
        said += view.say("uptime.at-most", length=view.duration(each.at_most))
    return said


def _remedy(view: View, remedy: Remedy) -> Line:
    account = view.policy.accounts.get(remedy.account)
    unit = account.unit if account is not None else ""
    says = [_how_much(view, remedy, unit) + view.circumstances.when(remedy.when)]
    if remedy.per is not None and remedy.per.at_most is not None:
        says.append(view.locale.counted("remedy.at-most", remedy.per.at_most))
    if remedy.cap is not None:
        says.append(told_cap(view, remedy.cap, unit))
    if remedy.claim is not None:
        within, event = view.duration(remedy.claim.within), view.naming.events(remedy.claim.on)
        says.append(view.say("remedy.claim", within=within, event=event))
    name = view.locale.quoted(view.naming.among(view.policy.accounts, remedy.account))
    says.append(view.say("remedy.on", account=name))
    return view.named(view.naming.name(remedy), view.say("then").join(says), _cited(remedy))


def _cited(remedy: Remedy) -> Cited:
    """What its steps rest on and what it rests on itself, each once."""
    grounds = (*remedy.steps, *remedy.cases, remedy)
    clauses = (name for each in grounds for name in each.clauses)
    assumes = (name for each in grounds for name in each.assumes)
    return Cited(tuple(dict.fromkeys(clauses)), tuple(dict.fromkeys(assumes)))


def _how_much(view: View, remedy: Remedy, unit: str) -> str:
    of, period = view.naming.quoted(_promises(view, remedy), "or"), _period(view, remedy)
    if remedy.steps:
        kind = "overrun" if remedy.by_overrun else f"number-{period}" if remedy.counts else f"share-{period}"
        base = _base(remedy)
        steps = view.locale.listed([_step(view, step, unit, shared=bool(base)) for step in _told(remedy.steps)])
        contract = view.naming.among(view.policy.contracts, remedy.contract) if remedy.contract else ""
        rule = view.say(f"remedy.{kind}", of=of, steps=steps, contract=view.locale.quoted(contract))
        if not base:
            return rule
        return view.say("remedy.share-of", base=view.locale.quoted(Subjects(view.naming).name(base)), rule=rule)
    worth = _by_case(view, remedy, unit) if remedy.cases else told_worth(view, remedy.amount, unit)
    if remedy.per is not None:
        key = "remedy.per-begun" if remedy.per.begun else "remedy.per-whole"
        return view.say(key, amount=worth, each=view.duration(remedy.per.each), of=of)
    clocks = any(each.id in remedy.of for each in view.policy.commitments)
    return view.say("remedy.of-clock" if clocks else f"remedy.{period}", amount=worth, of=of)


def _by_case(view: View, remedy: Remedy, unit: str) -> str:
    told = []
    for case in remedy.cases:
        when = "" if case.when is None else view.circumstances.when(case.when)
        otherwise = view.say("in-other-cases") if case.when is None and len(remedy.cases) > 1 else ""
        told.append(told_worth(view, case.amount, unit) + when + otherwise)
    return view.locale.listed(told)


def _promises(view: View, remedy: Remedy) -> list[str]:
    policy = view.policy
    items = [*policy.commitments, *policy.objectives, *policy.availability]
    return [view.naming.name(each) for name in remedy.of for each in items if each.id == name]


def _period(view: View, remedy: Remedy) -> CountPeriod:
    """In which periods what it is of is counted."""
    periods: dict[str, CountPeriod] = {each.id: each.period for each in view.policy.objectives}
    periods |= {each.id: each.period for each in view.policy.availability}
    return remedy.period if remedy.counts else next((periods[of] for of in remedy.of if of in periods), "month")


def _base(remedy: Remedy) -> str:
    """What all its steps are shares of; ``""`` where they are not alike."""
    bases = {
        each.amount.of if isinstance(each.amount, ContractShare) and isinstance(each.amount.share, Fraction) else ""
        for each in remedy.steps
    }
    return bases.pop() if len(bases) == 1 else ""


def _told(steps: Sequence[Step]) -> Sequence[Step]:
    """Steps that say `below` alone, with where the next one takes over: one counts, and they do not add up."""
    bounds = [each.below for each in steps if each.below is not None and each.since is None]
    if len(bounds) < len(steps) or bounds != sorted(set(bounds), reverse=True):
        return steps
    return [replace(each, since=since) for each, since in zip(steps, (*bounds[1:], None), strict=True)]


def _step(view: View, step: Step, unit: str, *, shared: bool) -> str:
    worth = told_worth(view, step.amount, unit)
    if shared and isinstance(step.amount, ContractShare) and isinstance(step.amount.share, Fraction):
        worth = view.locale.percent(step.amount.share)
    return told_step(view, step, worth)


def told_step(view: View, step: Step, worth: str = "") -> str:
    """What a step is worth, and of what; without a worth only that."""
    shares = {"below": step.below, "since": step.since, "until": step.until}
    told = {name: view.locale.percent(share) for name, share in shares.items() if share is not None}
    numbers = {"least": step.at_least, "most": step.at_most}
    told |= {name: view.locale.number(number) for name, number in numbers.items() if number is not None}
    told |= {} if step.late is None else {"late": view.duration(step.late)}
    if step.at_least is not None and step.at_least == step.at_most:
        return view.say("step.exactly", least=told["least"], amount=worth).strip()
    return view.say(f"step.{_form(step)}", **told, amount=worth).strip()


def _form(step: Step) -> str:
    """Which of its bounds a step tells."""
    if step.late is not None:
        return "late-above" if step.beyond else "late-least"
    if step.at_least is not None or step.at_most is not None:
        return "least-most" if None not in (step.at_least, step.at_most) else "least" if step.at_least else "most"
    if step.since is None:
        return "below" if step.below is not None else "to" if step.until is not None else "any-delay"
    return "from-below" if step.below is not None else "from-to" if step.until is not None else "from"
