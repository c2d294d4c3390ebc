"""Bugs of the lifecycle and of how one event is decided: facts, conditions, timers, opening time."""

from __future__ import annotations

from reference.bugs.bug import Bug

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
        "due at closing is due at the next opening",
        "time.opening_time",
        "return target_s - line.shifts[bisect_left(totals, target_s)]",
        "return target_s - line.shifts[bisect_right(totals, target_s)]",
        "stopping",
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
        "charges see the facts before the event",
        "decision.engine",
        "self._payment.charge(event, new, origin, after, accounts)",
        "self._payment.charge(event, new, origin, before, accounts)",
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
        "an event that cannot be paid moves the ticket all the same",
        "decision.engine",
        "return _refused(standing, bill, trace, accounts)",
        "return _refused(new, bill, trace, accounts)",
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
        "a timer that repeats waits as long as the first time",
        "lifecycle.timers",
        "delay = timer.every if again else timer.after",
        "delay = timer.after",
        "repeating-timers",
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
