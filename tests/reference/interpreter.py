"""The whole: a policy's document, contracts, records and an as-of, to verdicts as in DESIGN section 6."""

from __future__ import annotations

from reference.billing import Billing
from reference.clocks import Commitment
from reference.lifecycle import Ticket, instant_s
from reference.opening import opening_of, utc, with_own_hours
from reference.population import population
from reference.remedies import Remedies
from reference.rows import odd_hours

INSTANTS = ("started_at", "counted_from", "due_at", "stopped_at")
HIDDEN = ("opening", "ended_s")


def interpret(policy: dict, records: list[dict], contracts: dict | None = None, as_of=None, audit=False) -> dict:
    """Verdicts of all tickets, in the order of their first records, and the promises over all of them.

    ``notes`` names rare things that happened, for each ticket.
    """
    contracts, billing = contracts or {}, Billing(policy, contracts or {})
    if as_of is not None:
        as_of_s = as_of if isinstance(as_of, int) else instant_s(as_of)
        read = [record for record in records if instant_s(record["at"]) <= as_of_s]
        tickets = _taken(policy, read, contracts, audit, billing)
    else:
        every = _taken(policy, records, contracts, audit, Billing(policy, contracts))
        as_of_s = _last_accepted(every)
        tickets = _taken(policy, records, contracts, audit, billing, as_of_s)
        for ticket, one in zip(tickets, every):
            ticket.refused = one.refused
    verdicts, counted, notes, seen = [], [], [], []
    for ticket in tickets:
        if as_of_s is not None:
            ticket.fire_until(as_of_s)
        rows, noted, warnings = clock_rows(ticket, as_of_s)
        ticket.effects += warnings
        notes.append(noted | ticket.notes)
        counted += [(ticket.view(as_of_s), row) for row in rows]
        verdicts.append(_verdict(ticket, rows))
        seen.append((ticket, rows))
    over_all = population(policy, counted, as_of_s) if as_of_s is not None else {"objectives": [], "indicators": []}
    balances = billing.balances(as_of_s) if as_of_s is not None else []
    outcome = {"as_of": as_of_s, "tickets": verdicts, "balances": balances, "notes": notes, **over_all}
    if as_of_s is not None and ("remedies" in policy or "availability" in policy):
        owed = Remedies(policy, contracts, seen, as_of_s)
        outcome |= {"remedies": owed.totals(), "availability": owed.uptimes}
        for verdict in verdicts:
            verdict["remedies"] = owed.of_ticket(verdict["ticket"])
        outcome["balances"] = [_with_credits(policy, owed, each) for each in balances]
    return outcome


def _with_credits(policy: dict, owed: Remedies, balance: dict) -> dict:
    """How an account stands; one of what is owed with its credits."""
    if "kind" not in policy["accounts"][balance["account"]]:
        return balance
    net = balance["available"] + balance["held"] - balance["overdrawn"]
    net += owed.credited(balance["customer"] or "", balance["account"])
    return {**balance, "available": max(net, 0), "overdrawn": max(-net, 0), "held": 0}


def _taken(
    policy: dict, records: list[dict], contracts: dict, audit: bool, billing: Billing, until_s: int | None = None
) -> list[Ticket]:
    """The tickets after all records, those later than an instant only counted."""
    tickets: dict[str, Ticket] = {}
    for record in in_turn(records) if "accounts" in policy else records:
        name = record["ticket"]
        if name not in tickets:
            tickets[name] = Ticket(policy, contracts, name, audit, billing=billing)
        if until_s is None or instant_s(record["at"]) <= until_s:
            tickets[name].take(record)
        else:
            tickets[name].count(record)
    return list(tickets.values())


def in_turn(records: list[dict]) -> list[dict]:
    """By (instant, ticket), those of each ticket in the order in which they came."""
    waiting: dict[str, list[dict]] = {}
    for record in records:
        waiting.setdefault(record["ticket"], []).append(record)
    found = []
    while waiting:
        name = min(waiting, key=lambda name: (instant_s(waiting[name][0]["at"]), name))
        found.append(waiting[name].pop(0))
        if not waiting[name]:
            del waiting[name]
    return found


