"""Replaying: a history of any number of tickets, decided record by record, and the verdicts.

Records come in order of arrival, those of different tickets in any mixture: tickets are
independent, so that shuffling them changes nothing.

    >>> from upheld import load_policy
    >>> records = [
    ...     {"ticket": "T-1", "at": "2026-03-02T09:00Z", "event": "submit", "actor": "customer"},
    ...     {"ticket": "T-1", "at": "2026-03-02T10:00Z", "event": "close", "actor": "customer"},
    ... ]
    >>> replayed = replay(load_policy("base"), records)
    >>> replayed["tickets"][0]["state"], [each["code"] for each in replayed["tickets"][0]["refused"]]
    ('open', ['no-transition'])

As-of is by default the last instant of the accepted records. A record refused after
that is reported all the same, and no timer fires for it.

Source: DESIGN section 6, "Verdicts"; section 3, "Determinism".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import chain

from upheld.core.billing.accounts import Accounts
from upheld.core.billing.statement import Statement
from upheld.core.errors import ArgumentError, CalendarError, LedgerError, RecordError
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event, read_instant
from upheld.core.replay.beside import Beside
from upheld.core.replay.header import LANGUAGE_VERSION
from upheld.core.replay.replay import Replay
from upheld.core.replay.verdict import Row
from upheld.core.replay.work_order import QueuedTicket
from upheld.core.time.calendar import Calendar
from upheld.core.time.day import parse_date
from upheld.core.time.instant import date_of_day, day_number, seconds_of, text_of
from upheld.core.versions.term import Term, seams
from upheld.core.versions.versioned_replay import Routing, VersionedReplay
from upheld.engine import Engine, check_switch

Record = Event | Mapping[str, object]
Version = tuple[Policy, Iterable[Record]]
"""A policy, and the records of the tickets that go by it."""


def replay(
    policy: Policy,
    records: Iterable[Record],
    contracts: Contracts | None = None,
    as_of: str | datetime | None = None,
    audit: bool = False,
    journal: bool = False,
    language: str = "",
    beside: Iterable[Version] = (),
    accounts: Iterable[Accounts] = (),
) -> Row:
    """The verdicts of a history, ready for JSON.

    Args:
        records: Events, or mappings of a history's columns to values. Where they can be gone through twice (a list, and
            no generator), late ones are looked at again: see ``late`` of the summary.
        contracts: What customers have signed; by default nothing.
        as_of: The instant at which everything is looked at; later records are not read.
        audit: Records come from a tracker: states may be observed, and timers do not fire by themselves.
        journal: Whether to keep the chain of digests of each ticket's records.
        language: Of messages; by default the vendor's.
        beside: Other tickets on the same accounts, each with the policy that it goes by; no verdict is of them.
        accounts: As they stood before the first record, after tickets that left a desk: `Desk.accounts`.

    Returns: the header, ``tickets`` in the order of their ids, and ``summary``; equal input gives equal output.
    Raises: RecordError for a record that is none, with its number, and for an as-of that is no instant; ArgumentError
        for a switch that is neither true nor false; PluginError when a plugin's condition fails.
    """
    check_switch("journal", journal)
    as_of_s = None if as_of is None else instant_s(as_of)
    engines, others = others_of(beside, contracts)
    engine = Engine(policy, contracts, language=language, audit=audit)
    run = Replay(engine, as_of_s, journal=journal, beside=Beside(engines, begun=accounts))
    _take(run, apart(records, engines) if engines else records)
    run.take_all(others)
    if not isinstance(records, Iterator) and run.has_late:
        run.look_again(chain((event for _, event in as_events(records)), others))
    return run.result()


def replay_versions(
    policies: Iterable[Policy],
    records: Iterable[Record],
    contracts: Contracts | None = None,
    as_of: str | datetime | None = None,
    audit: bool = False,
    journal: bool = False,
    language: str = "",
) -> Row:
    """The verdicts of a history of which each ticket goes by the version in force when it was opened.

    Args:
        policies: The versions of one policy, in any order; each says with `effective` from which day on it holds.
        records, contracts, as_of, audit, journal, language: As for `replay`.

    Returns: for each of ``versions``, the first in force first, its days and all that `replay` tells of its tickets,
        those of the others beside them; ``outside``, the tickets opened while none was in force, with no verdict.
    Raises: ArgumentError for versions whose days overlap, so that none is *the* version; else as `replay` does.
    Source: DESIGN section 14.
    """
    check_switch("journal", journal)
    as_of_s = None if as_of is None else instant_s(as_of)
    versions = [*policies]
    for seam in seams(versions):
        if seam.kind == "overlap":
            names = " and ".join(f"`{each.version}`" for each in (seam.earlier, seam.later))
            raise ArgumentError(f"versions {names} are in force on the same days: end one before the other begins")
    engines = [Engine(each, contracts, language=language, audit=audit) for each in versions]
    run = VersionedReplay(engines, as_of_s, journal=journal)
    run.take_all(event for _, event in as_events(records))
    if not isinstance(records, Iterator) and run.has_late:
        run.look_again(lambda: (event for _, event in as_events(records)))
    found = [{**days_of(term), **each.result()} for term, each in zip(run.terms, run.ended())]
    return {"upheld": LANGUAGE_VERSION, "versions": found, "outside": outside_of(run)}


def by_version(policies: Iterable[Policy], events: Iterable[Event]) -> tuple[list[tuple[Policy, list[Event]]], Routing]:
    """The records of the tickets of each version, the first in force first, and which ticket goes by which.

    What is told of one version alone is told with the others beside it.
    """
    routing = Routing([*policies])
    found = routing.of(events)
    return [(term.policy, own) for term, own in zip(routing.terms, found)], routing


def days_of(term: Term) -> Row:
    """The first and the last day of a version, ready for JSON."""
    return {name: day and day.isoformat() for name, day in (("from", term.since), ("until", term.until))}


def outside_of(run: VersionedReplay) -> list[Row]:
    """The tickets opened while no version was in force, by their ids, ready for JSON."""
    return [{"ticket": ticket, "at": text_of(at_s)} for ticket, at_s in sorted(run.outside.items())]


def others_of(beside: Iterable[Version], contracts: Contracts | None) -> tuple[dict[str, Engine], list[Event]]:
    """What decides each of the tickets beside those of a replay, and their records.

    Raises: RecordError for a ticket of two policies, and as `replay` does.
    """
    engines, others = dict[str, Engine](), list[Event]()
    for policy, records in beside:
        engine, events = Engine(policy, contracts), [event for _, event in as_events(records)]
        for ticket in dict.fromkeys(event.ticket for event in events):
            if engines.setdefault(ticket, engine) is not engine:
                raise _two_policies(ticket)
        others += events
    return engines, others


def apart(records: Iterable[Record], engines: Mapping[str, Engine]) -> Iterator[Event]:
    """The events of tickets that are not among others. Raises: RecordError for one that is."""
    for _, event in as_events(records):
        if event.ticket in engines:
            raise _two_policies(event.ticket)
        yield event


def _two_policies(ticket: str) -> RecordError:
    return RecordError([f"ticket {quoted(ticket)} is in two histories, each with a policy: it goes by one"])


def work_queue(
    policy: Policy,
    records: Iterable[Record],
    at: str | datetime | None = None,
    contracts: Contracts | None = None,
) -> list[dict[str, object]]:
    """The tickets not yet resolved at an instant, in the order in which the policy wants them handled.

    Returns: for each its position from 1, its id, how it stands, the clauses of the line of the queue that puts it
        after the one before, and the promise that falls due next; ready for JSON.
    Raises: as `replay` does.
    Source: DESIGN section 5, `queue`; section 7, `upheld queue`.
    """
    return [each.as_document() for each in queued_tickets(policy, records, at, contracts)]


def queued_tickets(
    policy: Policy,
    records: Iterable[Record],
    at: str | datetime | None = None,
    contracts: Contracts | None = None,
    audit: bool = False,
) -> tuple[QueuedTicket, ...]:
    """The same as values.

    Args:
        at: The instant; by default that of the last accepted record. Later records are not read.
        audit: Records come from a tracker: states may be observed.
    """
    run = Replay(Engine(policy, contracts, audit=audit), None if at is None else instant_s(at))
    _take(run, records)
    return run.work()


def statements(
    policy: Policy,
    records: Iterable[Record],
    customer: str,
    contracts: Contracts | None = None,
    since: str | datetime | None = None,
    until: str | datetime | None = None,
    as_of: str | datetime | None = None,
    account: str = "",
    monthly: bool = False,
    beside: Iterable[Version] = (),
    accounts: Iterable[Accounts] = (),
) -> list[Statement]:
    """Every account of a customer, line by line, after a history.

    Args:
        since, until: The period, half-open; by default all of it, up to as-of. A date, such as ``2024-03-31``, is that
            of the policy's zone, and the last day is included.
        as_of: The instant up to which lots have expired; by default that of the last accepted record.
        account: Only this one of the policy's accounts; ``""`` for all.
        monthly: A statement for each calendar month of the policy's zone, instead of one for all.
        beside: Other tickets on the same accounts, each with the policy that it goes by.
        accounts: As they stood before the first record, after tickets that left a desk: `Desk.accounts`.

    Returns: one for each account, in the policy's order; what one period closes with, the next one opens with.
    Raises: as `replay` does; LedgerError for a customer who has no accounts, and for an account that is not there.
    Source: DESIGN section 9; section 7, `upheld statement`.
    """
    engine = Engine(policy, contracts)
    if not policy.accounts:
        raise LedgerError(f"policy `{policy.id}` has no accounts: nothing is billed by it")
    if account and account not in policy.accounts:
        near = nearest(account, policy.accounts)
        hint = f"did you mean `{near}`?" if near else f"there are {listed(policy.accounts) or 'none'}"
        raise LedgerError(f"policy `{policy.id}` has no account {quoted(account)}: {hint}")
    calendar = Calendar.always(policy.zone)
    from_s = None if since is None else _bound_s(calendar, since, "since")
    until_s = None if until is None else _bound_s(calendar, until, "until")
    as_of_s = None if as_of is None else instant_s(as_of)
    first, *others = _replays(engine, records, [*beside], as_of_s, [*accounts])
    found = [each for each in first.statements(customer, from_s, until_s, others) if account in ("", each.account)]
    if any(each.from_s > each.until_s for each in found):
        raise RecordError(["since: it lies after the end of the period, or after as-of"])
    if monthly:
        found = [part for each in found for part in each.cut(_months_s(calendar, each.from_s, each.until_s))]
    return found


def _replays(
    engine: Engine, records: Iterable[Record], beside: list[Version], as_of_s: int | None, begun: list[Accounts]
) -> list[Replay]:
    """A replay of the tickets of each policy, all others beside them."""
    engines, others = others_of(beside, engine.contracts)
    first = Replay(engine, as_of_s, beside=Beside(engines, begun=begun))
    if not engines:
        _take(first, records)
        return [first]
    own = [*apart(records, engines)]
    engines |= {event.ticket: engine for event in own}
    found = [first]
    for each in dict.fromkeys(engines.values()):
        if each is not engine:
            rest = {ticket: by for ticket, by in engines.items() if by is not each}
            found.append(Replay(each, as_of_s, beside=Beside(rest, begun=begun)))
    for run in found:
        run.take_all(chain(own, others))
    return found


def _bound_s(calendar: Calendar, bound: str | datetime, name: str) -> int:
    """Where a period begins, or after its last day ends."""
    if isinstance(bound, str) and len(bound) == len("2024-03-31"):
        try:
            return calendar.instant_s(day_number(parse_date(bound)) + (name == "until"), 0)
        except (ValueError, CalendarError) as error:
            raise RecordError([f"{name}: {error}"]) from None
    return instant_s(bound, name)


def _months_s(calendar: Calendar, from_s: int, until_s: int) -> Iterator[int]:
    """The midnights between two instants with which a month begins."""
    first = date_of_day(calendar.clock_at(from_s)[0])
    month = first.year * 12 + first.month
    while (edge_s := calendar.instant_s(day_number(date(month // 12, month % 12 + 1, 1)), 0)) < until_s:
        yield edge_s
        month += 1


def as_events(records: Iterable[Record]) -> Iterator[tuple[int, Event]]:
    """The events that the records of a history state, numbered from 1.

    Raises: RecordError with the number of a record that is none, and for what is no history.
    """
    if not isinstance(records, Iterable):
        raise RecordError([f"{quoted(records)} is no history: give its records, one after the other"])
    for number, record in enumerate(records, 1):
        if isinstance(record, Event):
            yield number, record
            continue
        try:
            event = Event.from_record(record)
        except RecordError as error:
            raise _numbered(error, number) from error
        yield number, event


def instant_s(instant: str | datetime, name: str = "as-of") -> int:
    """An instant that somebody asks about, in seconds since 1970 UTC.

    Raises: RecordError for what is none; ``name`` says what it was to be.
    """
    read, problem = read_instant(instant)
    if problem or not instant:
        raise RecordError([f"{name}: {problem or 'it is empty'}"])
    return seconds_of(read)


def _take(run: Replay, records: Iterable[Record]) -> None:
    for number, event in as_events(records):
        try:
            run.take(event)
        except RecordError as error:
            raise _numbered(error, number) from error


def _numbered(error: RecordError, number: int) -> RecordError:
    return RecordError([f"record {number}: {problem}" for problem in error.problems])
