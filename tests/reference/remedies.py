"""Remedies and availability: DESIGN section 9 and `docs/decisions/0021-remedies.md`, after everything else is known.

Nothing is kept: the whole list of what may be owed is made once, at as-of, and then gone through in the order in which
it has the room of its caps.
"""

from __future__ import annotations

import math
from calendar import isleap
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from reference.conditions import View, items
from reference.due import parse_duration, seconds_in
from reference.lifecycle import Ticket, instant_s
from reference.opening import DAY, opening_of, seconds_of, utc, with_own_hours
from reference.population import is_late, of_clock, period_of

MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass
class Owed:
    """What may be owed for one broken clock, or one broken period."""

    remedy: int
    customer: str
    period: str
    at_s: int
    settled_s: int | None
    amount: Fraction | None
    caps: list
    clauses: list
    ticket: str = ""
    commitment: str = ""
    cycle: int = 0
    units: int | None = None
    number: int = 1
    share: Fraction | None = None
    status: str = ""
    booked_s: int | None = None
    until_s: int | None = None
    paid: int | None = None
    capped: int = 0


@dataclass
class Remedies:
    """What is owed under one policy as of an instant, for tickets with the rows of their clocks."""

    policy: dict
    contracts: dict
    seen: list[tuple[Ticket, list[dict]]]
    as_of_s: int
    owed: list[Owed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.policy["zone"])
        self.said = [pair for each in self.policy.get("availability", []) for pair in self._said(each["down"])]
        self.uptimes = [row for each in self.policy.get("availability", []) for row in self._uptimes(each)]
        for number, remedy in enumerate(self.policy.get("remedies", [])):
            of = items(remedy["of"])
            if any(each["id"] in of for each in self.policy["commitments"]):
                self.owed += self._of_clocks(number, remedy)
            elif any(each["id"] in of for each in self.policy.get("objectives", [])):
                self.owed += self._of_objective(number, remedy)
            else:
                self.owed += self._of_availability(number, remedy)
        self._stand()
        self._book()

    # Periods, in the policy's zone.

    def day(self, at_s: int) -> date:
        return datetime.fromtimestamp(at_s, self.zone).date()

    def midnight(self, day: date) -> int:
        return seconds_of(datetime.combine(day, time(), self.zone))

    @staticmethod
    def period(day: date, unit: str) -> str:
        names = {"month": f"{day:%Y-%m}", "quarter": f"{day.year}-Q{(day.month + 2) // 3}", "year": f"{day.year}"}
        return names[unit]

    def days(self, period: str, unit: str) -> list[date]:
        """The days of a period: all those around it that are of the same name."""
        if "/" in period:
            first, last = map(date.fromisoformat, period.split("/"))
            return [first + DAY * n for n in range((last - first).days + 1)]
        unit = "year" if unit == "contract-year" else unit
        first = date(int(period[:4]), 1, 1)
        return [day for day in (first + DAY * n for n in range(366)) if self.period(day, unit) == period]

    def end_s(self, period: str, unit: str) -> int:
        return self.midnight(self.days(period, unit)[-1] + DAY)

    # Amounts.

    def _worth(self, worth, view: View) -> tuple[Fraction | None, list]:
        """An amount in minor units, exactly, with the clauses of the table that it was read from."""
        if isinstance(worth, dict) and "share" in worth:
            held, share, known = view.value(worth["of"]), worth["share"], []
            if isinstance(share, dict):
                share, known = self._table(share, view)
            return (None if None in (held, share) else Fraction(share.rstrip("%")) / 100 * held), known
        if isinstance(worth, dict) and "parameter" in worth:
            value, known = self._table(worth, view)
            return _minor(value), known
        return _minor(worth), []

    def _table(self, worth: dict, view: View) -> tuple[object, list]:
        """What a parameter holds, with the clauses of the table and of its row."""
        table = self.policy["parameters"][worth["parameter"]]
        value, row = view.parameter(worth["parameter"])
        return value, [] if value is None else [*table.get("clauses", []), *row.get("clauses", [])]

    def _in_period(self, worth, period: str, unit: str, customer: str) -> tuple[Fraction | None, list]:
        """The same on the last day of a period on which anything says it."""
        for day in reversed(self.days(period, unit)):
            view = View(self.policy, self.contracts, self.midnight(day), customer=customer)
            found = self._worth(worth, view)
            if found[0] is not None:
                return found
        return None, []

    def _of_cap(self, cap: dict, customer: str, days: list[date]) -> str:
        """The time that a cap counts together: a contract year goes back to the last anniversary of the first day."""
        if cap["per"] != "contract-year":
            return self.period(days[-1], cap["per"])
        kind = cap.get("contract") or cap["of"].split(".")[1]
        for day in reversed(days):
            for each in View(self.policy, self.contracts, self.midnight(day), customer=customer).active():
                if each["kind"] == kind and "from" in each:
                    since = date.fromisoformat(each["from"])
                    while (day.month, day.day) != _anniversary(since, day.year):
                        day -= DAY
                    return f"from {day}"
        return self.period(days[-1], "year")

    def _caps(self, remedy: dict, customer: str, days: list[date], alone: tuple, price) -> list:
        """Each cap over something: whose and of which time it is, and the most."""
        account = self.policy["accounts"][remedy["account"]]
        found = []
        for whose, cap in ((f"remedy {remedy['id']}", remedy.get("cap")), (remedy["account"], account.get("cap"))):
            if cap is not None:
                together = alone if cap["per"] == "breach" else (self._of_cap(cap, customer, days),)
                found.append(((whose, customer, *together), price(cap if "share" in cap else cap["amount"])[0]))
        return found

    # What is broken.

    def _of_clocks(self, number: int, remedy: dict) -> list[Owed]:
        found, counted = [], {}
        for ticket, rows in self.seen:
            for row in rows:
                if row["status"] != "breached" or row["id"] not in items(remedy["of"]):
                    continue
                view = ticket.view(row["due_at"])
                view.facts = {**view.facts, "severity": row["severity"]}
                customer = ticket.customer or ""
                if not view.holds(remedy.get("when")):
                    continue
                if remedy.get("by") == "count":
                    key = customer, self._counted_in(remedy, customer, self.day(row["due_at"]))
                    counted[key] = counted.get(key, 0) + 1
                    continue
                steps = [step for step in remedy.get("steps", []) if _is_so_late(step, row)]
                cases = remedy.get("amount") if isinstance(remedy.get("amount"), list) else None
                steps = [each for each in cases if view.holds(each.get("when"))][:1] if cases else steps
                if ("steps" not in remedy and not cases) or steps:
                    found.append(self._of_clock(number, remedy, steps[-1] if steps else None, ticket, row, view))
        for (customer, period), times in counted.items():
            steps = [step for step in remedy["steps"] if step.get("at-least", 1) <= times <= step.get("at-most", times)]
            if steps:
                unit = remedy.get("per-period", "month")
                found.append(self._of_period(number, remedy, steps[-1], customer, period, unit, times=times))
        return found

    def _counted_in(self, remedy: dict, customer: str, day: date) -> str:
        """The period in which a breach of a day counts; a contract year by its first and its last day."""
        unit = remedy.get("per-period", "month")
        if unit != "contract-year":
            return self.period(day, unit)
        kind = remedy.get("contract") or remedy["steps"][0]["is"]["of"].split(".")[1]
        year = self._of_cap({"per": unit, "contract": kind}, customer, [day])
        if not year.startswith("from "):
            return year
        since = next(
            date.fromisoformat(each["from"])
            for each in View(self.policy, self.contracts, self.midnight(day), customer=customer).active()
            if each["kind"] == kind and "from" in each
        )
        last = day
        while ((last + DAY).month, (last + DAY).day) != _anniversary(since, (last + DAY).year):
            last += DAY
        return f"{year.removeprefix('from ')}/{last}"

    def _of_clock(self, number: int, remedy: dict, step: dict | None, ticket: Ticket, row: dict, view: View) -> Owed:
        customer, alone = ticket.customer or "", (ticket.id, row["id"], row["cycle"])
        amount, clauses = self._worth(remedy["amount"] if step is None else step["is"], view)
        clauses = [*(step or {}).get("clauses", []), *clauses]
        units = None
        if "per" in remedy:
            each_s = seconds_in(remedy["per"]["each"], row["opening"])
            exact = Fraction(row["overrun_s"], each_s)
            units = max(1, math.ceil(exact)) if remedy["per"].get("begun") else math.floor(exact)
            units = min(units, remedy["per"].get("at-most", units))
            amount = None if amount is None else amount * units
        day = self.day(row["due_at"])
        caps = self._caps(remedy, customer, [day], alone, lambda worth: self._worth(worth, view))
        clauses = [*remedy.get("clauses", []), *clauses]
        made = Owed(number, customer, f"{day:%Y-%m}", row["due_at"], row["ended_s"], amount, caps, clauses, *alone)
        made.units = units
        return made

    def _of_period(
        self, number: int, remedy: dict, step: dict | None, customer: str, period: str, unit: str, times=1, share=None
    ) -> Owed:
        def price(worth):
            return self._in_period(worth, period, unit, customer)

        amount, clauses = price(remedy["amount"] if step is None else step["is"])
        end_s = self.end_s(period, unit)
        caps = self._caps(remedy, customer, self.days(period, unit), (period,), price)
        cited = [*remedy.get("clauses", []), *(step or {}).get("clauses", []), *clauses]
        settled_s = end_s if self.as_of_s >= end_s else None
        made = Owed(number, customer, period, end_s, settled_s, amount, caps, cited)
        made.number, made.share = times, share
        return made

    def _of_share(
        self, number: int, remedy: dict, customer: str, period: str, unit: str, share: Fraction
    ) -> list[Owed]:
        steps = [step for step in remedy.get("steps", []) if _holds(step, share)]
        if "steps" in remedy and not steps:
            return []
        step = steps[-1] if steps else None
        return [self._of_period(number, remedy, step, customer, period, unit, share=share)]

    def _of_objective(self, number: int, remedy: dict) -> list[Owed]:
        """Each customer's clocks alone; the period of each is that of its start."""
        objective = next(each for each in self.policy["objectives"] if each["id"] in items(remedy["of"]))
        unit = objective.get("per", "month")
        periods: dict[tuple[str, str], list[dict]] = {}
        for ticket, rows in self.seen:
            for row in rows:
                if row["id"] not in items(objective["of"]) or row["target"] == "best-effort":
                    continue
                if of_clock(ticket.view(self.as_of_s), row).holds(objective.get("when")):
                    key = ticket.customer or "", period_of(objective, row["started_at"], ZoneInfo(self.policy["zone"]))
                    periods.setdefault(key, []).append(row)
        found = []
        for (customer, period), rows in periods.items():
            counting = [row for row in rows if row["status"] not in ("cancelled", "excused")]
            missed = [row for row in counting if is_late(objective, row)]
            kept = [row for row in counting if row not in missed and row["stopped_at"] is not None]
            open_ = [row for row in rows if row not in missed and row["ended_s"] is None]
            if not missed or 100 * len(kept) >= int(objective["share"].rstrip("%")) * (len(kept) + len(missed)):
                continue
            share = Fraction(len(kept), len(kept) + len(missed))
            for made in self._of_share(number, remedy, customer, period, unit, share):
                ends = [row["ended_s"] for row in rows if row not in missed and row["ended_s"] is not None]
                if made.settled_s is not None:
                    made.settled_s = None if open_ else max([made.settled_s, *ends])
                found.append(made)
        return found

    def _of_availability(self, number: int, remedy: dict) -> list[Owed]:
        found = []
        for row in self.uptimes:
            if row["id"] in items(remedy["of"]) and row["promised_s"]:
                promise = next(each for each in self.policy["availability"] if each["id"] == row["id"])
                share = Fraction(row["promised_s"] - row["down_s"], row["promised_s"])
                if share < Fraction(promise["share"].rstrip("%")) / 100:
                    customer, period = row["customer"] or "", row["period"]
                    found += self._of_share(number, remedy, customer, period, promise["per"], share)
        return found

    # Availability, second by second of each piece of time.

    def _uptimes(self, promise: dict) -> list[dict]:
        down = self._spans(promise["down"])
        excused = [(each, self._spans(each)) for each in items(promise.get("excused", []))]
        found = []
        for customer, first_s in sorted(self._known().items()):
            own = [span for whose, span in down if whose in ("", customer)]
            own = _in_one_piece(own, promise["shortest"]) if "shortest" in promise else own
            out = [(each, sorted(span for whose, span in told if whose in ("", customer))) for each, told in excused]
            day = self.day(first_s)
            periods = []
            while day <= self.day(self.as_of_s):
                periods.append(self.period(day, promise["per"]))
                day += DAY
            for period in dict.fromkeys(periods):
                found.append(self._uptime(promise, customer, period, own, out))
        return found

    def _uptime(self, promise: dict, customer: str, period: str, down: list, out: list) -> dict:
        days, end_s = self.days(period, promise["per"]), self.end_s(period, promise["per"])
        first_s, last_s = self.midnight(days[0]), min(end_s, self.as_of_s)
        calendar = opening_of(with_own_hours(self.policy, self.contracts, customer), promise["calendar"])
        out = [span for each, spans in out for span in _at_most(each, spans, calendar, first_s, last_s)]
        edges = sorted({first_s, last_s, *(min(max(at, first_s), last_s) for span in [*down, *out] for at in span)})
        promised = gone = excused = 0
        for start_s, stop_s in zip(edges, edges[1:]):
            length = calendar.between(start_s, stop_s)
            if any(a <= start_s < b for a, b in out):
                excused += length
            else:
                promised += length
                gone += length if any(a <= start_s < b for a, b in down) else 0
        status = None
        if promised:
            kept = Fraction(promised - gone, promised) >= Fraction(promise["share"].rstrip("%")) / 100
            status = "open" if self.as_of_s < end_s else "upheld" if kept else "breached"
        row = {"id": promise["id"], "customer": customer or None, "period": period, "status": status}
        return {**row, "promised_s": promised, "down_s": gone, "excused_s": excused}

    def _known(self) -> dict[str, int]:
        """Since when anything is known of each customer: a ticket, or down time that is his."""
        known: dict[str, int] = {}
        at = [(ticket.customer or "", ticket.opened_s) for ticket, _ in self.seen if ticket.state is not None]
        for customer, at_s in [*at, *((whose, span[0]) for whose, span in self.said if whose)]:
            known[customer] = min(at_s, known.get(customer, at_s))
        return known

    def _spans(self, declared) -> list[tuple[str, tuple[int, int]]]:
        """Whose, and from when until when, as tickets and events say."""
        found = []
        for each in items(declared):
            for ticket, _ in self.seen:
                if "in" in each and ticket.state is not None:
                    found += [(ticket.customer or "", span) for span in self._stays(each, ticket)]
        return found + self._said(declared)

    def _stays(self, declared: dict, ticket: Ticket) -> list[tuple[int, int]]:
        """While a ticket was in one of the states and the condition held, looked at anew whenever anything happened."""
        turns = [replace(view, facts=dict(view.facts)) for view in ticket.turns]
        for fact in {fact for view in turns for fact in view.facts}:
            held = [view.facts.get(fact) for view in turns]
            first = next((index for index, value in enumerate(held) if value is not None), 0)
            for view in turns[:first]:  # first told later, and so from the beginning
                view.facts[fact] = held[first]
        edges = [*sorted({view.at_s for view in turns if view.at_s < self.as_of_s}), self.as_of_s]
        found = []
        for start_s, end_s in zip(edges, edges[1:]):
            view = [each for each in turns if each.at_s <= start_s][-1]
            state = [move["to"] for move in ticket.moves if move["at_s"] <= start_s][-1]
            if state in items(declared["in"]) and replace(view, state=state).holds(declared.get("when")):
                found.append((start_s, end_s))
        return found

    def _said(self, declared) -> list[tuple[str, tuple[int, int]]]:
        """The same as events say."""
        found = []
        for each in items(declared):
            for event, view in self._heard():
                if "on" in each and event in items(each["on"]) and view.holds(each.get("when")):
                    start_s, end_s = (instant_s(view.value(each[key]["ref"])) for key in ("from", "until"))
                    early = "notice" not in each or view.at_s + _length(each["notice"]) <= start_s
                    if start_s < end_s and early:
                        found.append((view.customer or "", (start_s, end_s)))
        return found

    def _heard(self) -> list[tuple[str, View]]:
        """Every accepted event, names as after it."""
        return [pair for ticket, _ in self.seen for pair in ticket.heard]

    # When it is owed.

    def _stand(self) -> None:
        for each in self.owed:
            claim = self.policy["remedies"][each.remedy].get("claim")
            if each.settled_s is None:
                each.status = "accruing"
            elif claim is None:
                each.status, each.booked_s = "booked", each.settled_s
            else:
                self._claimed(each, claim)

    def _claimed(self, each: Owed, claim: dict) -> None:
        last = self.day(each.settled_s if each.ticket else each.settled_s - 1)
        number, unit = parse_duration(claim["within"])
        last += timedelta(days=int(number) * (7 if unit == "w" else 1))
        each.until_s = self.midnight(last + DAY) - 1
        asked = [
            view.at_s
            for ticket, _ in self.seen
            for event, view in ticket.heard
            if event in items(claim["on"]) and (view.customer or "") == each.customer
            if each.ticket in ("", ticket.id) and (not each.ticket or view.state is not None)
        ]
        asked = [at_s for at_s in asked if each.at_s <= at_s <= each.until_s]
        if asked:
            each.status, each.booked_s = "booked", max(min(asked), each.settled_s)
        else:
            each.status = "claimable" if self.as_of_s <= each.until_s else "lapsed"

    def _book(self) -> None:
        """Caps: what is booked first has the room first, then what may still be."""
        places = {each["id"]: number for number, each in enumerate(self.policy["commitments"])}

        def order(each: Owed) -> tuple:
            booked = (0, each.booked_s) if each.booked_s is not None else (1, 0)
            place = places.get(each.commitment, -1)
            return (*booked, each.at_s, each.customer, each.ticket, place, each.cycle, each.remedy)

        used: dict = {}
        for each in sorted(self.owed, key=order):
            if each.amount is None or any(most is None for _, most in each.caps):
                each.status, each.booked_s = "unpriced", None
                continue
            full = _rounded(each.amount)
            room = [max(0, _rounded(most) - used.get(key, 0)) for key, most in each.caps]
            each.paid = min([full, *room])
            each.capped = full - each.paid
            if each.status != "lapsed":
                for key, _ in each.caps:
                    used[key] = used.get(key, 0) + each.paid

    # What is told.

    def of_ticket(self, ticket: str) -> list[dict]:
        places = {each["id"]: number for number, each in enumerate(self.policy["commitments"])}
        own = [each for each in self.owed if each.ticket == ticket]
        own.sort(key=lambda each: (places[each.commitment], each.cycle, each.remedy))
        return [
            {
                "id": self.policy["remedies"][each.remedy]["id"],
                "commitment": each.commitment,
                "cycle": each.cycle,
                "status": each.status,
                "breached_at": utc(each.at_s),
                "booked_at": None if each.booked_s is None else utc(each.booked_s),
                "claim_until": None if each.until_s is None else utc(each.until_s),
                "units": each.units,
                "amount": each.paid,
                "capped": each.capped,
                "clauses": each.clauses,
            }
            for each in own
        ]

    def totals(self) -> list[dict]:
        """For each remedy, customer and period what is owed, may be, or was not asked for."""
        rows = []
        for key in sorted({(each.remedy, each.customer, each.period) for each in self.owed}):
            those = [each for each in self.owed if (each.remedy, each.customer, each.period) == key]
            row = {"id": self.policy["remedies"][key[0]]["id"], "customer": key[1] or None, "period": key[2]}
            row["share"] = None if those[0].share is None else _percent(those[0].share)
            row["breaches"] = sum(each.number for each in those)
            for status in ("booked", "accruing", "claimable", "lapsed"):
                row[status] = sum(each.paid or 0 for each in those if each.status == status)
            row["capped"] = sum(each.capped for each in those if each.status != "lapsed")
            row["unpriced"] = sum(each.status == "unpriced" for each in those)
            rows.append(row)
        return rows

    def credited(self, customer: str, account: str) -> int:
        """What is booked for a customer on an account."""
        return sum(
            each.paid or 0
            for each in self.owed
            if each.status == "booked" and each.customer == customer
            if self.policy["remedies"][each.remedy]["account"] == account
        )