def _last_accepted(tickets: list[Ticket]) -> int | None:
    return max((ticket.accepted_s for ticket in tickets if ticket.accepted_s is not None), default=None)


def clock_rows(ticket: Ticket, as_of_s: int) -> tuple[list[dict], set[str], list[dict]]:
    """The clocks of a ticket, in policy order and by cycle, instants in seconds; what is worth noting; warnings."""
    rows, notes, warnings = [], set(), []
    policy = with_own_hours(ticket.policy, ticket.contracts, ticket.customer)
    for document in policy.get("commitments", []):
        commitment = Commitment(policy, ticket.contracts, document)
        for happening in ticket.happenings:
            commitment.happen(happening)
        commitment.close(as_of_s)
        found = commitment.rows(as_of_s)
        rows += found
        notes |= {note for row in found for note in odd_hours(row)}
        notes |= {"hours of a customer's own"} if any(_own_hours(ticket, policy, row) for row in found) else set()
        notes |= commitment.notes
        warnings += commitment.warnings.told
    return rows, notes, sorted(warnings, key=lambda each: each["at_s"])


def _own_hours(ticket: Ticket, policy: dict, row: dict) -> bool:
    own = [name for name, each in policy.get("calendars", {}).items() if each is not ticket.policy["calendars"][name]]
    return any(row["opening"] is opening_of(policy, name) for name in own)


def _verdict(ticket: Ticket, rows: list[dict]) -> dict:
    states = ticket.policy["states"]
    shown = {name: value for name, value in ticket.facts.items() if value is not None}
    declared = [name for name in ticket.policy.get("facts", {}) if name not in ("severity", "queue", "channel")]
    return {
        "ticket": ticket.id,
        "customer": ticket.named if ticket.state is None else ticket.customer,
        "state": ticket.state,
        "core_state": states[ticket.state]["core"] if ticket.state else None,
        "severity": shown.get("severity"),
        "queue": shown.get("queue"),
        "level": ticket.level,
        "facts": {name: _plain(shown[name]) for name in declared if name in shown},
        "opened_at": _utc(ticket.opened_s),
        "closed_at": _utc(ticket.closed_s),
        "events": ticket.seq,
        "refused": [{**each, "at": _utc(instant_s(each["at"]))} for each in ticket.refused],
        "flags": [_dated(each) for each in ticket.flags],
        "nonconforming": [_dated(each) for each in ticket.nonconforming],
        "commitments": [
            {name: _utc(value) if name in INSTANTS else value for name, value in row.items() if name not in HIDDEN}
            for row in rows
        ],
        "charges": ticket.charges,
        "moves": [_dated(each) for each in ticket.moves],
        "timers": _timers(ticket),
        "effects": [_dated(each) for each in ticket.effects],
    }


def _timers(ticket: Ticket) -> list[dict]:
    """What has run out and what waits, in the policy's order and by due instant."""
    waiting = [{"id": name, "due_at_s": ticket.timer_due(name), "observed_at_s": None} for name in ticket.waiting]
    runs = [
        {"id": each["id"], "due_at": utc(each["due_at_s"]), "observed_at": _utc(each["observed_at_s"])}
        for each in [*ticket.runs, *waiting]
    ]
    order = [timer["id"] for timer in ticket.policy.get("timers", [])]
    return sorted(runs, key=lambda run: (order.index(run["id"]), run["due_at"]))


def _plain(value):
    return sorted(value) if isinstance(value, set) else value


def _utc(at_s: int | None) -> str | None:
    return None if at_s is None else utc(at_s)


def _dated(entry: dict) -> dict:
    return {"at": utc(entry["at_s"]), **{name: value for name, value in entry.items() if name != "at_s"}}
