"""Retention: tickets that were closed long ago leave the desk, for files that `upheld replay` reads.

The files are on the disk, whole, before anything is taken out; and what is taken out goes in one transaction with a
note of it. A chain is of one ticket, so those that stay verify as before. What tickets were charged is carried, as the
accounts stood after it: see `carrying`, which also says which of them stay. So do those of a policy by which broken
promises cost something, and a ticket to which time has something to do, or of which somebody has still to be told.

Source: DESIGN section 10; decisions 0034, 0063.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select

from upheld.core.billing.accounts import Accounts
from upheld.core.decision.engine import Engine
from upheld.core.errors import ArgumentError, DeskError
from upheld.core.nearest import quoted
from upheld.core.policy.lifecycle import CLOSED
from upheld.desk.export import line_of, whole
from upheld.desk.record import journal
from upheld.desk.record.adoption import alone, last_change
from upheld.desk.record.journal import Kept
from upheld.desk.redecision.carrying import CHARGED, HELD_BACK, engines_of, part
from upheld.desk.redecision.deciding import in_order
from upheld.desk.redecision.readings import Reader
from upheld.desk.redecision.verification import Progress, wrong_in
from upheld.desk.standing.carried import carry
from upheld.desk.storage.database import Database
from upheld.desk.storage.tables import DISPATCHES, JOURNAL, LEFT, MESSAGES, TICKETS
from upheld.desk.telling.outbox import DEAD, WAITING
from upheld.replaying import instant_s

MOST: Final = 10_000
"""Tickets of one run, since it is one transaction."""
_SURE: Final = ("upheld", "cancelled", "excused")
"""How a clock ended that owes nothing, and never will."""
LOOKED_AT: Final = 500
"""Tickets that are looked at together."""


@dataclass(frozen=True, slots=True)
class Retained:
    """What left the desk, or would.

    Attributes:
        records: How many they were.
        files: By name, how many of these each holds: one for each policy, of tickets that went under it.
        stay: Tickets closed as long that stay, by why: ``charged``, not all of it on statements that are closed;
            ``held-back``, charged after a ticket that stays; ``credits``, which broken promises may owe; time has
            something to do, ``due``; somebody is to be told, ``message``.
        more: Whether there are more: a run takes no more than it was asked for.
    """

    tickets: int
    records: int
    files: Mapping[str, int]
    stay: Mapping[str, int]
    more: bool


class _Seen(NamedTuple):
    """A charged ticket as it was looked at. Attributes: seq: of its last record."""

    policy: str
    seq: int


@dataclass(slots=True)
class _Leaving:
    """The tickets that leave, with their rows in the journal, by policy; and what is carried of their customers."""

    policies: dict[str, dict[str, list[Kept]]] = field(default_factory=dict)
    carried: list[Accounts] = field(default_factory=list)
    stay: Counter[str] = field(default_factory=Counter)
    tickets: int = 0
    more: bool = False


class Retention:
    """Takes tickets out of a desk that were closed long ago."""

    def __init__(self, database: Database, reader: Reader) -> None:
        self._database = database
        self._reader = reader

    def look(self, before: str | datetime, most: int = MOST) -> Retained:
        """What would leave: tickets that are closed, and whose last record lies before an instant."""
        before_s = instant_s(before, "before")
        return self._database.read(lambda rows: self._told(rows, self._leaving(rows, before_s, most, None)))

    def run(
        self,
        folder: str | Path,
        before: str | datetime,
        most: int = MOST,
        *,
        people: bool = True,
        on_progress: Progress | None = None,
    ) -> Retained:
        """Write such tickets into a new folder, a history for each policy, and take them out.

        Args:
            folder: It must not be there, and is not made where nothing leaves.
            before: An instant before which the last record of a ticket lies.
            people: Whether who acted is named; else by tokens, which `Desk.erase` reaches.

        Raises: DeskError for a folder that is there or cannot be written, for a ticket whose records are not as they
            were written, and as the database says. Nothing left the desk then; if a connection broke, it may have.
        """
        before_s, target = instant_s(before, "before"), Path(folder)
        if type(most) is not int or most < 1:
            raise ArgumentError(f"`most` is a number from 1 on, and {quoted(most)} is none")
        self._refuse(target)
        made, is_through = False, False

        def work(rows: Connection) -> Retained:
            nonlocal made, is_through
            if made:  # run again, since others were in the way: nothing left the desk for it
                shutil.rmtree(target)
            made, is_through = False, False
            leaving = self._leaving(rows, before_s, most, on_progress, locks=True)
            told = self._told(rows, leaving)
            if told.tickets:
                target.mkdir(parents=True)
                made = True
                self._write(rows, target, leaving, people=people)
                for tickets in leaving.policies.values():
                    self._take_out(rows, target.name, tickets)
                for accounts in leaving.carried:
                    carry(rows, accounts)
            is_through = True
            return told

        try:
            return self._database.transact(work)
        except BaseException as error:
            if made and not is_through:  # else nobody knows whether it was completed, and the files may be all there is
                shutil.rmtree(target, ignore_errors=True)
            if isinstance(error, OSError):
                reason = (error.strerror or str(error)).lower()
                raise DeskError(f"{quoted(str(target))} cannot be written: {reason}; nothing left the desk") from None
            raise

    def _refuse(self, target: Path) -> None:
        if not target.exists():
            return
        noted = select(LEFT.c.ticket).where(LEFT.c.archive == target.name).limit(1)
        if self._database.read(lambda rows: rows.scalar(noted)) is not None:
            raise DeskError(f"{quoted(str(target))} holds what left the desk before: name another folder")
        advice = "take it away if it is of a run that was killed, or name another folder"
        raise DeskError(f"{quoted(str(target))} is there already, and nothing left the desk for it: {advice}")

    def _leaving(
        self, rows: Connection, before_s: int, most: int, on_progress: Progress | None, *, locks: bool = False
    ) -> _Leaving:
        """Which tickets leave. Args: locks: whether nobody else may charge anything to the customers meanwhile."""
        self._reader.current(rows)
        leaving, after, charged = _Leaving(), "", dict[str, dict[str, _Seen]]()
        leaving.stay += _kept_back(rows, before_s)
        while not leaving.more:
            asked = select(TICKETS.c.ticket, TICKETS.c.policy).where(*_may_leave(before_s), TICKETS.c.ticket > after)
            names = {row[0]: row[1] for row in rows.execute(asked.order_by(TICKETS.c.ticket).limit(LOOKED_AT))}
            if not names:
                break
            for ticket, own in self._rows(rows, [*names]):
                after = ticket
                engines = engines_of(rows, self._reader, own, names[ticket])
                events = {row.event.event for row in own if _is_record(row)}
                is_charged = any(engine.charging.concerns(event) for event in events for engine in engines)
                if any(self._may_owe(rows, ticket, each, before_s, is_charged=is_charged) for each in engines):
                    leaving.stay["credits"] += 1
                    continue
                if is_charged:
                    whose = {row.customer for row in own if _is_record(row)}
                    if len(whose) == 1:
                        charged.setdefault(whose.pop(), {})[ticket] = _Seen(names[ticket], own[-1].seq)
                    else:  # records before its opening name others, too
                        leaving.stay[HELD_BACK] += 1
                    continue
                if leaving.tickets == most:
                    leaving.more = True
                    break
                leaving.policies.setdefault(names[ticket], {})[ticket] = own
                leaving.tickets += 1
            if on_progress is not None:
                on_progress(leaving.tickets, most)
        if charged and not leaving.more:
            self._part(rows, leaving, charged, most, locks=locks)
        return leaving

    def _may_owe(self, rows: Connection, ticket: str, engine: Engine, at_s: int, *, is_charged: bool) -> bool:
        """Whether a remedy of a policy may be reckoned from a ticket that is closed: from one broken promise, or more.

        What answers a share of many tickets is reckoned from all of them, and what is counted and has to be asked for
        may have been asked for on any. Accounts are carried of policies without remedies alone.
        """
        remedies = engine.policy.remedies
        if not remedies:
            return False
        alone = {each.id for each in engine.policy.commitments}
        if is_charged or any(
            not alone.issuperset(each.of) or (each.counts and each.claim is not None) for each in remedies
        ):
            return True
        held, answered = self._reader.standings.look(rows, ticket), {name for each in remedies for name in each.of}
        if held is None or held.standing is None:
            return False
        clocks = engine.clocks.rows(held.standing.clocks, max(at_s, held.standing.last_s))
        return any(each.commitment.id in answered and each.status not in _SURE for each in clocks)

    def _part(
        self, rows: Connection, leaving: _Leaving, charged: Mapping[str, Mapping[str, _Seen]], most: int, *, locks: bool
    ) -> None:
        """Add those of the charged tickets that may leave, customer by customer."""
        if self._reader.editions.closed_s(rows, last_change(rows)) is None:  # then it is not asked which ones
            leaving.stay[CHARGED] += sum(map(len, charged.values()))
            return
        if locks:
            alone(rows)
        for customer, seen in sorted(charged.items()):
            if leaving.tickets == most:
                leaving.more = True
                break
            made = part(rows, self._reader, customer, [*seen], most - leaving.tickets)
            leaving.stay.update(made.stay.values())
            leaving.more |= made.more
            for ticket, own in made.leaving.items():
                if own[-1].seq != seen[ticket].seq:
                    raise _changed(ticket)
                leaving.policies.setdefault(seen[ticket].policy, {})[ticket] = own
            leaving.tickets += len(made.leaving)
            leaving.carried += [] if made.accounts is None else [made.accounts]

    def _rows(self, rows: Connection, tickets: Sequence[str]) -> Iterator[tuple[str, list[Kept]]]:
        found: dict[str, list[Kept]] = {ticket: [] for ticket in tickets}
        asked = journal.EVERY.where(JOURNAL.c.ticket.in_(tickets)).order_by(JOURNAL.c.ticket, JOURNAL.c.seq)
        for row in map(journal.kept, rows.execute(asked)):
            found[row.ticket].append(row)
        yield from found.items()

    def _told(self, rows: Connection, leaving: _Leaving) -> Retained:
        names = self._names(rows, leaving)
        files = {names[digest]: _number(tickets) for digest, tickets in leaving.policies.items()}
        ordered, stay = dict(sorted(files.items())), dict(sorted(leaving.stay.items()))
        return Retained(leaving.tickets, sum(files.values()), ordered, stay, leaving.more)

    def _names(self, rows: Connection, leaving: _Leaving) -> dict[str, str]:
        """The name of each policy's file."""
        found: dict[str, str] = {}
        for digest in sorted(leaving.policies):
            policy = self._reader.editions.policy(rows, digest)
            name = f"{policy.id}@{policy.version}"
            found[digest] = f"{name}-{digest[7:15]}.jsonl" if f"{name}.jsonl" in found.values() else f"{name}.jsonl"
        return found

    def _write(self, rows: Connection, target: Path, leaving: _Leaving, *, people: bool) -> None:
        """The files, on the disk when it returns, and their names in the folder too.

        Arrivals are numbered over all of them, after those that left before: they are one history.
        """
        every = {ticket: own for tickets in leaving.policies.values() for ticket, own in tickets.items()}
        records = {ticket: [row for row in own if _is_record(row)] for ticket, own in every.items()}
        first = journal.left_number(rows) + 1
        numbers = {(row.ticket, row.seq): number for number, row in enumerate(in_order(records), first)}
        for digest, name in self._names(rows, leaving).items():
            tickets = leaving.policies[digest]
            self._check(tickets)
            with whole(target / name) as file:
                for row in in_order({ticket: records[ticket] for ticket in tickets}):
                    event = replace(row.event, arrival=numbers[row.ticket, row.seq])
                    file.write(line_of(self._reader.people.named(rows, event) if people else event))
        _synced(target)
        _synced(target.parent)

    def _check(self, tickets: Mapping[str, list[Kept]]) -> None:
        for own in tickets.values():
            for wrong in islice(wrong_in(own), 1):
                raise DeskError(f"nothing left the desk, since {wrong}: `upheld desk verify` tells more")

    def _take_out(self, rows: Connection, archive: str, tickets: Mapping[str, list[Kept]]) -> None:
        names = [*tickets]
        for some in (names[start : start + LOOKED_AT] for start in range(0, len(names), LOOKED_AT)):
            held, made = self._reader.standings.hold(rows, some), []
            for ticket in some:
                last, codes = tickets[ticket][-1], {row.seq: row.code for row in tickets[ticket] if row.code}
                if held[ticket].seq != last.seq:
                    raise _changed(ticket)
                row = {"ticket": ticket, "archive": archive, "policy": held[ticket].policy, "seq": last.seq}
                made.append({**row, "link": last.link, "codes": json.dumps(codes)})
            for table in (JOURNAL, MESSAGES, DISPATCHES, TICKETS):
                rows.execute(delete(table).where(table.c.ticket.in_(some)))
            rows.execute(insert(LEFT), made)


