"""One event being charged: what its charges bill, set aside, waive, settle and release, in the policy's order.

Source: DESIGN section 3, step 8; section 9.
"""

from __future__ import annotations

import math

from upheld.core.billing.accounts import Accounts, Book
from upheld.core.billing.booking import Decline, debit, hold, note, release, reverse, settle, waive
from upheld.core.billing.entry import OVERDRAWN
from upheld.core.billing.grants import Grants
from upheld.core.billing.ledger import Ledger
from upheld.core.billing.plan import ChargePlan, Pocket, RatePlan, Raw
from upheld.core.billing.rating import Tally
from upheld.core.billing.state import (
    Billed,
    Booked,
    Cause,
    Charged,
    ChargeRow,
    ChargeState,
    Lacking,
    Notice,
    OpenHold,
    Overdrawing,
    PassedOver,
    RowKind,
    ScopeKey,
    Shortage,
)
from upheld.core.lifecycle.happening import Happening
from upheld.core.policy.charge import LARGEST_AMOUNT, Account, Charge, Effort, WorkedAmount
from upheld.core.policy.provenance import Grounds
from upheld.core.policy.schedule import Schedule


class ChargeStep:
    """The charges of one event so far; thrown away where one of them refuses it."""

    def __init__(
        self,
        charges: tuple[ChargePlan, ...],
        schedule: Schedule,
        grants: Grants,
        state: ChargeState,
        happening: Happening,
        accounts: Accounts,
        ticket: str,
    ) -> None:
        self.charges = charges
        self.schedule = schedule
        self.grants = grants
        self.now = happening
        self.ticket = ticket
        self.accounts = accounts
        self.tallies = dict(state.tallies)
        self.holds = list(state.holds)
        self.billed = state.billed
        self.tops = dict(state.tops)
        self.rows: list[ChargeRow] = []
        self.notices: list[Notice] = []
        self.overdrawn: list[Overdrawing] = []
        self.passed_over: list[PassedOver] = []
        self.refusal: Shortage | None = None
        self._at_work: list[Charge] = []
        self._billed: dict[Effort, Charge] = {}
        self._opening: dict[str, Ledger] = {}
        self._seen: dict[str, Account] = {}

    def take(self, plan: ChargePlan) -> None:
        """Do what a charge whose condition holds does."""
        if plan.rates is not None:
            self._rate(plan, plan.rates)
            return
        if plan.reverses:
            self._take_back(plan)
            return
        ending = [each for each in self.holds if each.charge in plan.ends]
        if ending:
            self._at_work.append(plan.charge)
        for each in ending:
            self._end(plan, each)
        self.holds = [each for each in self.holds if each.charge not in plan.ends]
        if plan.charge.kind == "release":
            self.tallies = {key: tally for key, tally in self.tallies.items() if key.charge not in plan.ends}

    def result(self) -> Charged:
        """What came of it."""
        for name, before in self._opening.items():
            account, book = self._seen[name], self.accounts.books[name]
            low = self.grants.went_low(account, before, book.ledger, max(self.now.at_s, book.ledger.last_s))
            self.notices.extend(low)
            passed = self.grants.pass_on(self.accounts.customer, account, book, self.now.at_s, self.notices)
            if passed is not book:
                self.accounts = self.accounts.having(name, passed)
        state = ChargeState(tuple(self.tallies.items()), tuple(self.holds), self.billed, tuple(self.tops.items()))
        told = (tuple(self.rows), tuple(self.notices), tuple(self.overdrawn), tuple(self._at_work))
        return Charged(state, self.accounts, *told, tuple(self.passed_over))

    def _rate(self, plan: ChargePlan, rates: RatePlan) -> None:
        """Debit, hold or waive; what is not set is nothing to bill, and another charge may."""
        raw = rates.read(self.now.names, self.now.at_s, self.now.customer)
        amount = rates.rating.amount
        if raw.value is None or amount is None:
            return
        effort = rates.rating.effort
        earlier = self._billed.get(effort) if effort is not None else None
        if earlier is not None:
            self.passed_over.append(PassedOver(plan.charge, earlier))
            return
        if effort is not None:
            self._billed[effort] = plan.charge
        self._at_work.append(plan.charge)
        most = LARGEST_AMOUNT * rates.rate.per
        if type(raw.value) is not int or not 0 <= raw.value <= most:
            self.refusal = Shortage("invalid-data", plan.charge, rates.account, raw.value)
            return
        if raw.value == 0:
            return
        key, tally = self._scope(plan, rates, raw.pieces[0].from_s if raw.pieces else self.now.at_s)
        due = LARGEST_AMOUNT + 1
        if tally.raw + raw.value <= most:
            tally, due = tally.adding(raw.value, rates.rate)
        if due > LARGEST_AMOUNT:
            self.refusal = Shortage("invalid-data", plan.charge, rates.account, raw.value)
            return
        booked = self._book(plan, rates, raw, due)
        if self.refusal is not None:
            return
        if key is not None:
            self.tallies[key] = tally
        if plan.may_return:
            below = self.tops.get(plan.place, 0)
            self.billed = self.billed.adding(Billed(plan.place, booked, key, raw.value, raw.recorded, due, below))
            self.tops[plan.place] = len(self.billed)

    def _scope(self, plan: ChargePlan, rates: RatePlan, done_s: int) -> tuple[ScopeKey | None, Tally]:
        """What this work is summed with, and what came together there; an entry stands by itself.

        Days that are over are forgotten; not the one before, since a clock that is put back may return to it. Those of
        worked time are kept, since it may be entered much later.
        """
        if rates.scope == "entry":
            return None, Tally()
        day = self.schedule.date_at(done_s).toordinal() if rates.scope == "day" else None
        key = ScopeKey(plan.place, day)
        if day is not None and key not in self.tallies and not isinstance(rates.rating.amount, WorkedAmount):
            over = [each for each in self.tallies if each.charge == plan.place and (each.day or day) < day - 1]
            for each in over:
                del self.tallies[each]
        return key, self.tallies.get(key, Tally())

    def _book(self, plan: ChargePlan, rates: RatePlan, raw: Raw, due: int) -> tuple[Booked, ...]:
        """Write what is due into the ledgers of the accounts that pay, as far as none of them refuses it.

        What an account lacks whose overage goes to another one is charged there, a begun unit counted.
        """
        booked: list[Booked] = []
        lacking: Lacking | None = None
        for place, pocket in enumerate(rates.pockets):
            there = self._opened(pocket.account).ledger.available
            last = pocket.account.overage is None or plan.charge.kind == "waive" or there >= due
            amount = due if last else there
            if amount or (last and not place):
                recorded, pieces = (0, ()) if booked else (raw.recorded, raw.pieces)
                cause = self._cause(plan.charge, recorded, amount, (plan.charge, rates.rating, *raw.grounds))
                cause = cause._replace(pieces=pieces, lacking=lacking)
                number = self._write(plan, rates, pocket, amount, cause)
                if number is None:
                    break
                booked.append(Booked(pocket.account.id, number, amount))
            if last:
                break
            lacking = Lacking(pocket.account.id, due - amount)
            due = math.ceil(lacking.amount * rates.pockets[place + 1].factor)
            if due > LARGEST_AMOUNT:
                self.refusal = Shortage("invalid-data", plan.charge, rates.pockets[place + 1].account, due)
                break
        return tuple(booked)

    def _write(self, plan: ChargePlan, rates: RatePlan, pocket: Pocket, due: int, cause: Cause) -> int | None:
        """Write what is due into one account's ledger; work that costs nothing more is kept as a note.

        Returns: the number of the entry; ``None`` where the account refuses it.
        """
        account, book = pocket.account, self._opened(pocket.account)
        at_s = max(self.now.at_s, book.ledger.last_s)
        kind: RowKind = "debit"
        if due == 0:
            done: Ledger | Decline = note(book.ledger, at_s, cause)
        elif plan.charge.kind == "waive":
            kind, done = "waive", waive(book.ledger, due, at_s, cause)
        elif plan.charge.kind == "hold":
            kind, done = "hold", hold(book.ledger, due, at_s, pocket.allowance, cause)
        else:
            done = debit(book.ledger, due, rates.category, at_s, pocket.allowance, cause)
        if isinstance(done, Decline):
            self.refusal = Shortage("insufficient-balance", plan.charge, account, due, done.there)
            return None
        self._keep(account, book, done)
        if due == 0:
            return done.last.number
        beyond = done.last.amount_from(OVERDRAWN)
        self._tell(plan.charge, account, kind, due, cause, beyond, rates.category)
        if beyond and account.overdraft == "warn":
            self.overdrawn.append(Overdrawing(plan.charge, account, beyond))
        if kind == "hold":
            self.holds.append(OpenHold(plan.place, account.id, done.last.number))
        return done.last.number

    def _take_back(self, plan: ChargePlan) -> None:
        """Take back the last work that one of some charges billed: with its ledger entry, from what it was summed with.

        Work is taken back in the opposite order, so what a scope was charged stays what its remaining work costs.
        Where there is none, nothing happens; what a host has reversed by itself, or what accounts that it has begun
        anew do not hold, is only forgotten.
        """
        top = max((self.tops.get(place, 0) for place in plan.reverses), default=0)
        if not top:
            return
        last = self.billed[top - 1]
        self._at_work.append(plan.charge)
        self.tops[last.charge] = last.below
        rates, charge = self.charges[last.charge].rates, self.charges[last.charge].charge
        assert rates is not None, "only a rated charge bills work"
        if last.key is not None and last.key in self.tallies:
            tally = self.tallies[last.key]
            self.tallies[last.key] = Tally(tally.raw - last.raw, tally.charged - last.amount)
        accounts = {pocket.account.id: pocket for pocket in rates.pockets}
        for place, each in enumerate(last.booked):
            recorded = 0 if place else -last.recorded
            cause = self._cause(plan.charge, recorded, -each.amount, (plan.charge, charge))
            self._give_back(plan.charge, charge, each, accounts[each.account], cause, rates.category)

    def _give_back(
        self, undoing: Charge, charge: Charge, booked: Booked, pocket: Pocket, cause: Cause, category: str
    ) -> None:
        """Reverse one entry of work that is taken back."""
        account, book = pocket.account, self._opened(pocket.account)
        if not self._wrote(book.ledger, booked.number, charge):
            return
        at_s = max(self.now.at_s, book.ledger.last_s)
        if booked.amount == 0:
            done: Ledger | Decline = note(book.ledger, at_s, cause)
        else:
            done = reverse(book.ledger, booked.number, at_s, pocket.allowance, cause)
        if isinstance(done, Decline):
            assert done.code == "reversed", done
            return
        self._keep(account, book, done)
        if booked.amount:
            self._tell(undoing, account, "reversal", booked.amount, cause, 0, category)

    def _end(self, plan: ChargePlan, ending: OpenHold) -> None:
        """Settle or release one hold; one that a host ended by itself is no longer there."""
        rates = self.charges[ending.charge].rates
        assert rates is not None, "only a rated charge sets aside"
        account = next(pocket.account for pocket in rates.pockets if pocket.account.id == ending.account)
        book = self._opened(account)
        open_hold = book.ledger.holds.get(ending.number)
        if open_hold is None or not self._wrote(book.ledger, ending.number, self.charges[ending.charge].charge):
            return
        at_s, amount = max(self.now.at_s, book.ledger.last_s), open_hold.amount
        settles = plan.charge.kind == "settle"
        grounds = (plan.charge, self.charges[ending.charge].charge)
        cause = self._cause(plan.charge, amount, amount if settles else 0, grounds)
        if settles:
            done = settle(book.ledger, ending.number, amount, rates.category, at_s, cause)
        else:
            done = release(book.ledger, ending.number, at_s, cause)
        assert isinstance(done, Ledger), done
        self._keep(account, book, done)
        if settles:
            self._tell(plan.charge, account, "debit", amount, cause, 0, rates.category)
        self._tell(plan.charge, account, "release", amount, cause, 0, rates.category)

    def _wrote(self, ledger: Ledger, number: int, charge: Charge) -> bool:
        """Whether an entry is one that a charge has written for this ticket."""
        if number > len(ledger.entries):
            return False
        cause = ledger.entries.numbered(number).cause
        return isinstance(cause, Cause) and (cause.ticket, cause.rule) == (self.ticket, charge.id)

    def _opened(self, account: Account) -> Book:
        """The book of an account, with everything in it that comes before the event."""
        if account.id in self._opening:
            return self.accounts.books[account.id]
        book = self.grants.book(self.accounts, account)
        book = self.grants.pass_on(self.accounts.customer, account, book, self.now.at_s, self.notices)
        self._opening[account.id], self._seen[account.id] = book.ledger, account
        if book is not self.accounts.books.get(account.id):
            self.accounts = self.accounts.having(account.id, book)
        return book

    def _keep(self, account: Account, book: Book, ledger: Ledger) -> None:
        written = self.grants.written(self.accounts.customer, account.id, book, ledger)
        self.accounts = self.accounts.having(account.id, written)

    def _tell(
        self, charge: Charge, account: Account, kind: RowKind, amount: int, cause: Cause, beyond: int, category: str
    ) -> None:
        row = (self.now.at_s, charge.id, account.id, account.unit, kind, amount, cause.raw, beyond, category)
        self.rows.append(ChargeRow(*row, cause.clauses, cause.assumptions, cause.pieces, cause.lacking))

    def _cause(self, charge: Charge, raw: int, amount: int, grounds: tuple[Grounds, ...]) -> Cause:
        names, event = self.now.names, self.now.event or ""
        actor = str(names("actor-id") or names("actor") or "")
        clauses = tuple(dict.fromkeys(clause for each in grounds for clause in each.clauses))
        assumptions = tuple(dict.fromkeys(name for each in grounds for name in each.assumes))
        return Cause(self.ticket, self.now.at_s, event, actor, charge.id, raw, amount, clauses, assumptions)
