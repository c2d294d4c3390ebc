"""Do very many random things to ledgers, and to ledgers kept by hand: both must stay equal, and every law hold.

    python tests/core/billing/random_ledger.py --count 1000000 --seed 5

Prints how often each thing was done and declined, and a digest of all final balances: the same for the same count
and seed, on any machine.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import random
import sys
from collections import Counter
from pathlib import Path

if __name__ == "__main__":
    root = Path(__file__).resolve().parents[3]
    sys.path[:0] = [str(root / "engine"), str(root / "tests")]

from core.billing.slow_ledger import SlowLedger

from upheld.core.billing.booking import Allowance, Decline, debit, grant, hold, note, release, reverse, settle, waive
from upheld.core.billing.entry import OVERDRAWN, Carried
from upheld.core.billing.ledger import Ledger, expire
from upheld.core.errors import LedgerError

OPERATIONS = "grant debit debit debit hold hold settle settle release reverse reverse waive note pass wrong".split()
CATEGORIES = ("support", "training", "travel")
NO_AMOUNTS = (1.5, -1, 0, True, None, "40", 10**15 + 1, float("nan"), -(10**20))


class Story:
    """One account's life: the ledger, and the one kept by hand."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.allowance = Allowance(chance.choice(("refuse", "warn", "allow")), chance.choice((None, 0, 60, 5_000)))
        self.ledger = Ledger()
        self.repays = chance.random() < 0.5
        self.slow = SlowLedger(*self.allowance, self.repays)
        self.at_s = 0

    def step(self) -> str:
        """Do one thing to both; which, and what came of it."""
        self.at_s += self.chance.choice((0, 0, 1, 7, 60, 900))
        what = self.chance.choice(OPERATIONS)
        if what in ("settle", "release", "reverse") and not self.ledger.entries:
            what = "pass"
        before = self.ledger
        answer, expected = getattr(self, f"_{what}")()
        if isinstance(answer, Decline):
            assert answer.code == expected, (what, answer, expected)
            assert self.slow.balances() == before.balances, what
            assert len(before.entries) == len(self.slow.moves)
            return f"{what}: {answer.code}"
        assert expected == "ok", (what, expected)
        self.ledger = answer
        self._laws(before)
        return what

    def _laws(self, before: Ledger) -> None:
        ledger = self.ledger
        assert self.slow.balances() == ledger.balances, "both ledgers hold the same"
        assert sum(ledger.balances.values()) == 0, "L01"
        assert all(amount > 0 for path, amount in ledger.balances.items() if path not in ("grant", "overdrawn")), "L03"
        limit = self.allowance.limit if self.allowance.overdraft != "refuse" else 0
        assert limit is None or 0 <= ledger.overdrawn <= limit, "L03"
        for entry in ledger.entries.since(len(before.entries)):
            if entry.kind == "carry":
                ((source, target, amount),) = entry.transfers
                assert (source, target) == (f"available:{entry.of}", f"available:{entry.number}"), "L05"
                lot = ledger.entries.numbered(entry.of or 0).lot
                assert lot is not None
                assert lot.carried is not None
                assert amount <= lot.carried.most
            if entry.kind == "expire":
                ((source, target, _),) = entry.transfers
                assert (source, target) == (f"available:{entry.of}", "expired"), "L05"
            if entry.kind in ("debit", "hold"):
                for source, _, _ in entry.transfers:
                    lot = ledger.entries.numbered(int(source.split(":")[1])).lot if ":" in source else None
                    assert lot is None or (lot.at_s <= entry.at_s and not lot.is_over(entry.at_s)), "L06"
                assert not (entry.amount_from(OVERDRAWN) and ledger.available), "L14"
            if entry.kind in ("settle", "release"):
                given = ledger.entries.numbered(entry.of or 0).transfers
                held = sum(each.amount for each in given if each.target.partition(":")[0] == "held")
                assert held == entry.amount_from("held"), "L07"
                assert entry.of not in ledger.holds, "L07"

    def finish(self) -> str:
        """The laws that look at the whole life, and its final balances."""
        ledger = self.ledger
        assert self.slow.recounted() == ledger.balances, "L02"
        for number in self.slow.lots:
            path, of_lot = f"available:{number}", Counter[str]()
            for entry in ledger.entries:
                for source, target, amount in entry.transfers:
                    of_lot[path if path in (source, target) else ""] += amount if target == path else -amount
            assert of_lot[path] == ledger.balances.get(path, 0), "L04"
        assert pickle.loads(pickle.dumps(ledger)) == ledger
        return "\n".join(f"{path} {amount}" for path, amount in sorted(ledger.balances.items()))

    def _some_hold(self) -> int:
        chance, holds = self.chance, list(self.ledger.holds)
        if holds and chance.random() < 0.8:
            return chance.choice(holds)
        count = len(self.slow.kinds)
        ever = [each for each in range(max(1, count - 30), count + 1) if self.slow.kinds[each - 1] == "hold"]
        return chance.choice(ever) if ever else 0

    def _grant(self) -> tuple[Ledger | Decline, str]:
        amount = self.chance.choice((1, 60, 100, 200, 1_000))
        expires_s = self.chance.choice((None, self.at_s + self.chance.randrange(1, 4_000), self.at_s + 900))
        carried = None
        if expires_s is not None and self.chance.random() < 0.3:
            lasting_s = self.chance.choice((None, 1, 900, 4_000))
            carried = Carried(self.chance.choice((5, 60, 10_000)), None if lasting_s is None else expires_s + lasting_s)
        granted = grant(self.ledger, amount, self.at_s, expires_s, repays=self.repays, carried=carried)
        return granted, self.slow.grant(amount, self.at_s, expires_s, carried)

    def _debit(self) -> tuple[Ledger | Decline, str]:
        amount, category = self.chance.randrange(1, 130), self.chance.choice(CATEGORIES)
        done = debit(self.ledger, amount, category, self.at_s, self.allowance)
        return done, self.slow.debit(amount, category, self.at_s)

    def _hold(self) -> tuple[Ledger | Decline, str]:
        amount = self.chance.randrange(1, 130)
        return hold(self.ledger, amount, self.at_s, self.allowance), self.slow.hold(amount, self.at_s)

    def _settle(self) -> tuple[Ledger | Decline, str]:
        number, category = self._some_hold(), self.chance.choice(CATEGORIES)
        if not number:
            return self._pass()
        known = self.ledger.holds.get(number)
        amount = known.amount if known and self.chance.random() < 0.5 else self.chance.randrange(0, 150)
        done = settle(self.ledger, number, amount, category, self.at_s)
        return done, self.slow.end("settle", number, amount, category, self.at_s)

    def _release(self) -> tuple[Ledger | Decline, str]:
        number = self._some_hold()
        if not number:
            return self._pass()
        return release(self.ledger, number, self.at_s), self.slow.end("release", number, 0, "", self.at_s)

    def _reverse(self) -> tuple[Ledger | Decline, str]:
        count = len(self.ledger.entries)
        number = self.chance.randrange(max(1, count - 12), count + 1)
        return reverse(self.ledger, number, self.at_s, self.allowance), self.slow.reverse(number, self.at_s)

    def _waive(self) -> tuple[Ledger | Decline, str]:
        return waive(self.ledger, 30, self.at_s), self.slow.waive(30, self.at_s)

    def _note(self) -> tuple[Ledger | Decline, str]:
        self.slow.pass_time(self.at_s)
        self.slow._write("note", [], at_s=self.at_s)
        return note(self.ledger, self.at_s, "nothing more"), "ok"

    def _pass(self) -> tuple[Ledger | Decline, str]:
        return expire(self.ledger, self.at_s), self.slow.pass_time(self.at_s)

    def _wrong(self) -> tuple[Ledger | Decline, str]:
        """What means nothing raises, and the ledger stays what it was."""
        amount = self.chance.choice(NO_AMOUNTS)
        try:
            debit(self.ledger, amount, "support", self.at_s)  # type: ignore[arg-type]  # that is the point
        except LedgerError:
            return self.ledger, "ok"
        raise AssertionError(f"{amount!r} is no amount")


def run(count: int, seed: int) -> tuple[Counter[str], str]:
    """Do ``count`` things, to one account after another; how often what was done, and the digest of what is left."""
    chance, digest, seen = random.Random(seed), hashlib.sha256(), Counter[str]()
    while seen.total() < count:
        story = Story(chance)
        for _ in range(min(chance.choice((10, 100, 600)), count - seen.total())):
            seen[story.step()] += 1
        digest.update(f"{story.finish()}\n\n".encode())
    return seen, f"sha256:{digest.hexdigest()}"


def main() -> None:
    """Read the command line, run, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    seen, digest = run(arguments.count, arguments.seed)
    lines = [f"{times:9,}  {what}" for what, times in sorted(seen.items())]
    sys.stdout.write("\n".join((*lines, f"{seen.total():9,}  in all, no law broken", digest, "")))


if __name__ == "__main__":
    main()
