"""Planted bugs: one change of the engine for each hard point, which the fixtures named beside it have to notice.

Run as a program with the name of a bug, it imports the engine with that bug in it and prints
the first fixture whose verdict it gets wrong. Run without one, it reads names, one a line, and
answers each from a process of its own, which has the engine already and swaps what the bug is in:
importing the engine takes several times as long as finding out.
"""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType

LONGEST_S = 300
"""A bug that never comes to an end is no good one to plant."""


@dataclass(frozen=True)
class Bug:
    """A change of one module of `upheld.core`, and the file of fixtures that must notice it.

    Attributes:
        right: Text that stands exactly once in the module.
        wrong: What stands there instead.
    """

    name: str
    module: str
    right: str
    wrong: str
    noticed_by: str


BUGS = (
    Bug(
        "clocks see the facts before the event",
        "decision.outcome",
        "return Moment(self._world, event.at_s, new, new.facts, before, event, values)",
        "return Moment(self._world, event.at_s, new, before, before, event, values)",
        "facts",
    ),
    Bug(
        "`before` holds what holds now",
        "decision.outcome",
        "return Moment(self._world, event.at_s, new, new.facts, before, event, values)",
        "return Moment(self._world, event.at_s, new, new.facts, new.facts, event, values)",
        "facts",
    ),
    Bug(
        "a table tells tickets apart by their states alone",
        "decision.table",
        "key = standing.state, facts(standing.facts), ticket(standing)",
        "key = standing.state, None, ticket(standing)",
        "facts",
    ),
    Bug(
        "settings see an opening without its defaults",
        "decision.outcome",
        "moment = Moment(self._world, event.at_s, standing, was.facts, before, event, values)",
        "moment = Moment(self._world, event.at_s, standing, before, before, event, values)",
        "facts",
    ),
    Bug(
        "closing comes before the stop",
        "clocks.plan",
        'found.setdefault(index, []).append(Ending("cancelled", None, None, ""))',
        'found.setdefault(index, []).insert(0, Ending("cancelled", None, None, ""))',
        "stopping",
    ),
    Bug(
        "the stop comes before an explicit cancel",
        "clocks.plan",
        '            ("cancelled", self._cancels),\n            ("stopped", self._stops),\n',
        '            ("stopped", self._stops),\n            ("cancelled", self._cancels),\n',
        "stopping",
    ),
    Bug(
        "what begins as it ends runs for ever",
        "clocks.step",
        "if plan.entered and (begun or self.resumed):",
        "if False:",
        "begun-and-ended",
    ),
    Bug(
        "an answer stops the clock that it begins",
        "clocks.plan",
        "entered = self._endings(None, None, state, closes=closes) if moved else {}",
        "entered = endings",
        "begun-and-ended",
    ),
    Bug("closing cancels duties", "clocks.plan", "if not commitment.duty:", "if True:", "stopping"),
    Bug(
        "a stop at the due instant is late",
        "clocks.row",
        "if due is not None and end_s > due:",
        "if due is not None and end_s >= due:",
        "stopping",
    ),
    Bug(
        "due at closing is due at the next opening",
        "time.opening_time",
        "return target_s - line.shifts[bisect_left(totals, target_s)]",
        "return target_s - line.shifts[bisect_right(totals, target_s)]",
        "stopping",
    ),
    Bug(
        "a stop's own date may lie before the start",
        "clocks.own_dates",
        "return now.at_s if held is None else max(held, clock.from_s)",
        "return now.at_s if held is None else held",
        "stopping",
    ),
    Bug(
        "a passed due instant is retargeted",
        "clocks.step",
        "if due_s < self.at_s:",
        "if False:",
        "passed",
    ),
    Bug("a pause moves what has passed", "clocks.pauses", "if from_s >= due:", "if False:", "passed"),
    Bug(
        "a target is judged before its facts are known",
        "clocks.terms",
        "if held is None or held == NO_MEMBERS:",
        "if False:",
        "pending",
    ),
    Bug(
        "names of time are read when the target is known",
        "clocks.terms",
        "return happening.time_names(name, from_s)",
        "return happening.time_names(name, happening.at_s)",
        "pending",
    ),
    Bug(
        "a clock is judged again",
        "clocks.step",
        "if clock.commitment not in self.plan.fixes or not clock.is_pending or",
        "if clock.commitment not in self.plan.fixes or clock.end is not None or clock.lapsed_s is not None or",
        "pending",
    ),
    Bug(
        "`one` starts again after a stop",
        "clocks.step",
        'if cycles == "one" and self.cycles_over[index]:',
        "if False:",
        "second-starts",
    ),
    Bug(
        "`ignore-while-running` never starts again",
        "clocks.step",
        'if cycles == "one" and self.cycles_over[index]:',
        'if cycles != "many" and self.cycles_over[index]:',
        "second-starts",
    ),
    Bug(
        "an excuse may end at the due instant",
        "clocks.row",
        "if each.from_s < end_s and each.until_s > due]",
        "if each.from_s < end_s and each.until_s >= due]",
        "excuses",
    ),
    Bug(
        "an excuse may begin at the stop",
        "clocks.row",
        "if each.from_s < end_s and each.until_s > due]",
        "if each.from_s <= end_s and each.until_s > due]",
        "excuses",
    ),
    Bug(
        "an empty overrun cannot be excused",
        "clocks.row",
        "    if not meeting:\n",
        "    if not meeting or calendar.between_s(due, end_s) == 0:\n",
        "excuses",
    ),
    Bug("most of an overrun is excused", "clocks.row", "if left_s == 0 else ()", "if left_s < 60 else ()", "excuses"),
    Bug(
        "the gap before a reopening is no pause",
        "clocks.step",
        "if gap_s < self.at_s else clock.gaps",
        "if False else clock.gaps",
        "reopening",
    ),
    Bug(
        "any clock that ended is resumed",
        "clocks.step",
        "returns = self.plan.may_return and (clock.lapsed_s is None or clock.waits)",
        "returns = True",
        "reopening",
    ),
    Bug(
        "a resumed clock keeps the old severity's target",
        "clocks.step",
        '                if self.rules.terms[clock.commitment].on_change != "keep":\n'
        "                    self._follow(position, resumed)\n",
        "",
        "reopening",
    ),
    Bug(
        "a pause moves a fixed date",
        "clocks.pauses",
        "if aim.due_s is None or not aim.moves or not pauses:",
        "if aim.due_s is None or not pauses:",
        "pauses",
    ),
    Bug(
        "a second pause counts on its own",
        "clocks.step",
        "            if tracks[pull.of].lasting is None and (pull.when is None or pull.when(names)):",
        "            if pull.when is None or pull.when(names):",
        "pauses",
    ),
    Bug(
        "a timer fires after what happens at its due instant",
        "decision.advance",
        "while standing.timers and standing.timers[0].due_s <= until_s:",
        "while standing.timers and standing.timers[0].due_s < until_s:",
        "timers",
    ),
    Bug(
        "a record that is not well formed fires timers",
        "decision.engine",
        "        trace, given = Trace(self._voice), standing\n",
        "        trace, given = Trace(self._voice), standing\n"
        "        if standing is not None and standing.timers:\n"
        "            standing = self._advance.fire(standing, event.at_s, trace)\n",
        "timers",
    ),
    Bug(
        "a reset does not start a delay anew",
        "lifecycle.timers",
        "waiting = self._reset(waiting, reset.timer, at_s, customer, observed)",
        "pass",
        "timers",
    ),
    Bug(
        "factor after rounding",
        "billing.rating",
        "    amount = max(_rounded(max(amount, first_block), step, rate.rounding), minimum)",
        "    amount = max(_rounded(max(raw * parts, first_block), step, rate.rounding) * factor // parts, minimum)",
        "rating",
    ),
    Bug(
        "rounding before the first block",
        "billing.rating",
        "_rounded(max(amount, first_block), step, rate.rounding)",
        "max(_rounded(amount, step, rate.rounding), first_block)",
        "rating",
    ),
    Bug(
        "the minimum is rounded",
        "billing.rating",
        "_rounded(max(amount, first_block), step, rate.rounding)",
        "_rounded(max(amount, first_block, minimum), step, rate.rounding)",
        "rating",
    ),
    Bug(
        "the cap is rounded",
        "billing.rating",
        "(amount if cap is None else min(amount, cap))",
        "(amount if cap is None else _rounded(min(amount, cap), step, rate.rounding))",
        "rating",
    ),
    Bug("the minimum is billed for nothing", "billing.rating", "    if not amount:\n", "    if not raw:\n", "rating"),
    Bug("half a step goes down", "billing.rating", "(2 * amount + step) //", "(2 * amount + step - 1) //", "rating"),
    Bug(
        "an entry costs all of its scope",
        "billing.rating",
        "return Tally(total, amount), amount - self.charged",
        "return Tally(total, amount), amount",
        "rating",
    ),
    Bug(
        "a ticket's work is rated by entry",
        "billing.step",
        'if rates.scope == "entry":',
        'if rates.scope != "day":',
        "rating",
    ),
    Bug(
        "a day is one at UTC",
        "billing.step",
        "self.schedule.date_at(done_s).toordinal()",
        "done_s // 86_400",
        "rating",
    ),
    Bug("a release ends no scope", "billing.step", 'if plan.charge.kind == "release":', "if False:", "rating"),
    Bug("a settlement ends a scope", "billing.step", 'if plan.charge.kind == "release":', "if True:", "rating"),
    Bug("one effort is billed by every rule", "billing.step", "if earlier is not None:", "if False:", "charges"),
    Bug(
        "a fee is the effort beside it",
        "billing.step",
        "self._billed.get(effort) if effort is not None else None",
        "next(iter(self._billed.values()), None)",
        "charges",
    ),
    Bug(
        "charges see the facts before the event",
        "decision.engine",
        "self._payment.charge(event, new, origin, after, accounts)",
        "self._payment.charge(event, new, origin, before, accounts)",
        "charges",
    ),
    Bug(
        "a contract's own fee is not seen",
        "billing.plan",
        "schedule.parameter(parameter.id, column, at_s, customer)",
        'schedule.parameter(parameter.id, column, at_s, "")',
        "charges",
    ),
    Bug(
        "the first work is taken back",
        "billing.step",
        "self.tops[plan.place] = len(self.billed)",
        "self.tops[plan.place] = self.tops.get(plan.place) or len(self.billed)",
        "charges",
    ),
    Bug(
        "work taken back stays in its scope",
        "billing.step",
        "Tally(tally.raw - last.raw, tally.charged - last.amount)",
        "tally",
        "charges",
    ),
    Bug(
        "charges are taken ticket by ticket",
        "replay.customers",
        "heappush(heads, (events[0].arrival, events[0].at_s, ticket))",
        "heappush(heads, (events[0].arrival, 0, ticket))",
        "charges",
    ),
    Bug(
        "the oldest lot burns first",
        "billing.entry",
        "return (lot.expires_s is None, lot.expires_s or 0, lot.at_s, lot.number)",
        "return (False, 0, lot.at_s, lot.number)",
        "accounts",
    ),
    Bug("a lot's last day is not included", "billing.grants", "day_number(day) + 1", "day_number(day)", "accounts"),
    Bug(
        "a lot ends at midnight UTC",
        "billing.grants",
        "self._always.instant_s(day, 0) if near else day * DAY_S",
        "day * DAY_S",
        "accounts",
    ),
    Bug(
        "what a hold has overdrawn expires when it is given back",
        "billing.ledger",
        "return EXPIRED if self.expires_s is not None and self.expires_s <= at_s else self.source",
        "return EXPIRED if self.expires_s is None or self.expires_s <= at_s else self.source",
        "accounts",
    ),
    Bug(
        "a grant comes after the charges of its instant",
        "billing.grants",
        "bisect_right(due, until_s, key=lambda each: each.at_s)",
        "bisect_right(due, until_s - 1, key=lambda each: each.at_s)",
        "accounts",
    ),
    Bug(
        "an event that cannot be paid moves the ticket all the same",
        "decision.engine",
        "return _refused(standing, bill, trace, accounts)",
        "return _refused(new, bill, trace, accounts)",
        "accounts",
    ),
    Bug(
        "a limit forgets what was overdrawn before",
        "billing.booking",
        "max(self.limit - ledger.overdrawn, 0)",
        "self.limit",
        "accounts",
    ),
    Bug(
        "periods drift",
        "billing.recurring",
        "return months_after(grant.anchor, number * grant.months)",
        "return grant.anchor if not number else months_after(_begins(grant, number - 1), grant.months)",
        "retainers",
    ),
    Bug(
        "periods begin before the grant does",
        "billing.recurring",
        "return number if _begins(grant, number) >= since else number + 1",
        "return number",
        "retainers",
    ),
    Bug(
        "a period goes on after its contract",
        "billing.recurring",
        "end = whole if grant.until is None else min(whole, last + 1)",
        "end = whole",
        "retainers",
    ),
    Bug(
        "all of what is left is carried over",
        "billing.ledger",
        "kept = min(left, lot.carried.most)",
        "kept = left",
        "retainers",
    ),
    Bug(
        "what is carried over never ends",
        "billing.ledger",
        "Lot(number, end_s, lot.carried.expires_s)",
        "Lot(number, end_s, None)",
        "retainers",
    ),
    Bug(
        "what comes back late is carried over",
        "billing.booking",
        "expire(undone, at_s, carries=False)",
        "expire(undone, at_s)",
        "retainers",
    ),
    Bug(
        "what a balance lacks is rounded down",
        "billing.step",
        "math.ceil(lacking.amount *",
        "math.floor(lacking.amount *",
        "overage",
    ),
    Bug(
        "the other account pays for all of it",
        "billing.step",
        "amount = due if last else there",
        "amount = due if last else 0",
        "overage",
    ),
    Bug(
        "only the first account is given back",
        "billing.step",
        "for place, each in enumerate(last.booked):",
        "for place, each in enumerate(last.booked[:1]):",
        "overage",
    ),
    Bug(
        "a later grant pays nothing",
        "billing.grants",
        "repays=account.repays",
        "repays=False",
        "retainers",
    ),
    Bug(
        "every account lets the next grant pay",
        "billing.grants",
        "repays=account.repays",
        "repays=True",
        "retainers",
    ),
    Bug(
        "what was repaid is not given back",
        "billing.ledger",
        'if "repaid" in ledger.totals and any(',
        "if False and any(",
        "retainers",
    ),
    Bug(
        "the rest of the work is all of it",
        "billing.worked_time",
        "rest = list(_without(rest, inside))",
        "rest = rest if cut.name else []",
        "worked-time",
    ),
    Bug(
        "the contract counts that holds when work is entered",
        "billing.plan",
        "happening.time_names(name, begun_s) if is_of_time(name) else",
        "happening.time_names(name, happening.at_s) if is_of_time(name) else",
        "worked-time",
    ),
    Bug(
        "the day counts on which work is entered",
        "billing.step",
        "raw.pieces[0].from_s if raw.pieces else self.now.at_s",
        "self.now.at_s",
        "worked-time",
    ),
    Bug(
        "days of work entered late are forgotten",
        "billing.step",
        "and not isinstance(rates.rating.amount, WorkedAmount)",
        "",
        "worked-time",
    ),
    Bug(
        "work ends whenever it likes",
        "billing.worked_time",
        "if until_s > recorded_s:",
        "if False:",
        "worked-time",
    ),
    Bug(
        "what is allowed is flagged",
        "billing.step",
        'if beyond and account.overdraft == "warn":',
        "if beyond:",
        "accounts",
    ),
    Bug(
        "an overdraft is not flagged",
        "billing.step",
        'if beyond and account.overdraft == "warn":',
        "if False:",
        "accounts",
    ),
    Bug(
        "what is waived is taken",
        "billing.step",
        "waive(book.ledger, due, at_s, cause)",
        "debit(book.ledger, due, rates.category, at_s, rates.allowance, cause)",
        "accounts",
    ),
    Bug(
        "a low balance is told every time",
        "billing.grants",
        "if low is None or not _left(before) >= low > _left(after):",
        "if low is None or not low > _left(after):",
        "accounts",
    ),
    Bug(
        "a lot's end is told when it comes",
        "billing.grants",
        "self._coming[0][0] - (self._ahead_s or 0) if",
        "self._coming[0][0] if",
        "accounts",
    ),
    Bug(
        "nothing has a size of one",
        "condition.condition",
        "return len(held) if isinstance(held, frozenset) else 0",
        "return len(held) if isinstance(held, frozenset) else 1",
        "sizes",
    ),
    Bug(
        "a table's second name is forgotten",
        "policy.parameter",
        'return None if None in held else ".".join(str(each) for each in reversed(held))',
        'return None if None in held else ".".join(["plus", *(str(each) for each in held[:1])][-len(held) or 2 :])',
        "plans",
    ),
    Bug(
        "what happens at once waits for the next record",
        "lifecycle.timers",
        "return lambda start_s: start_s",
        "return lambda start_s: start_s + 1",
        "changing-timers",
    ),
    Bug(
        "a timer changes what is immutable",
        "decision.advance",
        "if fixed((change,), standing.facts, lookup) is None:",
        "if True:",
        "changing-timers",
    ),
    Bug(
        "clocks do not hear what a timer sets",
        "decision.advance",
        "if standing.state != origin or facts is not was or climb is not None:",
        "if standing.state != origin:",
        "changing-timers",
    ),
    Bug(
        "a timer lowers the level",
        "lifecycle.consequences",
        "refused=False) if reached > level else None",
        "refused=False) if reached != level else None",
        "changing-timers",
    ),
    Bug(
        "a timer counts dates from midnight, in a night too",
        "lifecycle.timers",
        "calendar.business_day_after(calendar.day_at(start_s), days)",
        "calendar.business_day_after(calendar.clock_at(start_s)[0], days)",
        "nights",
    ),
    Bug(
        "a month is counted from the next opening",
        "time.due",
        "add_months_s(calendar, start_s, target.months)",
        "add_months_s(calendar, calendar.next_opening_s(start_s), target.months)",
        "months",
    ),
    Bug(
        "the day after stands for one that a month has not",
        "time.month",
        "return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))",
        "return date.fromordinal(date(year, month + 1, 1).toordinal() + day.day - 1)",
        "months",
    ),
    Bug(
        "months are those of UTC",
        "time.month",
        "day, time_s = time.clock_at(start_s)",
        "day, time_s = divmod(start_s + 3600, 86400)",
        "months",
    ),
    Bug(
        "an overrun is counted in days of the policy's hours",
        "remedies.breach",
        "self._schedule.calendars[self._schedule.calendar_for(row.calendar, customer)]",
        "self._schedule.calendars[row.calendar]",
        "own-hours",
    ),
    Bug(
        "an objective is counted in days of the policy's hours",
        "population.objectives",
        "self.allowed_s(self._schedule.calendar_for(row.calendar, customer))",
        "self.allowed_s(row.calendar)",
        "own-hours",
    ),
    Bug(
        "availability is promised in the policy's hours",
        "population.availability",
        "schedule.calendars[schedule.calendar_for(availability.calendar, customer)]",
        "schedule.calendars[availability.calendar]",
        "own-hours",
    ),
    Bug(
        "work is cut along the policy's hours",
        "billing.plan",
        "each.calendar and schedule.calendar_for(each.calendar, customer)",
        "each.calendar",
        "own-hours",
    ),
    Bug(
        "a share is rounded to even",
        "remedies.worth",
        "return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)",
        "return round(amount)",
        "remedies",
    ),
    Bug(
        "a remedy is booked while its clock runs",
        "remedies.breach",
        "            row.ended_s,\n            None if priced.amount is None",
        "            row.ended_s or due_s,\n            None if priced.amount is None",
        "remedies",
    ),
    Bug(
        "a breach without opening time has begun no unit",
        "remedies.breach",
        "max(-(-row.overrun_s // each_s), 1)",
        "-(-row.overrun_s // each_s)",
        "remedies",
    ),
    Bug(
        "begun units count where whole ones are asked for",
        "remedies.breach",
        "if per.begun else row.overrun_s // each_s",
        "if True else row.overrun_s // each_s",
        "remedies",
    ),
    Bug(
        "the severity of a remedy is the ticket's",
        "remedies.reckoning",
        'return row.severity if name == "severity" else names(name)',
        "return names(name)",
        "remedies",
    ),
    Bug(
        "a contract is read as at the end",
        "remedies.reckoning",
        "names = _of_clock(row, self._engine.names(standing, due_s))",
        "names = _of_clock(row, self._engine.names(standing, standing.last_s))",
        "remedies",
    ),
    Bug(
        "room goes by the order of breaches",
        "remedies.booking",
        "key=lambda each: (each[2] is None, each[2] or 0, *self._order(each[0]))",
        "key=lambda each: (each[2] is None, 0, *self._order(each[0]))",
        "remedies",
    ),
    Bug(
        "what accrues has room before what is booked",
        "remedies.booking",
        "key=lambda each: (each[2] is None, each[2] or 0,",
        "key=lambda each: (each[2] is not None, each[2] or 0,",
        "remedies",
    ),
    Bug(
        "caps of an account are of each remedy",
        "remedies.breach",
        "yield Limit((whose.address, customer, *together)",
        "yield Limit((whose.address, self.remedy.id, customer, *together)",
        "remedies",
    ),
    Bug(
        "an unknown amount is none",
        "remedies.booking",
        '            status, booked_s = "unpriced", None',
        "            amount = 0",
        "remedies",
    ),
    Bug(
        "breaches are counted in the month of their start",
        "remedies.reckoning",
        "period_of(schedule.date_at(due_s), each.remedy.period)",
        "period_of(schedule.date_at(row.start_s), each.remedy.period)",
        "remedies",
    ),
    Bug(
        "the first step that holds counts",
        "remedies.breach",
        "self._of_period(held[-1], customer, period, settled_s, names, number=number)",
        "self._of_period(held[0], customer, period, settled_s, names, number=number)",
        "remedies",
    ),
    Bug(
        "a period is over a second early",
        "remedies.breach",
        "settled_s = end_s if as_of_s >= end_s else None",
        "settled_s = end_s if as_of_s >= end_s - 1 else None",
        "remedies",
    ),
    Bug(
        "a claim may come before the breach",
        "remedies.booking",
        "if breach.at_s <= at_s <= until_s",
        "if at_s <= until_s",
        "remedies",
    ),
    Bug(
        "a claim books at once",
        "remedies.booking",
        'return "booked", max(first, breach.settled_s), until_s',
        'return "booked", first, until_s',
        "remedies",
    ),
    Bug(
        "the last day of a claim is not included",
        "remedies.booking",
        "end = day_number(day) + int(claim.within.seconds // 86_400) + 1",
        "end = day_number(day) + int(claim.within.seconds // 86_400)",
        "remedies",
    ),
    Bug(
        "an objective is settled while a clock may change it",
        "remedies.reckoning",
        "settled_s = None if tally.undecided or as_of_s < end_s",
        "settled_s = None if as_of_s < end_s",
        "remedies",
    ),
    Bug(
        "down time counts twice",
        "population.availability",
        "gone = _within(calendar, united([*down, *left_out]), edges)",
        "gone = _within(calendar, [*down, *left_out], edges)",
        "remedies",
    ),
    Bug(
        "excused time counts as up",
        "population.availability",
        "whole - out, gone - out, out",
        "whole, gone - out, out",
        "remedies",
    ),
    Bug(
        "excused time counts as down",
        "population.availability",
        "whole - out, gone - out, out",
        "whole - out, gone, out",
        "remedies",
    ),
    Bug(
        "an amount is that of the period's last day alone",
        "remedies.worth",
        "            if found.amount is not None:\n                return found",
        "            return found",
        "remedies",
    ),
    Bug(
        "what is paid out is lost",
        "remedies.credit",
        "balance.available + balance.held - balance.overdrawn + sum(",
        "balance.available + balance.held + sum(",
        "remedies",
    ),
    Bug(
        "a new target counts from the change",
        "clocks.step",
        "judged_clock(self.rules, self.now, clock, self.at_s if restarts else clock.begun_s, anew=restarts)",
        "judged_clock(self.rules, self.now, clock, self.at_s, anew=restarts)",
        "changes",
    ),
    Bug(
        "a restart keeps the marks that were given",
        "clocks.step",
        "judged_clock(self.rules, self.now, clock, self.at_s if restarts else clock.begun_s, anew=restarts)",
        "judged_clock(self.rules, self.now, clock, self.at_s if restarts else clock.begun_s, anew=False)",
        "warnings",
    ),
    Bug(
        "`when` is not judged anew",
        "clocks.judging",
        "aim = terms.judged(from_s, now.customer, lookup) if begins else None",
        "aim = (terms.aim if clock.aim else terms.judged)(from_s, now.customer, lookup) if begins else None",
        "applying",
    ),
    Bug(
        "a clock follows what other starts ask",
        "clocks.terms",
        "asked = [self.commitment.start[number].when for number in starts]",
        "asked = [each.when for each in self.commitment.start if each.when]",
        "applying",
    ),
    Bug(
        "a clock follows what need not hold",
        "clocks.terms",
        "if each is not None and None not in asked for",
        "if each is not None for",
        "applying",
    ),
    Bug(
        "of the starts of one record the first alone counts",
        "clocks.step",
        "starts = tuple(each.trigger for each in pulls if each.trigger is not None) if remembers else ()",
        "starts = (pull.trigger or 0,) if remembers else ()",
        "applying",
    ),
    Bug(
        "a stop passes by what does not apply just now",
        "clocks.step",
        "if clock.commitment != index or (clock.end is not None and not clock.beats):",
        "if clock.commitment != index or clock.lapsed_s or (clock.end is not None and not clock.beats):",
        "applying",
    ),
    Bug(
        "a reopening begins another beside one that may apply again",
        "clocks.step",
        "begun -= {clock.commitment for clock in self.clocks if clock.goes_on}",
        "begun -= {clock.commitment for clock in self.clocks if clock.goes_on and clock.runs}",
        "applying",
    ),
    Bug(
        "a correction is judged without what is unset",
        "clocks.step",
        "if terms.is_awaiting(self.now.names):\n            return clock",
        "if False:\n            return clock",
        "applying",
    ),
    Bug(
        "a correction skips what has ended",
        "clocks.step",
        "over.append(self._corrected(clock, corrected))",
        "over.append(clock)",
        "changes",
    ),
    Bug(
        "a correction skips what is late already",
        "clocks.step",
        "if terms.is_awaiting(self.now.names):\n            return clock",
        "if clock.runs and (self.rules.due_s(clock, self.tracks) or self.at_s) < self.at_s:\n            return clock",
        "changes",
    ),
    Bug(
        "a new target counts on the old calendar",
        "clocks.judging",
        "        aim=aim,\n        end=end,\n",
        "        aim=aim and aim._replace(calendar=(clock.aim or aim).calendar),\n        end=end,\n",
        "changes",
    ),
    Bug(
        "an agreed date is due when it begins",
        "time.due",
        'return _at_closing(target, calendar, start_s, day, f"agreed for {day}")',
        "return Due(target, start_s, calendar.instant_s(day_number(day), 0), calendar)",
        "agreed",
    ),
    Bug(
        "best effort can be broken",
        "time.due",
        "case BestEffort():\n            return Due(target, start_s, None, calendar)",
        "case BestEffort():\n            return Due(target, start_s, start_s, calendar)",
        "agreed",
    ),
    Bug(
        "what an excuse has to cover begins before the clock",
        "clocks.row",
        "used_s(calendar, covered, max(due, clock.from_s), end_s)",
        "used_s(calendar, covered, due, end_s)",
        "excuses",
    ),
    Bug(
        "a start may lie after its record",
        "clocks.own_dates",
        "return now.at_s if held is None else min(held, now.at_s)",
        "return now.at_s if held is None else held",
        "own-dates",
    ),
    Bug(
        "a pause until a date ends as it begins",
        "clocks.step",
        "until_s = own_edge_s(self.rules, self.now, pull, 1)",
        "until_s = own_edge_s(self.rules, self.now, pull, 0)",
        "own-dates",
    ),
    Bug(
        "a beat comes before a record of its instant",
        "clocks.rules",
        "return due + 1 if due is not None and due > clock.from_s else None",
        "return due if due is not None and due > clock.from_s else None",
        "rhythms",
    ),
    Bug(
        "a resumed cycle begins the next a second time",
        "clocks.step",
        'beats = is_last and self.rules.plan.rhythms[clock.commitment] == "due"',
        'beats = self.rules.plan.rhythms[clock.commitment] == "due"',
        "rhythms",
    ),
    Bug(
        "a resumed cycle begins no other",
        "clocks.step",
        'beats = is_last and self.rules.plan.rhythms[clock.commitment] == "due"',
        "beats = False",
        "rhythms",
    ),
    Bug(
        "what ceased to apply goes on though it was stopped",
        "clocks.clock",
        "(self.end is None or (self.beats and self.lapsed_s is None))",
        "(self.end is None or self.beats)",
        "rhythms",
    ),
    Bug(
        "the end of a rhythm comes before the stop",
        "clocks.plan",
        '            ("stopped", self._stops),\n            ("cancelled", self._untils),\n',
        '            ("cancelled", self._untils),\n            ("stopped", self._stops),\n',
        "rhythms",
    ),
    Bug(
        "a timer that repeats waits as long as the first time",
        "lifecycle.timers",
        "delay = timer.every if again else timer.after",
        "delay = timer.after",
        "repeating-timers",
    ),
    Bug(
        "a warning comes at the start where just so much is allowed",
        "clocks.terms",
        "opening_length_s(calendar, mark.length)) < allowed_s:",
        "opening_length_s(calendar, mark.length)) <= allowed_s:",
        "warnings",
    ),
    Bug(
        "it is broken at the due instant itself",
        "clocks.rules",
        "return None if due is None else due + 1",
        "return due",
        "warnings",
    ),
    Bug(
        "pauses do not move reminders",
        "clocks.rules",
        "moves=aim.moves or is_late)",
        "moves=aim.moves and not is_late)",
        "warnings",
    ),
    Bug(
        "reminders have no end",
        "clocks.terms",
        "if reminders is not None and (reminders.at_most is None or reminded < reminders.at_most):",
        "if reminders is not None:",
        "warnings",
    ),
    Bug(
        "hours of a customer's own are added to the policy's",
        "policy.schedule",
        "self[key] = found = self._own(customer, calendar) or self[calendar]",
        "own, found = self._own(customer, calendar), self[calendar]\n"
        "        if own is not None:\n"
        "            weekly = tuple(map(max, own.hours.weekly, found.hours.weekly))\n"
        "            found = Calendar(replace(own.hours, weekly=weekly))\n"
        "        self[key] = found",
        "own-hours",
    ),
)