def _anniversary(since: date, year: int) -> tuple[int, int]:
    is_leap_day = (since.month, since.day) == (2, 29)
    return (2, 28) if is_leap_day and not isleap(year) else (since.month, since.day)


def _is_so_late(step: dict, row: dict) -> bool:
    if "above" in step:
        return row["overrun_s"] > seconds_in(step["above"], row["opening"])
    return "at-least" not in step or row["overrun_s"] >= seconds_in(step["at-least"], row["opening"])


def _holds(step: dict, share: Fraction) -> bool:
    bounds = {key: Fraction(step[key].rstrip("%")) / 100 for key in ("below", "from", "to") if key in step}
    return (
        share < bounds.get("below", Fraction(2))
        and share >= bounds.get("from", Fraction(0))
        and share <= bounds.get("to", Fraction(2))
    )


def _percent(share: Fraction) -> str:
    """Down to a thousandth of a per cent."""
    thousandths = math.floor(share * 100_000)
    text = f"{thousandths // 1000}.{thousandths % 1000:03}".rstrip("0").rstrip(".")
    return f"{text}%"


def _minor(value) -> Fraction | None:
    """Minor units: whole ones, money with two decimals, or a time in minutes."""
    if value is None or isinstance(value, int):
        return None if value is None else Fraction(value)
    if "." in value and value.replace(".", "").isdigit():
        return Fraction(value) * 100
    number, unit = parse_duration(value)
    return number * {"s": 1, "min": 60, "h": 3600}[unit] / 60


