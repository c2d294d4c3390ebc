"""One account of one customer, as one would keep it by hand: a list of moves. DESIGN section 9.

No balance is kept: every figure is the sum of the moves, when it is asked for. What time does by itself - grants,
expiries, notices - is done instant by instant before anything else is.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from reference.due import UNITS, parse_duration
from reference.opening import seconds_of

LARGEST = 10**15
FAR = 10**18
NEVER = -FAR
LAST_PERIOD = 120
"""How many months of a contract are looked at; histories are over by then."""
Parts = list[tuple[str, int]]
"""Places of an account and amounts, in the order in which they are taken."""


class Insufficient(Exception):
    """The account holds too little."""


def minor(amount) -> Fraction:
    """An amount in the account's smallest unit: minutes, where it is a time."""
    if isinstance(amount, str):
        number, unit = parse_duration(amount)
        return number * UNITS[unit] / 60
    return Fraction(amount)


def overdraft_of(account: dict) -> dict:
    """What an account says of too small a balance, a word alone being its mode."""
    said = account.get("overdraft", "allow" if "kind" in account else "refuse")
    return said if isinstance(said, dict) else {"mode": said}


@dataclass
class Grant:
    """What a contracts file puts on an account, and its end, which is the midnight after its last day.

    Of one that recurs, besides, how much is carried over at its end, and until when.
    """

    at_s: int
    end_s: int | None
    amount: int
    kept: int = 0
    kept_end_s: int | None = None


def grants_of(policy: dict, contracts: dict, customer: str, account: str) -> list[Grant]:
    """The grants of a customer on an account, the earliest first; alike ones by amount, not as the file has them."""
    found = []
    said = contracts.get("customers", {}).get(customer, {})
    for each in said.get("grants", []):
        if each["account"] == account and "every" in each:
            found += _periods(policy, said.get("contracts", []), each)
        elif each["account"] == account:
            at_s = seconds_of(datetime.fromisoformat(each["at"].replace("Z", "+00:00")))
            found.append(Grant(at_s, _end_of(policy, each.get("expires")), int(minor(each["amount"]))))
    return sorted(found, key=lambda grant: (grant.at_s, FAR if grant.end_s is None else grant.end_s, grant.amount))


