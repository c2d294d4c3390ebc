"""Adoption: which policy and which contracts are in force, and every version that ever was.

A ticket goes on under the policy that it was opened under; contracts are those in force when a record comes, for all
tickets, since a customer who buys hours has them for old tickets too. Both are kept as documents, so that any day can
be decided again.

Source: DESIGN section 10, "Policies"; THREATS S08.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table, func, insert, select, text, update

from upheld.core.decision.engine import Engine as Deciding
from upheld.core.decision.table import DecisionTable
from upheld.core.errors import ArgumentError, DeskError
from upheld.core.frozen import FrozenDict
from upheld.core.nearest import quoted
from upheld.core.policy.charge import Account
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.replay.logs import listed, maker
from upheld.desk.record.journal import Kept
from upheld.desk.storage.statement import Answer, Prepared
from upheld.desk.storage.tables import ACCOUNTS, CHANGES, CONTRACTS, POLICIES, TICKETS
from upheld.engine import Engine
from upheld.loading import policy_of_document

ADOPT: Final = "adopt"
FORGET: Final = "forget"
CLOSE: Final = "close"

AT_ONCE: Final = 500
"""Customers that one statement names."""

_contracts: Final = maker(Contracts)
_LAST: Final = Prepared(select(func.max(CHANGES.c.number)))


class Edition(NamedTuple):
    """What is in force from one adoption to the next: a policy and contracts, by their digests."""

    number: int
    policy: str
    contracts: str


class Version(NamedTuple):
    """A policy that is kept, by what it is called."""

    digest: str
    id: str
    version: str


class Editions:
    """The editions of one desk, and the engines that decide by them; what is remembered never changes.

    Args:
        language: Of messages; ``""`` for the vendor's.

    Attributes:
        expected: The edition whose customers all have accounts that time is looked at for.
    """

    def __init__(self, language: str = "") -> None:
        self._language = language
        self._editions: dict[int, Edition] = {}
        self._policies: dict[str, Policy] = {}
        self._contracts: dict[str, Contracts] = {}
        self._engines: dict[tuple[str, str, str], Engine] = {}
        self._voices: dict[Edition, tuple[Engine, ...]] = {}
        self._tables: dict[Deciding, DecisionTable] = {}
        self._last: tuple[int, int] = (0, 0)
        self._closed: tuple[int, int | None] = (0, None)
        self.expected: Edition | None = None

    def current(self, rows: Connection, changed: int) -> Edition:
        """The edition in force. Args: changed: the number of the last change of the desk."""
        seen, number = self._last
        if seen != changed:
            asked = select(func.max(CHANGES.c.number)).where(CHANGES.c.kind == ADOPT)
            number = rows.scalar(asked) or 0
            self._last = changed, number
        if not number:
            raise DeskError("the desk has no policy yet: open it with one, or `adopt` one")
        return self.edition(rows, number)

    def in_force(self, rows: Connection) -> Edition | None:
        """The same, as the database has it; ``None`` before the first adoption."""
        number = rows.scalar(select(func.max(CHANGES.c.number)).where(CHANGES.c.kind == ADOPT))
        return None if number is None else self.edition(rows, number)

    def closed_s(self, rows: Connection, changed: int) -> int | None:
        """Up to when statements are closed; ``None`` where none is. Args: changed: the number of the last change."""
        if self._closed[0] != changed:
            self._closed = changed, closed_s(rows)
        return self._closed[1]

    def edition(self, rows: Connection, number: int) -> Edition:
        """The edition of a number."""
        found = self._editions.get(number)
        if found is None:
            document = rows.scalar(
                select(CHANGES.c.document).where(CHANGES.c.number == number, CHANGES.c.kind == ADOPT)
            )
            if document is None:
                raise DeskError(f"edition {number} is not in the desk: its tables were changed by hand")
            read = json.loads(document)
            found = self._editions[number] = Edition(number, read["policy"], read["contracts"])
        return found

    def engine(self, rows: Connection, policy: str, contracts: str, teller: str = "") -> Engine:
        """What decides by a policy and contracts, by their digests.

        Args:
            teller: The policy that says when a customer is told of an account, by its digest; by default the same.
        """
        found = self._engines.get((policy, contracts, teller))
        if found is None:
            own = self.policy(rows, policy)
            told = own if teller in ("", policy) else _told_by(own, self.policy(rows, teller))
            if told is not own:
                found = Engine(told, self.contracts(rows, contracts), language=self._language)
            elif teller:
                found = self.engine(rows, policy, contracts)
            else:
                found = self.fresh_engine(rows, policy, contracts)
            self._engines[policy, contracts, teller] = found
        return found

    def voices(self, rows: Connection, edition: Edition) -> tuple[Engine, ...]:
        """What tells of accounts in an edition, and after it whatever told otherwise before, by the same contracts."""
        found = self._voices.get(edition)
        if found is None:
            asked = select(CHANGES.c.number).where(CHANGES.c.kind == ADOPT, CHANGES.c.number <= edition.number)
            numbers = rows.scalars(asked.order_by(CHANGES.c.number.desc())).all()
            policies = dict.fromkeys(self.edition(rows, number).policy for number in numbers)
            told: list[Engine] = []
            for each in (self.engine(rows, policy, edition.contracts) for policy in policies):
                told += [] if any(_tell_alike(each, other) for other in told) else [each]
            found = self._voices[edition] = tuple(told)
        return found

    def table(self, engine: Deciding) -> DecisionTable:
        """What an engine has decided so far, so that records that are decided alike are decided once."""
        found = self._tables.get(engine)
        if found is None:
            found = self._tables[engine] = engine.table()
        return found

    def fresh_engine(self, rows: Connection, policy: str, contracts: str) -> Engine:
        """The same, and one that has decided nothing yet: the head of a replay tells which hours were looked at."""
        return Engine(self.policy(rows, policy), self.contracts(rows, contracts), language=self._language)

    def policy(self, rows: Connection, digest: str) -> Policy:
        """A policy that was ever adopted, by its digest."""
        found = self._policies.get(digest)
        if found is None:
            document = _document(rows, POLICIES, digest)
            found = policy_of_document(document, f"policy {digest[7:15]}")
            if found.digest != digest:
                raise DeskError(f"policy {quoted(digest)} is not what was kept: its row was changed")
            self._policies[digest] = found
        return found

    def read_policy(self, digest: str) -> Policy | None:
        """A policy that was read before."""
        return self._policies.get(digest)

    def contracts(self, rows: Connection, digest: str) -> Contracts:
        """Contracts that were ever adopted, by the digest of their document."""
        found = self._contracts.get(digest)
        if found is None:
            document = _document(rows, CONTRACTS, digest)
            if _digest(document) != digest:
                raise DeskError(f"contracts {quoted(digest)} are not what was kept: their row was changed")
            assert _contracts is not None
            found = self._contracts[digest] = _contracts(json.loads(document))
        return found

    def of(self, rows: Connection, kept: Iterable[Kept]) -> Iterator[Engine]:
        """The engines of the editions in which rows of the journal came."""
        for number in dict.fromkeys(row.edition for row in kept):
            edition = self.edition(rows, number)
            yield self.engine(rows, edition.policy, edition.contracts)

    def adopt(self, rows: Connection, policy: Policy | None, contracts: Contracts | None) -> Edition:
        """Put a policy, contracts or both in force; what is already is no change.

        Raises: ArgumentError for what is none, and for a policy that was not made by `load_policy`; DeskError for
            contracts alone where there is no policy yet.
        """
        now = self.in_force(rows)
        if now is None and policy is None:
            raise DeskError("the desk has no policy yet: adopt one with the contracts")
        chosen = self._kept_policy(rows, policy) if policy is not None else "" if now is None else now.policy
        if contracts is not None or now is None:
            signed = self._kept_contracts(rows, Contracts() if contracts is None else contracts)
        else:
            signed = now.contracts
        if now is not None and (now.policy, now.contracts) == (chosen, signed):
            return now
        made = changed(rows, ADOPT, {"policy": chosen, "contracts": signed})
        if now is not None:
            self._look_again(rows, now, chosen, signed)
        return Edition(made, chosen, signed)  # not remembered: nobody knows yet whether it will be

    def _look_again(self, rows: Connection, before: Edition, policy: str, contracts: str) -> None:
        """Have time looked at for the accounts to which it may do something else from now on."""
        look = update(ACCOUNTS).values(due_s=0)
        if not _tell_alike(*(self.engine(rows, each, contracts) for each in (before.policy, policy))):
            rows.execute(look)
            return
        was, now = (self.contracts(rows, each).customers for each in (before.contracts, contracts))
        others = sorted(name for name in {*was, *now} if was.get(name) != now.get(name))
        for start in range(0, len(others), AT_ONCE):
            rows.execute(look.where(ACCOUNTS.c.customer.in_(others[start : start + AT_ONCE])))

    def go_by(self, rows: Connection, policy: Policy | None, contracts: Contracts | None) -> None:
        """Put these in force where nothing is, else be sure that they are.

        Raises: DeskError where others are.
        """
        if policy is not None:
            _check_policy(policy)
        last = last_change(rows)
        if not last:
            self.adopt(rows, policy, contracts)
            return
        now, advice = self.current(rows, last), "put another in force with `adopt`, or open the desk without naming one"
        if policy is not None and policy.digest != now.policy:
            there = self.policy(rows, now.policy)
            said = f"`{there.id}@{there.version}`, and not by this `{policy.id}@{policy.version}`"
            raise DeskError(f"the desk goes by policy {said}: {advice}")
        if contracts is not None and self.signed(contracts)[0] != now.contracts:
            raise DeskError(f"the desk goes by other contracts: {advice}")

    def every(self, rows: Connection) -> tuple[Version, ...]:
        """Every policy that is kept, in the order of ids and versions."""
        asked = select(POLICIES.c.digest, POLICIES.c.id, POLICIES.c.version).order_by(POLICIES.c.id, POLICIES.c.version)
        return tuple(Version(*row) for row in rows.execute(asked))

    def keep(self, rows: Connection, policy: Policy) -> str:
        """Keep a policy without putting it in force; its digest."""
        return self._kept_policy(rows, policy)

    def know(self, policy: Policy) -> str:
        """Remember a policy that is kept nowhere, to look at what it would change; its digest."""
        _check_policy(policy)
        self._policies.setdefault(policy.digest, policy)
        return policy.digest

    def _kept_policy(self, rows: Connection, policy: Policy) -> str:
        _check_policy(policy)
        self._check_units(rows, policy)
        columns = {"id": policy.id, "version": policy.version, "document": policy.document}
        _keep(rows, POLICIES, policy.digest, columns)
        self._policies[policy.digest] = policy
        return policy.digest

    def _check_units(self, rows: Connection, policy: Policy) -> None:
        """Raises: DeskError where an account would be counted in two units: no balance could be told of it."""
        for version in self.every(rows):
            there = self.policy(rows, version.digest).accounts
            for name in sorted(policy.accounts.keys() & there.keys()):
                if policy.accounts[name].unit != there[name].unit:
                    said = f"`{version.id}@{version.version}` counts it in {there[name].unit}"
                    raise DeskError(
                        f"account {quoted(name)} would be counted in {policy.accounts[name].unit}, and {said}: "
                        "give the account another name"
                    )

    def _kept_contracts(self, rows: Connection, contracts: Contracts) -> str:
        digest, document = self.signed(contracts)
        _keep(rows, CONTRACTS, digest, {"document": document})
        self._contracts[digest] = contracts
        return digest

    def signed(self, contracts: Contracts) -> tuple[str, str]:
        """Contracts as a document, after its digest."""
        if not isinstance(contracts, Contracts):
            raise ArgumentError(f"{quoted(contracts)} is no contracts: give what `load_contracts` returns")
        document = json.dumps(listed(contracts), default=listed, separators=(",", ":"))
        return _digest(document), document


def _told_by(policy: Policy, teller: Policy) -> Policy:
    """A policy whose accounts are told of when another one says so; itself where that is the same."""

    def told(account: Account) -> Account:
        other = teller.accounts.get(account.id)
        low, notice = (None, None) if other is None else (other.low_balance, other.expiry_notice)
        return replace(account, low_balance=low, expiry_notice=notice)

    accounts: FrozenDict[str, Account] = FrozenDict({name: told(each) for name, each in policy.accounts.items()})
    return policy if accounts == policy.accounts else replace(policy, accounts=accounts)


def _tell_alike(one: Engine, other: Engine) -> bool:
    said, also = ((each.language, each.policy.zone, each.policy.accounts) for each in (one, other))
    return said == also


def _check_policy(policy: Policy) -> None:
    if not isinstance(policy, Policy):
        raise ArgumentError(f"{quoted(policy)} is no policy: give what `load_policy` returns")
    if _digest(policy.document) != policy.digest:
        raise ArgumentError(f"policy `{policy.id}` has no document to keep: give what `load_policy` returns")


def last_change(rows: Connection) -> int:
    """The number of the last change of the desk; 0 before the first."""
    return change_of(ask_last_change(rows))


def ask_last_change(rows: Connection) -> Answer:
    """The same, to be had later, as `change_of` reads it."""
    return _LAST.ask(rows, {})


def change_of(found: Answer) -> int:
    """The number itself."""
    return found()[0][0] or 0


def closed_s(rows: Connection) -> int | None:
    """Up to when statements are closed; ``None`` where none is."""
    asked = select(CHANGES.c.document).where(CHANGES.c.kind == CLOSE).order_by(CHANGES.c.number.desc()).limit(1)
    document = rows.scalar(asked)
    return None if document is None else int(json.loads(document)["until_s"])


def alone(rows: Connection) -> None:
    """Wait until nobody else writes, and let nobody begin before this transaction is over.

    Whoever submits holds a ticket before he asks what is in force, so that he sees what is changed here.
    """
    if rows.dialect.name != "sqlite":  # where there is one writer anyway
        rows.execute(text(f"LOCK TABLE {TICKETS.name} IN EXCLUSIVE MODE"))


def changed(rows: Connection, kind: str, document: dict[str, Any]) -> int:
    """Note a change of the desk; its number."""
    alone(rows)
    made = insert(CHANGES).values(kind=kind, document=json.dumps(document)).returning(CHANGES.c.number)
    return int(rows.execute(made).scalar_one())


def _digest(document: str) -> str:
    return "sha256:" + sha256(document.encode()).hexdigest()


def _document(rows: Connection, table: Table, digest: str) -> str:
    found = rows.scalar(select(table.c.document).where(table.c.digest == digest))
    if found is None:
        raise DeskError(f"{quoted(digest)} is not in the desk: its tables were changed by hand")
    return str(found)


def _keep(rows: Connection, table: Table, digest: str, columns: dict[str, Any]) -> None:
    if rows.scalar(select(table.c.digest).where(table.c.digest == digest)) is None:
        rows.execute(insert(table).values(digest=digest, **columns))
