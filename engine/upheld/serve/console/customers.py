"""Customers: how many tickets they have and how those stand; one of them with statements and tickets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from upheld.core.billing.statement import Statement
from upheld.core.errors import CalendarError, LedgerError
from upheld.core.time.day import parse_date
from upheld.core.time.instant import seconds_of
from upheld.pages.parts import Anchors, Parted, parted
from upheld.pages.register import Entry
from upheld.pages.templates import written
from upheld.serve.console.contexts import CustomerPage, CustomerRow, CustomersPage, Notice, TicketRow
from upheld.serve.console.kept import Judged, Verdicts
from upheld.serve.console.visit import ROOT, Visit, address, at_ticket
from upheld.serve.problems import Problem
from upheld.show.ticket.statement import statement_page
from upheld.show.words.amounts import signed
from upheld.show.words.local_time import minute
from upheld.show.words.view import View


def customers_page(visit: Visit, verdicts: Verdicts) -> str:
    """All of them that the reader is shown."""
    judged = verdicts.of(visit.desk, visit.desk.edition().policy, visit.at)
    view = visit.view(visit.desk.policy())
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in judged.entries:
        counts[each.customer]["all"] += 1
        counts[each.customer][each.standing] += 1
    balances = _balances(view, judged)
    names = sorted(each for each in {*counts, *balances} if each and visit.known.sees(each))
    part, pager = visit.pager(len(names))
    accounts = [name for name in view.policy.accounts if any(name in balances.get(each, {}) for each in names)]
    heads = ("replay.tickets", "console.tickets-open", "console.tickets-late")
    head = (view.say("customer"), *map(view.say, heads))
    page = CustomersPage(
        frame=visit.frame(visit.say("console.customers")),
        counted=judged.note(visit, view),
        head=(*head, *(view.naming.among(view.policy.accounts, each) for each in accounts)),
        rows=tuple(
            CustomerRow(
                name,
                address(f"{ROOT}/customer", id=name),
                (
                    *(view.locale.number(counts[name][each]) for each in ("all", "open", "late")),
                    *(balances.get(name, {}).get(each, "") for each in accounts),
                ),
            )
            for name in names[part]
        ),
        pager=pager,
    )
    return written("console/customers.html.j2", visit.language, page)


def _balances(view: View, judged: Judged) -> dict[str, dict[str, str]]:
    """How the accounts of each customer stand at its last record."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in judged.summary["balances"]:
        account = view.policy.accounts[row["account"]]
        found[row["customer"]][row["account"]] = signed(view, row["available"] - row["overdrawn"], account.unit)
    return found


def customer_page(visit: Visit, verdicts: Verdicts, id: str) -> str:
    """One of them. Raises: Problem, the same for one who is not there and for one who is not shown to this reader."""
    judged = verdicts.of(visit.desk, visit.desk.edition().policy, visit.at)
    entries = [each for each in judged.entries if each.customer == id]
    view = visit.view(visit.desk.policy())
    notice, made = None, Parted("", (), ())
    try:
        since, until = (_midnight(view, visit.asked(name), days) for name, days in (("since", 0), ("until", 1)))
        statements = visit.desk.statement(id, since, until) if id and visit.known.sees(id) else []
        made = _told(view, statements) if statements else made
    except LedgerError:
        if not entries:
            raise Problem("not-found") from None
    except (ValueError, OverflowError, CalendarError):
        notice = Notice("warning", visit.say("console.no-period"))
    if not id or not visit.known.sees(id) or not (entries or made.sections or notice):
        raise Problem("not-found")
    part, pager = visit.pager(len(entries))
    heads = ("state", "severity", "report.opened", "report.closed")
    page = CustomerPage(
        frame=visit.frame(id),
        id=id,
        since=visit.asked("since"),
        until=visit.asked("until"),
        notice=notice,
        counted=judged.note(visit, view),
        parts=made.parts,
        sections=made.sections,
        head=(view.say("replay.ticket"), view.say("report.standing"), *view.titles(heads)),
        rows=tuple(_rows(view, entries[part])),
        pager=pager,
    )
    return written("console/customer.html.j2", visit.language, page)


def _told(view: View, statements: Sequence[Statement]) -> Parted:
    page = statement_page(view, statements)
    return parted(page, Anchors(page.clauses, page.assumptions))


def _midnight(view: View, day: str, later: int) -> datetime | None:
    """When a day begins, or the one after it, on the policy's clocks; nothing where none was asked for."""
    if not day:
        return None
    begins = datetime.combine(parse_date(day) + timedelta(later), time(), ZoneInfo(view.policy.zone))
    return begins.astimezone(UTC)


def _rows(view: View, entries: Sequence[Entry]) -> Iterator[TicketRow]:
    for each in entries:
        said = view.say(f"report.standing.{each.standing}")
        days = (each.opened_at, each.closed_at)
        cells = (
            view.naming.state(each.state) if each.state else "",
            view.naming.severity(each.severity) if each.severity else "",
            *(minute(view, seconds_of(datetime.fromisoformat(at))) if at else "" for at in days),
        )
        yield TicketRow(each.ticket, at_ticket(each.ticket), each.standing, said, cells)
