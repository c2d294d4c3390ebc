"""Bookings: when something is owed, and how much of it caps leave.

What is booked first has the room first; what may still grow comes after all that is booked, so that nothing booked
ever shrinks because something else grows.

Source: DESIGN section 9, "Remedies"; `docs/decisions/0021-remedies.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from upheld.core.policy.charge import LARGEST_AMOUNT
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.remedy import Claim, Remedy
from upheld.core.policy.schedule import Schedule
from upheld.core.population.availability import fine_percent
from upheld.core.remedies.breach import Breach
from upheld.core.remedies.worth import rounded
from upheld.core.time.instant import END_DAY, day_number, text_of

Status = Literal["accruing", "booked", "claimable", "lapsed", "unpriced"]
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Booking:
    """What is owed, or may be, for one breach.

    Attributes:
        booked_s: When it was booked; ``None`` where it is not.
        claim_until_s: The last instant at which the customer can ask for it, once he can and has to.
        amount: In minor units, after caps; ``None`` where nothing says how much.
        capped: What the caps took of it.
    """

    breach: Breach
    remedy: Remedy
    unit: str
    status: Status
    booked_s: int | None
    claim_until_s: int | None
    amount: int | None
    capped: int
    clauses: tuple[str, ...]
    assumptions: tuple[str, ...]

    def as_document(self) -> Row:
        """The entry of ``remedies`` in the verdict of the ticket whose clock was breached."""
        breach = self.breach
        return {
            "id": self.remedy.id,
            "commitment": breach.commitment,
            "cycle": breach.cycle,
            "status": self.status,
            "breached_at": text_of(breach.at_s),
            "booked_at": _text(self.booked_s),
            "claim_until": _text(self.claim_until_s),
            "account": self.remedy.account,
            "unit": self.unit,
            "units": breach.units,
            "amount": self.amount,
            "capped": self.capped,
            "clauses": list(self.clauses),
            "assumptions": list(self.assumptions),
        }


class Bookings:
    """Books the breaches of one policy as of an instant."""

    def __init__(self, policy: Policy, schedule: Schedule, as_of_s: int) -> None:
        self._policy = policy
        self._always = schedule.calendars[ALWAYS]
        self._schedule = schedule
        self._as_of_s = as_of_s
        self._commitments = {each.id: place for place, each in enumerate(policy.commitments)}
        self._clauses = {name: place for place, name in enumerate(policy.clauses)}
        self._assumptions = {name: place for place, name in enumerate(policy.assumptions)}

    def made(self, breaches: Iterable[Breach], asked: Mapping[tuple[int, str, str], Sequence[int]]) -> list[Booking]:
        """What became of each breach, in the order in which they have the room of their caps.

        Args:
            asked: When each remedy was asked for: of the ticket of a customer, or by him with ``""`` for the ticket.
        """
        standing = [
            (breach, *self._standing(breach, asked.get((breach.place, breach.customer, breach.ticket), ())))
            for breach in breaches
        ]
        standing.sort(key=lambda each: (each[2] is None, each[2] or 0, *self._order(each[0])))
        used: dict[tuple[object, ...], int] = {}
        return [self._booking(breach, status, booked, until, used) for breach, status, booked, until in standing]

    def _order(self, breach: Breach) -> tuple[object, ...]:
        place = self._commitments.get(breach.commitment, -1)
        return breach.at_s, breach.customer, breach.ticket, place, breach.cycle, breach.place

    def _standing(self, breach: Breach, asked: Sequence[int]) -> tuple[Status, int | None, int | None]:
        """Whether it is owed by now, since when, and how long it can be asked for."""
        claim = self._policy.remedies[breach.place].claim
        if breach.settled_s is None:
            return "accruing", None, None
        if claim is None:
            return "booked", breach.settled_s, None
        until_s = self._claim_until_s(breach, claim)
        first = next((at_s for at_s in asked if breach.at_s <= at_s <= until_s), None)
        if first is not None:
            return "booked", max(first, breach.settled_s), until_s
        return ("claimable" if self._as_of_s <= until_s else "lapsed"), None, until_s

    def _claim_until_s(self, breach: Breach, claim: Claim) -> int:
        """The last second of the last day on which it can be asked for."""
        assert breach.settled_s is not None, "what may still grow cannot be asked for"
        day = self._schedule.date_at(breach.settled_s - (not breach.ticket))
        end = day_number(day) + int(claim.within.seconds // 86_400) + 1
        return self._always.instant_s(min(end, END_DAY - 1), 0) - 1

    def _booking(
        self,
        breach: Breach,
        status: Status,
        booked_s: int | None,
        until_s: int | None,
        used: dict[tuple[object, ...], int],
    ) -> Booking:
        remedy = self._policy.remedies[breach.place]
        wanted, left = breach.amount, LARGEST_AMOUNT
        for limit in breach.limits:
            if limit.most is None:
                wanted = None
            else:
                left = min(left, max(rounded(limit.most) - used.get(limit.key, 0), 0))
        full = None if wanted is None else rounded(wanted)
        amount = None if full is None else min(full, left)
        if amount is not None and status != "lapsed":
            for limit in breach.limits:
                used[limit.key] = used.get(limit.key, 0) + amount
        if amount is None:
            status, booked_s = "unpriced", None
        capped = 0 if full is None or amount is None else full - amount
        unit = self._policy.accounts[remedy.account].unit
        return Booking(breach, remedy, unit, status, booked_s, until_s, amount, capped, *self._cited(breach))

    def _cited(self, breach: Breach) -> tuple[tuple[str, ...], tuple[str, ...]]:
        clauses = {name for each in breach.grounds for name in each.clauses}
        assumptions = {name for each in breach.grounds for name in each.assumes}
        return (
            tuple(sorted(clauses, key=self._clauses.__getitem__)),
            tuple(sorted(assumptions, key=self._assumptions.__getitem__)),
        )


AMOUNTS = ("booked", "accruing", "claimable", "lapsed")


def summed(bookings: Iterable[Booking]) -> Iterator[Row]:
    """What is owed by each remedy to each customer for each period, in the policy's order."""
    groups: dict[tuple[int, str, str], list[Booking]] = {}
    for each in bookings:
        groups.setdefault((each.breach.place, each.breach.customer, each.breach.period), []).append(each)
    for (_, customer, period), those in sorted(groups.items(), key=lambda pair: pair[0]):
        first, share = those[0], those[0].breach.share
        number = first.breach.number if first.breach.number is not None else len(those)
        yield {
            "id": first.remedy.id,
            "customer": customer or None,
            "period": period,
            "account": first.remedy.account,
            "unit": first.unit,
            "breaches": number,
            "share": None if share is None else fine_percent(share),
            **{name: sum(each.amount or 0 for each in those if each.status == name) for name in AMOUNTS},
            "capped": sum(each.capped for each in those if each.status != "lapsed"),
            "unpriced": sum(each.status == "unpriced" for each in those),
            "clauses": list(dict.fromkeys(name for each in those for name in each.clauses)),
            "assumptions": list(dict.fromkeys(name for each in those for name in each.assumptions)),
        }


def _text(at_s: int | None) -> str | None:
    return None if at_s is None else text_of(at_s)