def planted(source: str, bug: Bug) -> str:
    """The module's text with the bug in it. Raises: ValueError where there is no longer one place for it."""
    if source.count(bug.right) != 1:
        raise ValueError(f"`{bug.name}` has {source.count(bug.right)} places in `{bug.module}`: plant it anew")
    return source.replace(bug.right, bug.wrong)


class _Planter(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module with a bug in it."""

    def __init__(self, bug: Bug, path: Path) -> None:
        self.bug, self.path = bug, path

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != f"upheld.core.{self.bug.module}":
            return None
        return importlib.util.spec_from_loader(name, self, origin=str(self.path))

    def exec_module(self, module: ModuleType) -> None:
        text = planted(self.path.read_text(encoding="utf-8"), self.bug)
        exec(compile(text, str(self.path), "exec"), module.__dict__)


def wrong_fixtures(noticed_by: str) -> Iterator[str]:
    """The fixtures of a file that the engine, as imported, gets wrong."""
    from reference.fixtures import cases, differences, over_all
    from upheld.loader.contracts import contracts_from
    from upheld.loading import examine
    from upheld.replaying import replay

    for case in cases(noticed_by):
        policy = examine(json.dumps(case.policy).encode(), "fixture.yaml").policy
        try:
            replayed = replay(policy, case.records, contracts_from(case.contracts, policy), case.as_of)
            found = differences(case.expected, over_all(replayed["tickets"][0], replayed["summary"]))
        except Exception as error:
            found = [repr(error)]
        if found:
            yield case.name


def source_of(bug: Bug) -> Path:
    """Where the bug is to be planted."""
    core = Path(__file__).resolve().parents[2] / "engine" / "upheld" / "core"
    return core.joinpath(*bug.module.split(".")).with_suffix(".py")


def is_in_a_function(source: str, bug: Bug) -> bool:
    """Whether all that the bug changes is done when a function is called, and nothing when its module is imported."""
    start = source.index(bug.right)
    first, last = (source.count("\n", 0, at) + 1 for at in (start, start + len(bug.right.rstrip())))
    functions = [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.FunctionDef)]
    return any(each.body[0].lineno <= first and last <= (each.end_lineno or 0) for each in functions)


def swap(bug: Bug) -> None:
    """Have the functions of the module, which others have imported by now, do what they do with the bug in it."""
    path, old = source_of(bug), importlib.import_module(f"upheld.core.{bug.module}")
    new = ModuleType(old.__name__)
    exec(compile(planted(path.read_text(encoding="utf-8"), bug), str(path), "exec"), new.__dict__)
    _swap_functions(old, new, old.__name__)


def _swap_functions(old: object, new: object, module: str) -> None:
    for name, held in vars(new).items():
        was = vars(old)[name]
        if isinstance(held, type) and held.__module__ == module:
            _swap_functions(was, held, module)
        elif (made := _function(held)) is not None and made.__module__ == module:
            known = _function(was)
            assert known is not None, name
            known.__code__ = made.__code__


def _function(held: object) -> FunctionType | None:
    """What somebody wrote, below what decorators have made of it."""
    for below in ("__wrapped__", "__func__", "fget", "func"):
        held = getattr(held, below, held)
    return held if isinstance(held, FunctionType) else None


def main(name: str) -> None:
    bug = next(each for each in BUGS if each.name == name)
    sys.meta_path.insert(0, _Planter(bug, source_of(bug)))
    sys.stdout.write(next(wrong_fixtures(bug.noticed_by), ""))


def answer() -> None:
    """Tell of each name that is read the exit status of a process that has the bug, and what it gets wrong."""
    for name in ("reference.fixtures", "upheld.loader.contracts", "upheld.loading", "upheld.replaying"):
        importlib.import_module(name)

    for line in sys.stdin:
        process = os.fork()
        if not process:
            signal.alarm(LONGEST_S)
            bug = next(each for each in BUGS if each.name == line.strip())
            swap(bug)
            sys.stdout.write(next(wrong_fixtures(bug.noticed_by), ""))
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(process, 0)
        sys.stdout.write(f"\t{status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1]) if sys.argv[1:] else answer()
