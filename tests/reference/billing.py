"""Charges: what an event costs, and what it does to its customer's accounts. DESIGN section 3, step 8; section 9."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import pairwise, takewhile
from math import ceil

from reference.account import LARGEST, Account, Insufficient, Parts, grants_of, minor, overdraft_of
from reference.conditions import View, items
from reference.opening import opening_of, seconds_of, utc
from reference.rating import billed

RATED = ("debit", "hold", "waive")


class NotCharged(Exception):
    """What a charge asks for refuses the whole event: as `insufficient-balance`, or as `invalid-data`."""

    def __init__(self, code: str, clauses: list[str]) -> None:
        super().__init__(code)
        self.code, self.clauses = code, clauses


@dataclass
class Held:
    """What a charge has set aside for a ticket."""

    charge: str
    account: str
    name: str
    parts: Parts
    amount: int


@dataclass
class Work:
    """Work that was billed or waived: of which charge, within which scope, how much, and what it cost on top.

    It may have been paid by several accounts: each with its amount, and from where in it that was taken.
    """

    charge: str
    scope: tuple | None
    work: int
    amount: int
    paid: list[tuple[str, int, Parts]]


@dataclass
class Billed:
    """What was charged on one ticket so far: all of each scope, what is set aside, and every work that stands."""

    scopes: dict = field(default_factory=dict)
    holds: list[Held] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)

    def copy(self) -> Billed:
        return Billed(dict(self.scopes), list(self.holds), list(self.works))


@dataclass
class Bill:
    """What one event cost.

    Attributes:
        billed: The ticket's charges after it.
        accounts: The customer's accounts after it.
        notices: Instant, account and amount of each.
        overdrawn: The clauses of each charge that overdrew an account that warns.
    """

    billed: Billed
    accounts: dict[str, Account]
    rows: list[dict] = field(default_factory=list)
    notices: list[tuple[int, str, int]] = field(default_factory=list)
    overdrawn: list[list[str]] = field(default_factory=list)
    opened: dict[str, int] = field(default_factory=dict)
    """What was left on each account that it touches, before it."""
    notes: set[str] = field(default_factory=set)
    """Rare things that happened, for the floors of the differential test."""


class Billing:
    """The accounts of all customers under one policy."""

    def __init__(self, policy: dict, contracts: dict) -> None:
        self.policy, self.contracts = policy, contracts
        self.customers: dict[str, dict[str, Account]] = {}
        for customer, each in contracts.get("customers", {}).items():
            if each.get("grants"):
                self.of(customer)

    def of(self, customer: str) -> dict[str, Account]:
        """A customer's accounts; at first those to which nothing has happened."""
        if customer not in self.customers:
            self.customers[customer] = {
                name: Account(document, grants_of(self.policy, self.contracts, customer, name))
                for name, document in self.policy.get("accounts", {}).items()
            }
        return self.customers[customer]

    def concerns(self, event: str) -> bool:
        return any(event in items(charge["on"]) for charge in self.policy.get("charges", []))

    def charge(self, event: str, ticket: str, billed: Billed, view: View) -> Bill:
        """What an accepted event costs, its names as after it; nothing is done before all of it can be.

        Raises: NotCharged.
        """
        customer = view.customer or ""
        bill = Bill(billed.copy(), {name: account.copy() for name, account in self.of(customer).items()})
        efforts: list = []
        for charge in self.policy.get("charges", []):
            if event in items(charge["on"]) and _when_done(charge, view).holds(charge.get("when")):
                _Charging(self.policy, charge, view, bill).take(efforts)
        for name, before in bill.opened.items():
            account = bill.accounts[name]
            account.tell_if_low(before)
            account.pass_time(account.last_s)
            bill.notices += [(at_s, name, amount) for _, at_s, amount in account.notices]
            bill.notes |= {f"{kind} told" for kind, _, _ in account.notices}
            account.tickets.add(ticket)
            bill.notes |= account.notes | ({"accounts shared by tickets"} if len(account.tickets) > 1 else set())
            account.notices = []
        return bill

    def keep(self, customer: str | None, bill: Bill) -> None:
        """From here on the accounts are as after this bill."""
        self.customers[customer or ""] = bill.accounts

    def balances(self, as_of_s: int) -> list[dict]:
        """How everybody's accounts stand at an instant; what nobody's cost is told only if there was some."""
        rows = []
        for customer, accounts in sorted(self.customers.items()):
            for account in accounts.values():
                account.pass_time(as_of_s)
            if customer or any(each.moves or each.empty_entries for each in accounts.values()):
                rows += [
                    {"account": name, "customer": customer, **account.figures()} for name, account in accounts.items()
                ]
        return rows


