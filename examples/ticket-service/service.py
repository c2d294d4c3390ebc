"""A ticket service in one file, to show how upheld is embedded: it keeps tickets, upheld decides about them.

Run it, and talk to it in JSON::

    python3 examples/ticket-service/service.py proconcept 8080 examples/proconcept/contracts.yaml
    curl -s localhost:8080/tickets/T-1 -d '{"event": "submit", "actor": "customer:kim", "channel": "portal",
        "customer": "helvetec", "data": {"type": "assistance", "severity": "high", "authenticated": true}}'
    curl -s localhost:8080/tickets/T-1 -d '{"event": "resolve", "actor": "agent:lee"}'
    curl -s localhost:8080/tickets/T-1
    curl -s localhost:8080/customers/helvetec
    curl -s localhost:8080/due

Four things a host has to do, and nothing else: keep the ticket that a decision holds, as it is (here pickled, as a
database would have it); where the policy bills, keep the customer's accounts alike, and give them back with the next
event of any of this customer's tickets; perform the effects; and let time pass, so that what falls due by itself
happens without waiting for the next event. The engine itself has no clock, no store and no state.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

from upheld import Accounts, Decision, Engine, Event, RecordError, Ticket, UpheldError, load_contracts, load_policy

Answer = dict[str, Any]


class Desk:
    """The tickets and accounts of one vendor, and what is still to be done about them.

    Attributes:
        outbox: Effects that were asked for and nobody has performed yet.
    """

    def __init__(self, policy: str, contracts: str = "") -> None:
        loaded = load_policy(policy)
        self.engine = Engine(loaded, load_contracts(contracts, loaded) if contracts else None)
        self.outbox: list[Answer] = []
        self._rows: dict[str, bytes] = {}
        self._accounts: dict[str, bytes] = {}
        self._lock = Lock()

    def ticket(self, name: str) -> Ticket | None:
        """A ticket from the store."""
        row = self._rows.get(name)
        return None if row is None else pickle.loads(row)  # noqa: S301  # we wrote it ourselves

    def accounts(self, customer: str) -> Accounts | None:
        """A customer's accounts from the store; none before anything was billed."""
        row = self._accounts.get(customer)
        return None if row is None else pickle.loads(row)  # noqa: S301  # we wrote it ourselves

    def take(self, record: Mapping[str, object]) -> Answer:
        """Decide about what happened; a record without its instant happens now."""
        event = Event.from_record({"at": datetime.now(UTC).isoformat(), **record})
        with self._lock:
            ticket = self.ticket(event.ticket)
            accounts = self.accounts(event.customer if ticket is None else ticket.customer)
            decision = self.engine.apply(ticket, event, accounts)
            self._keep(event.ticket, decision)
        return told(decision)

    def let_time_pass(self, until: datetime) -> list[Answer]:
        """Let everything happen that is due by then; called by a scheduler, at any lag."""
        answers = []
        with self._lock:
            for name in list(self._rows):
                ticket = self.ticket(name)
                if ticket is not None and ticket.last_at <= until:
                    decision = self.engine.pass_time(ticket, until)
                    self._keep(name, decision)
                    answers += [{"ticket": name, **told(decision)}] if decision.moves or decision.effects else []
        return answers

    def due(self) -> list[Answer]:
        """What falls due by itself, the earliest first: when to call `let_time_pass` next."""
        limits = [(limit, name) for name in self._rows if (it := self.ticket(name)) for limit in self.engine.due(it)]
        return [
            {"at": limit.at.isoformat(), "ticket": name, "kind": limit.kind, "id": limit.id}
            for limit, name in sorted(limits, key=lambda each: (each[0].at, each[1], each[0].id))
        ]

    def _keep(self, name: str, decision: Decision) -> None:
        """Store the ticket and the accounts, and remember the effects: in a database, one transaction."""
        if decision.ticket is not None:
            self._rows[name] = pickle.dumps(decision.ticket)
        if decision.accounts is not None:
            self._accounts[decision.accounts.customer] = pickle.dumps(decision.accounts)
        self.outbox += [
            {"ticket": name, "do": each.kind, "to": each.to, "text": each.about} for each in decision.effects
        ]


def told(decision: Decision) -> Answer:
    """A decision for the caller: what came of it, and by which clause."""
    answer: Answer = {"accepted": decision.accepted}
    if decision.refusal is not None:
        refusal = decision.refusal
        answer |= {"code": refusal.code, "message": refusal.message, "clauses": list(refusal.clauses)}
    answer["state"] = decision.ticket.state if decision.ticket else None
    answer["charges"] = [f"{row.kind} {row.amount} {row.unit} of {row.account}" for row in decision.charges]
    answer["moves"] = [f"{move.origin} → {move.state}" for move in decision.moves]
    answer["because"] = [reason.text() for reason in decision.reasons]
    return answer


def shown(ticket: Ticket) -> Answer:
    """A ticket for the caller."""
    facts = {name: sorted(held) if isinstance(held, frozenset) else held for name, held in ticket.facts.items()}
    return {"ticket": ticket.id, "state": ticket.state, "core": ticket.core_state, "facts": facts}


class Handler(BaseHTTPRequestHandler):
    """HTTP around a desk: nothing here decides anything."""

    desk: Desk

    def do_GET(self) -> None:  # the name that http.server calls
        """Show a ticket, a customer's balances, what is due, or what is to be done."""
        accounts = self.desk.accounts(self.path.removeprefix("/customers/"))
        ticket = self.desk.ticket(self.path.removeprefix("/tickets/"))
        if self.path == "/due":
            self._send(200, self.desk.due())
        elif self.path == "/outbox":
            self._send(200, self.desk.outbox)
        elif accounts is not None:
            self._send(200, [balance._asdict() for balance in accounts.balances()])
        elif ticket is not None:
            self._send(200, shown(ticket))
        else:
            self._send(404, {"message": "there is no such ticket"})

    def do_POST(self) -> None:  # the name that http.server calls
        """Take an event, or let time pass."""
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            if self.path == "/time":
                self._send(200, self.desk.let_time_pass(datetime.fromisoformat(body["until"])))
            else:
                answer = self.desk.take({**body, "ticket": self.path.removeprefix("/tickets/")})
                self._send(200 if answer["accepted"] else 409, answer)
        except RecordError as error:
            self._send(400, {"message": "; ".join(error.problems)})
        except (UpheldError, ValueError, KeyError, TypeError) as error:
            self._send(400, {"message": str(error)})

    def _send(self, status: int, answer: object) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing; a service of yours has its own log."""


def serve(policy: str, port: int, contracts: str = "") -> ThreadingHTTPServer:
    """A server for one vendor's tickets; port 0 for any that is free."""
    handler = type("DeskHandler", (Handler,), {"desk": Desk(policy, contracts)})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


if __name__ == "__main__":
    defaults = ("base", "8080", "")
    name, port, contracts = (*sys.argv[1:4], *defaults[len(sys.argv) - 1 :])
    serve(name, int(port), contracts).serve_forever()
