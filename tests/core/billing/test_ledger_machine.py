"""A Hypothesis state machine over the ledger, against one kept by hand."""

from __future__ import annotations

from core.billing.slow_ledger import SlowLedger
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from upheld.core.billing.booking import Allowance, Decline, debit, grant, hold, release, reverse, settle, waive
from upheld.core.billing.entry import Carried
from upheld.core.billing.ledger import Ledger, expire

AMOUNTS = st.integers(1, 200)
LASTING = st.none() | st.integers(1, 200)


class LedgerMachine(RuleBasedStateMachine):
    """Whatever is done in whatever order, both ledgers answer the same and hold the same."""

    entries = Bundle("entries")
    holds = Bundle("holds")

    @initialize(
        overdraft=st.sampled_from(["refuse", "warn", "allow"]),
        limit=st.none() | st.integers(0, 100),
        repays=st.booleans(),
    )
    def begin(self, overdraft, limit, repays):
        self.allowance, self.repays = Allowance(overdraft, limit), repays
        self.ledger, self.slow, self.at_s = Ledger(), SlowLedger(overdraft, limit, repays), 0

    def agree(self, answer, expected):
        """Take the answer over; the number of the entry, if there is one."""
        if isinstance(answer, Decline):
            assert expected == answer.code
            return multiple()
        assert "ok" == expected
        self.ledger = answer
        return len(answer.entries)

    @rule(passed_s=st.integers(1, 100))
    def wait(self, passed_s):
        self.at_s += passed_s
        self.agree(expire(self.ledger, self.at_s), self.slow.pass_time(self.at_s))

    @rule(target=entries, amount=AMOUNTS, lasting_s=LASTING, kept=st.none() | AMOUNTS, kept_s=LASTING)
    def grant(self, amount, lasting_s, kept, kept_s):
        ends_s = None if lasting_s is None else self.at_s + lasting_s
        carried = None
        if kept is not None and ends_s is not None:
            carried = Carried(kept, None if kept_s is None else ends_s + kept_s)
        granted = grant(self.ledger, amount, self.at_s, ends_s, repays=self.repays, carried=carried)
        return self.agree(granted, self.slow.grant(amount, self.at_s, ends_s, carried))

    @rule(target=entries, amount=AMOUNTS)
    def debit(self, amount):
        answer = debit(self.ledger, amount, "work", self.at_s, self.allowance)
        return self.agree(answer, self.slow.debit(amount, "work", self.at_s))

    @rule(target=holds, amount=AMOUNTS)
    def hold(self, amount):
        return self.agree(hold(self.ledger, amount, self.at_s, self.allowance), self.slow.hold(amount, self.at_s))

    @rule(target=entries, number=holds, amount=st.integers(0, 200))
    def settle(self, number, amount):
        answer = settle(self.ledger, number, amount, "work", self.at_s)
        return self.agree(answer, self.slow.end("settle", number, amount, "work", self.at_s))

    @rule(target=entries, number=holds)
    def release(self, number):
        return self.agree(release(self.ledger, number, self.at_s), self.slow.end("release", number, 0, "", self.at_s))

    @rule(amount=AMOUNTS)
    def waive(self, amount):
        self.agree(waive(self.ledger, amount, self.at_s), self.slow.waive(amount, self.at_s))

    @rule(number=consumes(entries) | holds)
    def reverse(self, number):
        self.agree(reverse(self.ledger, number, self.at_s, self.allowance), self.slow.reverse(number, self.at_s))

    @invariant()
    def same(self):
        assert self.slow.balances() == self.ledger.balances == self.slow.recounted()
        assert 0 == sum(self.ledger.balances.values())
        assert set(self.slow.open_holds) == set(self.ledger.holds)
        assert self.slow._usable() == [lot.number for lot in self.ledger.lots]


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