def _rounded(amount: Fraction) -> int:
    """Half up."""
    return math.floor(amount + Fraction(1, 2))


def _length(text: str) -> int:
    """Elapsed seconds of so many minutes, hours or days."""
    return int(text.rstrip("minhd")) * {"min": 60, "h": 3600, "d": 86_400}[text.lstrip("0123456789")]


def _in_one_piece(spans: list[tuple[int, int]], shortest: str) -> list[tuple[int, int]]:
    """Those that touch, put together, as far as they last long enough."""
    found: list[tuple[int, int]] = []
    for start_s, end_s in sorted(spans):
        if found and start_s <= found[-1][1]:
            found[-1] = (found[-1][0], max(end_s, found[-1][1]))
        else:
            found.append((start_s, end_s))
    return [span for span in found if span[1] - span[0] >= _length(shortest)]


def _at_most(excused: dict, spans: list[tuple[int, int]], calendar, first_s: int, last_s: int) -> list[tuple[int, int]]:
    """The first so much of a period's opening time, minute by minute."""
    if "at-most" not in excused:
        return spans
    left_s, found = _length(excused["at-most"]), []
    for start_s in range(first_s, last_s, 60):
        if left_s and any(a <= start_s < b for a, b in spans):
            found.append((start_s, start_s + 60))
            left_s -= calendar.between(start_s, start_s + 60)
    return found