def _when_done(charge: dict, view: View) -> View:
    """The names as when the work began that a charge bills, those of time; else as they are."""
    rating = next((charge[kind] for kind in RATED if kind in charge), {})
    begun_s = _end_of(rating, "from", view) if "effort" in rating else None
    return view if begun_s is None or begun_s > view.at_s else view.at(begun_s)


def _end_of(rating: dict, end: str, view: View) -> int | None:
    """When work began or ended; None where nobody says."""
    held = view.value(rating["effort"][end]["ref"])
    return None if held is None else seconds_of(datetime.fromisoformat(held))


class _Charging:
    """One charge that holds, on one event."""

    def __init__(self, policy: dict, charge: dict, view: View, bill: Bill) -> None:
        self.policy, self.charge, self.view, self.bill = policy, charge, view, bill

    def take(self, efforts: list) -> None:
        for kind in RATED:
            if kind in self.charge:
                self._rate(kind, self.charge[kind], efforts)
        for kind in ("settle", "release"):
            if kind in self.charge:
                self._end(kind, items(self.charge[kind]))
        if "reverse" in self.charge:
            self._take_back(items(self.charge["reverse"]))

    # By a rating.

    def _rate(self, kind: str, rating: dict, efforts: list) -> None:
        amount = rating.get("effort") or rating["amount"]
        work, row = self._worked(rating) if "effort" in rating else self._work(amount)
        if work is None:
            return
        if isinstance(amount, dict) and amount in efforts:
            self.bill.notes.add("effort billed before")
            return
        efforts.append(amount)
        if not 0 <= work <= LARGEST:
            raise self._refused(rating, "invalid-data")
        if work == 0:
            return
        key = self._scope(rating)
        before, charged = self.bill.billed.scopes.get(key, (0, 0)) if key else (0, 0)
        if before + work > LARGEST or billed(rating, before + work) - charged > LARGEST:
            raise self._refused(rating, "invalid-data")
        amount = billed(rating, before + work) - charged
        paid = self._pay(kind, rating, amount, row)
        if kind != "hold":
            self.bill.billed.works.append(Work(self.charge["id"], key, work, amount, paid))
        if key:
            self.bill.notes |= {f"charge within a {rating['round']['scope']}"} if before else set()
            self.bill.billed.scopes[key] = (before + work, charged + amount)

    def _work(self, amount) -> tuple:
        """The work behind a charge, None where nothing is set; and the row of the table it comes from."""
        if isinstance(amount, dict) and "parameter" in amount:
            names = items(self.policy["parameters"][amount["parameter"]].get("by", []))
            names = [amount["by"]["ref"], *names[1:]] if "by" in amount else names
            if any(self.view.value(name) is None for name in names):
                return None, {}
            value, row = self.view.parameter(amount["parameter"], next(iter(names), None))
            clauses = self.policy["parameters"][amount["parameter"]].get("clauses", [])
            self.bill.notes |= {"amount of a contract's own"} if value is not None and not row else set()
            return None if value is None else int(minor(value)), {"clauses": [*clauses, *row.get("clauses", [])]}
        if isinstance(amount, dict):
            return self.view.value(amount["ref"]), {}
        return int(minor(amount)), {}

    def _worked(self, rating: dict) -> tuple:
        """Minutes of work between two instants, each piece of them times the factor of the first case it falls in.

        Work that ends before it begins or after it was recorded, that has one end, or lasts a month, is none: -1.
        """
        from_s, until_s = (_end_of(rating, end, self.view) for end in ("from", "until"))
        if from_s is None and until_s is None:
            return None, {}
        if from_s is None or until_s is None or not from_s <= until_s <= min(self.view.at_s, from_s + 31 * 86_400):
            self.bill.notes.add("no such time of work")
            return -1, {}
        cases = rating.get("split", [{"factor": 1}])
        edges = {from_s, until_s}
        for case in cases:
            if "in" in case:
                pieces = opening_of(self.view.policy, case["in"]).onward(from_s)
                edges |= {at_s for piece in takewhile(lambda each: each[0] < until_s, pieces) for at_s in piece}
        between = sorted(at_s for at_s in edges if from_s <= at_s <= until_s)
        work, clauses, pieces = Fraction(0), [], []
        for start_s, end_s in pairwise(between):
            case = next(
                each for each in cases if "in" not in each or opening_of(self.view.policy, each["in"]).is_open(start_s)
            )
            work += Fraction(end_s - start_s, 60) * Fraction(case["factor"])
            calendar = self.policy["calendars"].get(case.get("in"), {})
            clauses += [*case.get("clauses", []), *calendar.get("clauses", [])]
            piece = {"from": start_s, "until": end_s, "in": case.get("in"), "factor": str(Fraction(case["factor"]))}
            if pieces and all(pieces[-1][key] == piece[key] for key in ("in", "factor")):
                pieces[-1]["until"] = end_s
            else:
                pieces.append(piece)
        self.bill.notes |= {"work cut along calendars"} if len(pieces) > 1 else set()
        self.bill.notes |= {"work entered on a later day"} if self.view.at_s - until_s > 86_400 else set()
        shown = [{**piece, "from": utc(piece["from"]), "until": utc(piece["until"])} for piece in pieces]
        return work, {"clauses": clauses, "pieces": shown}

    def _scope(self, rating: dict) -> tuple | None:
        """What this work is summed with: nothing, the ticket's of this charge, or that of the day it was done."""
        scope = rating.get("round", {}).get("scope", "entry")
        if scope == "entry":
            return None
        return (self.charge["id"], _when_done(self.charge, self.view).today() if scope == "day" else None)

    def _pay(self, kind: str, rating: dict, amount: int, row: dict) -> list[tuple[str, int, Parts]]:
        """Take the amount from its account, and what that lacks from the one to which its overage goes."""
        name, paid = rating["account"], []
        while True:
            account = self._opened(name)
            there = account.family("available")
            overage = account.document.get("overage")
            if overage is None or kind == "waive" or amount <= there:
                if amount or name == rating["account"]:
                    paid.append((name, amount, self._write(kind, {**rating, "account": name}, amount, row)))
                return paid
            if there:
                paid.append((name, there, self._write(kind, {**rating, "account": name}, there, row)))
                row = {key: value for key, value in row.items() if key != "pieces"}
            row = {**row, "lacking": {"account": name, "amount": amount - there}}
            amount, name = ceil((amount - there) * Fraction(overage.get("factor", 1))), overage["to"]
            if amount > LARGEST:
                raise self._refused({**rating, "account": name}, "invalid-data")
            self.bill.notes.add("paid by another account")

    def _write(self, kind: str, rating: dict, amount: int, row: dict) -> Parts:
        """Move the amount. Returns: from where it was taken."""
        account = self._opened(rating["account"])
        if amount == 0:
            account.empty_entries += 1
            self.bill.notes.add("work that costs nothing more")
            return []
        name = f"held:{len(account.moves) + 1}"
        parts: Parts = []
        try:
            if kind == "debit":
                parts = account.debit(amount)
            elif kind == "hold":
                parts = account.hold(amount, name)
                self.bill.billed.holds.append(Held(self.charge["id"], rating["account"], name, parts, amount))
            else:
                account.waive(amount)
        except Insufficient:
            raise self._refused(rating, "insufficient-balance") from None
        if len([place for place, _ in parts if place != "overdrawn"]) > 1:
            self.bill.notes.add("taken from several lots")
        if any(place == "overdrawn" for place, _ in parts):
            warned = overdraft_of(account.document)["mode"] == "warn"
            self.bill.notes.add("overdrawn with a warning" if warned else "overdrawn and allowed")
            if warned:
                self.bill.overdrawn.append([*self._clauses(self.charge), *self._clauses(account.document)])
        self._tell(rating["account"], kind, amount, self.charge, [*self._clauses(self.charge), *row.get("clauses", [])])
        self.bill.rows[-1] |= {key: row[key] for key in ("pieces", "lacking") if key in row}
        return parts

    def _refused(self, rating: dict, code: str) -> NotCharged:
        account = self.policy["accounts"][rating["account"]]
        return NotCharged(code, [*self._clauses(self.charge), *self._clauses(account)])

    # By ending what is set aside.

    def _end(self, kind: str, names: list[str]) -> None:
        of = {charge["id"]: charge for charge in self.policy["charges"]}
        ending = [held for held in self.bill.billed.holds if held.charge in names]
        for held in ending:
            account = self._opened(held.account)
            clauses = [*self._clauses(self.charge), *self._clauses(of[held.charge])]
            if kind == "settle":
                account.settle(held.name)
                self._tell(held.account, "debit", held.amount, of[held.charge], clauses)
            else:
                self.bill.notes |= {"released after expiry" for place, _ in held.parts if account.is_over(place)}
                account.release(held.name, held.parts)
            self._tell(held.account, "release", held.amount, of[held.charge], clauses)
        self.bill.billed.holds = [held for held in self.bill.billed.holds if held not in ending]
        if kind == "release":
            scopes = self.bill.billed.scopes
            self.bill.billed.scopes = {key: value for key, value in scopes.items() if key[0] not in names}

    # By taking work back.

    def _take_back(self, names: list[str]) -> None:
        """The last work on the ticket that one of these charges billed: exactly what it moved goes back."""
        standing = [work for work in self.bill.billed.works if work.charge in names]
        if not standing:
            return
        last = standing[-1]
        self.bill.billed.works = [work for work in self.bill.billed.works if work is not last]
        if last.scope:
            work, charged = self.bill.billed.scopes[last.scope]
            self.bill.billed.scopes[last.scope] = (work - last.work, charged - last.amount)
        rated = next(charge for charge in self.policy["charges"] if charge["id"] == last.charge)
        kind = next(word for word in RATED if word in rated)
        for name, amount, parts in last.paid:
            account = self._opened(name)
            if amount == 0:
                account.empty_entries += 1
                continue
            self.bill.notes |= {"given back after expiry" for place, _ in parts if account.is_over(place)}
            account.take_back(kind, amount, parts)
            clauses = [*self._clauses(self.charge), *self._clauses(rated)]
            self._tell(name, "reversal", amount, rated, clauses)

    # What all of them do.

    def _opened(self, name: str) -> Account:
        account = self.bill.accounts[name]
        if name not in self.bill.opened:
            account.begin(self.view.at_s)
            self.bill.opened[name] = account.left()
        return account

    def _tell(self, account: str, kind: str, amount: int, rated: dict, clauses: list[str]) -> None:
        unit = self.policy["accounts"][account]["unit"]
        unit = unit["count"]["en"][0] if isinstance(unit, dict) else unit
        row = {"rule": self.charge["id"], "account": account, "unit": unit, "kind": kind, "amount": amount}
        rating = next(rated[word] for word in RATED if word in rated)
        self.bill.rows.append({**row, "category": rating.get("category", rated["id"]), "clauses": clauses})

    @staticmethod
    def _clauses(entry: dict) -> list[str]:
        return list(entry.get("clauses", []))