def _periods(policy: dict, contracts: list[dict], grant: dict) -> list[Grant]:
    """The grants of every period of a contract, counted from its first day."""
    months = {"month": 1, "quarter": 3, "year": 12}[grant["every"]]
    own = contracts[0] if contracts else grant
    anchor = date.fromisoformat(own["from"])
    since, until = grant.get("from", own["from"]), grant.get("until", own.get("until", "9999-12-31"))
    carry = grant.get("carry-over", "none")
    found = []
    for number in range(LAST_PERIOD // months):
        first, after = _month_later(anchor, number * months), _month_later(anchor, (number + 1) * months)
        if since <= first.isoformat() <= until:
            last = min((after - timedelta(days=1)).isoformat(), until)
            made = Grant(_midnight(policy, first), _end_of(policy, last), int(minor(grant["amount"])))
            if carry != "none":
                made.kept = int(minor(carry["at-most"])) if "at-most" in carry else FAR
                end = date.fromisoformat(last) + timedelta(days=1)
                if "for" in carry:
                    number_of = int(carry["for"].removesuffix("mo"))
                    later = (number + 1) * months + number_of
                    kept_end = _month_later(anchor, later) if end == after else _month_later(end, number_of)
                    made.kept_end_s = _midnight(policy, kept_end)
            found.append(made)
    return found


def _month_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    month = day.month - 1 + months
    for last in (day.day, 30, 29, 28):
        with suppress(ValueError):
            return date(day.year + month // 12, month % 12 + 1, min(day.day, last))
    raise AssertionError(day)


def _midnight(policy: dict, day: date) -> int:
    return seconds_of(datetime.combine(day, time(), ZoneInfo(policy["zone"])))


def _end_of(policy: dict, last_day: str | None) -> int | None:
    if last_day is None:
        return None
    return _midnight(policy, date.fromisoformat(last_day) + timedelta(days=1))


class Account:
    """The moves of one account, its lots and the notices given of it.

    A lot is called by a number, and so is what a hold sets aside; places are `available:1`, `held:2`, `consumed`,
    `expired`, `overdrawn`, `waived` and `grant`; `repaid:1` is what the first lot paid of what was overdrawn.
    """

    def __init__(self, document: dict, grants: list[Grant]) -> None:
        self.document = document
        self.grants = list(grants)
        self.moves: list[tuple[str, str, int]] = []
        self.empty_entries = 0
        """How often work was kept that cost nothing more."""
        self.lots: dict[str, tuple[int, int | None]] = {}
        """Since when a lot is there, and its end."""
        self.carries: dict[str, tuple[int, int | None]] = {}
        """How much of a lot is carried over at its end, and until when; it is forgotten once that is done."""
        self.told: set[str] = set()
        """The lots whose coming end was told."""
        self.notices: list[tuple[str, int, int]] = []
        """Kind, instant and amount of each notice, until somebody takes them."""
        self.tickets: set[str] = set()
        """Those that anything was written for."""
        self.notes: set[str] = set()
        """Rare things that happened, for the floors of the differential test."""
        self.last_s = NEVER

    def copy(self) -> Account:
        """Another one with the same moves, for something that may not be done after all."""
        other = Account(self.document, self.grants)
        other.moves, other.empty_entries, other.last_s = list(self.moves), self.empty_entries, self.last_s
        other.lots, other.told, other.notices = dict(self.lots), set(self.told), list(self.notices)
        other.carries = dict(self.carries)
        other.tickets, other.notes = set(self.tickets), set(self.notes)
        return other

    # What is there.

    def balance(self, place: str) -> int:
        """What has come into a place, less what has left it."""
        return sum(amount for _, to, amount in self.moves if to == place) - sum(
            amount for origin, _, amount in self.moves if origin == place
        )

    def family(self, name: str) -> int:
        """The balance of all places of one kind: lots, holds."""
        places = {place for origin, to, _ in self.moves for place in (origin, to)}
        return sum(self.balance(place) for place in places if place.partition(":")[0] == name)

    def left(self) -> int:
        """What a customer can still use, or owes."""
        return self.family("available") - self.owed()

    def owed(self) -> int:
        """What was taken beyond all lots, and no later one has paid."""
        return -self.balance("overdrawn") - self.family("repaid")

    def usable(self) -> list[str]:
        """The lots with something left, in the order in which they burn: expiry, date, number."""
        open_lots = [lot for lot in self.lots if self.balance(lot) > 0]
        ends = {lot: FAR if self.lots[lot][1] is None else self.lots[lot][1] for lot in open_lots}
        return sorted(open_lots, key=lambda lot: (ends[lot], self.lots[lot][0]))

    def _move(self, origin: str, to: str, amount: int) -> None:
        if amount:
            self.moves.append((origin, to, amount))

    # What time does.

    def pass_time(self, at_s: int) -> None:
        """Everything that is due by an instant, each thing at its own: expiries, then grants, then what is told."""
        at_s = max(at_s, self.last_s)
        while True:
            ends = [self.lots[lot][1] for lot in self.usable() if self.lots[lot][1] is not None]
            coming = [*ends, *(each.at_s for each in self.grants), *(soon_s for soon_s, _ in self._soon())]
            if not coming or min(coming) > at_s:
                break
            self.last_s = max(self.last_s, min(coming))
            before = self.left()
            self._expire()
            for grant in [each for each in self.grants if each.at_s <= self.last_s]:
                self._grant(grant)
            self._expire()
            self.tell_if_low(before)
            for soon_s, lot in self._soon():
                if soon_s <= self.last_s:
                    self.told.add(lot)
                    lapsing = self.balance(lot) - self.carries.get(lot, (0, None))[0]
                    if lapsing > 0:
                        self.notices.append(("expiry", self.last_s, lapsing))

    def _expire(self) -> None:
        for lot in self.usable():
            if self.is_over(lot):
                kept, end_s = self.carries.pop(lot, (0, None))
                if kept:
                    on = f"available:{len(self.lots) + 1}"
                    self.lots[on] = (self.last_s, end_s)
                    self._move(lot, on, min(kept, self.balance(lot)))
                    self.notes.add("carried over")
                self.notes |= {"lot expired while work went on"} if self.tickets else set()
                self._move(lot, "expired", self.balance(lot))

    def is_over(self, place: str) -> bool:
        end_s = self.lots[place][1] if place in self.lots else None
        return end_s is not None and end_s <= self.last_s

    def _grant(self, grant: Grant) -> None:
        self.grants.remove(grant)
        lot = f"available:{len(self.lots) + 1}"
        self.lots[lot] = (self.last_s, grant.end_s)
        if grant.kept:
            self.carries[lot] = (grant.kept, grant.kept_end_s)
        self._move("grant", lot, grant.amount)
        owed = min(self.owed(), grant.amount)
        if "repay" in overdraft_of(self.document) and owed and not self.is_over(lot):
            self._move(lot, lot.replace("available", "repaid"), owed)
            self.notes.add("overdraft repaid")

    def _even_out(self) -> None:
        """Lots that have paid more than was overdrawn after all have it back, the last one to pay first."""
        for lot in reversed(list(self.lots)):
            back = min(-self.owed(), self.balance(lot.replace("available", "repaid")))
            if back > 0:
                self._move(lot.replace("available", "repaid"), "expired" if self.is_over(lot) else lot, back)
                self.notes.add("repayment given back")

    def _soon(self) -> list[tuple[int, str]]:
        """When the end of each lot is to be told that was not."""
        if "expiry-notice" not in self.document:
            return []
        number, unit = parse_duration(self.document["expiry-notice"])
        ahead_s = int(number * UNITS[unit])
        open_lots = [lot for lot in self.usable() if self.lots[lot][1] is not None and lot not in self.told]
        return [(self.lots[lot][1] - ahead_s, lot) for lot in open_lots]

    def tell_if_low(self, before: int) -> None:
        """A notice where what is left went below what the policy names."""
        if "low-balance" in self.document:
            low = minor(self.document["low-balance"])
            if before >= low > self.left():
                self.notices.append(("low balance", self.last_s, self.family("available")))

    # What charges do. Time has passed before each.

    def begin(self, at_s: int) -> None:
        """Whatever is written from here on is written at this instant, or later where the account has gone on."""
        self.pass_time(at_s)
        self.last_s = max(self.last_s, at_s)

    def draw(self, amount: int) -> Parts:
        """From where an amount is taken: the lots, and what they do not cover as far as that is allowed."""
        parts, rest = [], amount
        for lot in self.usable():
            part = min(rest, self.balance(lot))
            parts.append((lot, part))
            rest -= part
        if rest and not self._may_overdraw(rest):
            raise Insufficient
        return [*((place, part) for place, part in parts if part), *([("overdrawn", rest)] if rest else [])]

    def _may_overdraw(self, amount: int) -> bool:
        if overdraft_of(self.document)["mode"] == "refuse":
            return False
        limit = self.document.get("limit")
        return limit is None or amount + self.owed() <= minor(limit)

    def debit(self, amount: int) -> Parts:
        parts = self.draw(amount)
        for place, part in parts:
            self._move(place, "consumed", part)
        return parts

    def hold(self, amount: int, name: str) -> Parts:
        parts = self.draw(amount)
        for place, part in parts:
            self._move(place, name, part)
        return parts

    def settle(self, name: str) -> None:
        self._move(name, "consumed", self.balance(name))

    def release(self, name: str, parts: Parts) -> None:
        """Each part goes back to where it came from; what came from a lot that is over by now has expired."""
        for place, part in parts:
            self._move(name, "expired" if self.is_over(place) else place, part)
        self._even_out()

    def take_back(self, kind: str, amount: int, parts: Parts) -> None:
        """The exact swap of a debit, or of what was waived; what returns to a lot that is over expires at once."""
        if kind == "waive":
            self._move("waived", "grant", amount)
        for place, part in parts:
            self._move("consumed", place, part)
        self._even_out()
        self.carries = {lot: carry for lot, carry in self.carries.items() if not self.is_over(lot)}
        self._expire()

    def waive(self, amount: int) -> None:
        self._move("grant", "waived", amount)

    def figures(self) -> dict[str, int]:
        """How it stands, as summaries show it."""
        return {
            "available": self.family("available"),
            "held": self.family("held"),
            "overdrawn": self.owed(),
            "consumed": self.balance("consumed"),
            "expired": self.balance("expired"),
        }