def _changed(ticket: str) -> DeskError:
    return DeskError(f"nothing left the desk, since ticket {quoted(ticket)} had a record meanwhile: try again")


def _is_old(before_s: int) -> tuple[ColumnElement[bool], ...]:
    later = select(JOURNAL.c.seq).where(JOURNAL.c.ticket == TICKETS.c.ticket, JOURNAL.c.at_s >= before_s).exists()
    return TICKETS.c.core.in_(sorted(CLOSED)), TICKETS.c.seq > 0, ~later


def _has_message() -> ColumnElement[bool]:
    def waits(table: Table) -> ColumnElement[bool]:
        which = table.c.ticket == TICKETS.c.ticket, table.c.state.in_((WAITING, DEAD))
        return select(table.c.ticket).where(*which).exists()

    return waits(MESSAGES) | waits(DISPATCHES)


def _may_leave(before_s: int) -> tuple[ColumnElement[bool], ...]:
    return *_is_old(before_s), TICKETS.c.due_s.is_(None), ~_has_message()


def _kept_back(rows: Connection, before_s: int) -> Counter[str]:
    """How many tickets as old stay, since something is still to be done or told."""

    def count(*conditions: ColumnElement[bool]) -> int:
        asked = select(func.count()).select_from(TICKETS).where(*_is_old(before_s), *conditions)
        return rows.scalar(asked) or 0

    due, message = TICKETS.c.due_s.is_not(None), _has_message()
    found = {"due": count(due), "message": count(~due, message)}
    return Counter({name: number for name, number in found.items() if number})


def _number(tickets: Mapping[str, list[Kept]]) -> int:
    return sum(_is_record(row) for own in tickets.values() for row in own)


def _is_record(row: Kept) -> bool:
    return row.kind == journal.RECORD


def _synced(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system knows how."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
