"""A ledger as one would keep it by hand: a list of moves, and lots and holds in plain dictionaries.

It shares no code with the package. It is the other opinion in `random_ledger`.
"""

from __future__ import annotations

from collections import defaultdict


class SlowLedger:
    """Everything is done in place; an answer is ``"ok"`` or the code of what stands against it."""

    def __init__(self, overdraft: str, limit: int | None, repays: bool = False) -> None:
        self.overdraft, self.limit, self.repays = overdraft, limit, repays
        self.moves: list[list[tuple[str, str, int]]] = []
        self.kinds: list[str] = []
        self.ofs: list[int | None] = []
        self.lots: dict[int, tuple[int, int | None]] = {}
        self.carries: dict[int, tuple[int, int | None]] = {}
        self.last_s = 0
        self.open_holds: dict[int, list[tuple[str, int]]] = {}
        self.undone: set[int] = set()
        self.sums: defaultdict[str, int] = defaultdict(int)

    def balances(self) -> dict[str, int]:
        return {path: amount for path, amount in self.sums.items() if amount}

    def recounted(self) -> dict[str, int]:
        """The balances, from the moves alone."""
        sums: defaultdict[str, int] = defaultdict(int)
        for moves in self.moves:
            for source, target, amount in moves:
                sums[source] -= amount
                sums[target] += amount
        return {path: amount for path, amount in sums.items() if amount}

    def _owed(self) -> int:
        """What is overdrawn and no lot has paid."""
        return -self.sums["overdrawn"] - sum(self.sums[f"repaid:{lot}"] for lot in self.lots)

    def _write(self, kind: str, moves: list[tuple[str, str, int]], of: int | None = None, at_s: int = 0) -> int:
        moves = list(moves)
        spare = sum(amount for _, target, amount in moves if target == "overdrawn") - self._owed()
        for lot in sorted(self.lots, reverse=True):
            back = min(spare, self.sums[f"repaid:{lot}"])
            if back > 0:
                over = (self.lots[lot][1] or at_s + 1) <= at_s
                moves.append((f"repaid:{lot}", "expired" if over else f"available:{lot}", back))
                spare -= back
        for source, target, amount in moves:
            self.sums[source] -= amount
            self.sums[target] += amount
        self.last_s = max(self.last_s, at_s)
        self.moves.append(moves)
        self.kinds.append(kind)
        self.ofs.append(of)
        return len(self.moves)

    def _usable(self) -> list[int]:
        """Lots with something left: the one that expires first, comes first."""
        far = 10**18
        left = [lot for lot in self.lots if self.sums[f"available:{lot}"] > 0]
        return sorted(
            left, key=lambda lot: (far if self.lots[lot][1] is None else self.lots[lot][1], self.lots[lot], lot)
        )

    def pass_time(self, at_s: int, carries: bool = True) -> str:
        for lot in self._usable():
            end = self.lots[lot][1]
            if end is not None and end <= at_s:
                left, when_s = self.sums[f"available:{lot}"], max(end, self.last_s)
                most, until_s = self.carries.get(lot, (0, None))
                if most and carries:
                    self.lots[len(self.moves) + 1] = (when_s, until_s)
                    kept = min(most, left)
                    self._write("carry", [(f"available:{lot}", f"available:{len(self.moves) + 1}", kept)], lot, when_s)
                    left -= kept
                if left:
                    self._write("expire", [(f"available:{lot}", "expired", left)], lot, when_s)
                return self.pass_time(at_s, carries)
        return "ok"

    def grant(
        self, amount: int, at_s: int, expires_s: int | None, carried: tuple[int, int | None] | None = None
    ) -> str:
        self.pass_time(at_s)
        if carried:
            self.carries[len(self.moves) + 1] = carried
        number = len(self.moves) + 1
        self.lots[number] = (at_s, expires_s)
        moves = [("grant", f"available:{number}", amount)]
        owed = min(self._owed(), amount)
        if self.repays and owed and (expires_s is None or expires_s > at_s):
            moves.append((f"available:{number}", f"repaid:{number}", owed))
        self._write("grant", moves, at_s=at_s)
        return self.pass_time(at_s)

    def _too_far(self, more: int) -> bool:
        if self.overdraft == "refuse":
            return True
        return self.limit is not None and more + self._owed() > self.limit

    def _find(self, amount: int) -> list[tuple[str, int]] | None:
        found, rest = [], amount
        for lot in self._usable():
            part = min(rest, self.sums[f"available:{lot}"])
            if part:
                found.append((f"available:{lot}", part))
                rest -= part
        if rest and self._too_far(rest):
            return None
        return [*found, ("overdrawn", rest)] if rest else found

    def _affords(self, amount: int, at_s: int) -> bool:
        """Whether it can be afforded; a decline leaves no trace, not even of what would have expired."""
        there = 0
        for lot in self._usable():
            left, end = self.sums[f"available:{lot}"], self.lots[lot][1]
            if end is not None and end <= at_s:
                most, until_s = self.carries.get(lot, (0, None))
                left = min(most, left) if until_s is None or until_s > at_s else 0
            there += left
        return amount <= there or not self._too_far(amount - there)

    def debit(self, amount: int, category: str, at_s: int) -> str:
        if not self._affords(amount, at_s):
            return "insufficient-balance"
        self.pass_time(at_s)
        parts = self._find(amount) or []
        self._write("debit", [(source, f"consumed:{category}", part) for source, part in parts], at_s=at_s)
        return "ok"

    def hold(self, amount: int, at_s: int) -> str:
        if not self._affords(amount, at_s):
            return "insufficient-balance"
        self.pass_time(at_s)
        parts = self._find(amount) or []
        number = len(self.moves) + 1
        self.open_holds[number] = parts
        self._write("hold", [(source, f"held:{number}", part) for source, part in parts], at_s=at_s)
        return "ok"

    def end(self, kind: str, number: int, amount: int, category: str, at_s: int) -> str:
        if number not in self.open_holds:
            return "not-open"
        parts = self.open_holds[number]
        if amount > sum(part for _, part in parts):
            return "beyond-hold"
        self.pass_time(at_s)
        billed, given, rest = [], [], amount
        for source, part in parts:
            taken = min(rest, part)
            rest -= taken
            if taken:
                billed.append((f"held:{number}", f"consumed:{category}", taken))
            if part > taken:
                over = source != "overdrawn" and (self.lots[int(source.split(":")[1])][1] or at_s + 1) <= at_s
                given.append((f"held:{number}", "expired" if over else source, part - taken))
        del self.open_holds[number]
        self._write(kind, billed + given, number, at_s)
        return "ok"

    def waive(self, amount: int, at_s: int) -> str:
        self.pass_time(at_s)
        self._write("waive", [("grant", "waived", amount)], at_s=at_s)
        return "ok"

    def reverse(self, number: int, at_s: int) -> str:
        kind, of = self.kinds[number - 1], self.ofs[number - 1]
        if kind in ("expire", "carry", "note", "reversal"):
            return "not-reversible"
        if number in self.undone:
            return "reversed"
        if kind == "hold" and number not in self.open_holds:
            return "not-open"
        moves = [(target, source, amount) for source, target, amount in reversed(self.moves[number - 1])]
        if kind == "grant":
            paid = self.sums[f"repaid:{number}"]
            moves = [*([(f"repaid:{number}", f"available:{number}", paid)] if paid else []), moves[-1]]
        drawn = sum(amount for source, _, amount in moves if source == "overdrawn" or source.startswith("repaid"))
        drawn -= sum(amount for _, target, amount in moves if target.startswith("repaid"))
        if drawn > 0 and self._too_far(drawn):
            return "insufficient-balance"
        for source, _, amount in moves:
            there = self.sums[source]
            if source.startswith("available") and (self.lots[int(source.split(":")[1])][1] or at_s + 1) <= at_s:
                there = 0
            if kind == "grant" and source.startswith("available"):
                there += paid
            overdue = source == "expired"
            if source not in ("grant", "overdrawn") and not overdue and there < amount:
                return "in-use"
        self.pass_time(at_s)
        if kind == "hold":
            del self.open_holds[number]
        elif of is not None:
            self.open_holds[of] = [(source, amount) for source, _, amount in self.moves[of - 1]]
        self.undone.add(number)
        self._write("reversal", moves, number, at_s)
        return self.pass_time(at_s, carries=False)
