"""A peer: `transitions`, one machine for all tickets and a model for each, as its documentation recommends.

The lifecycle is the machine's: states, transitions, conditions; an event without a move is an internal transition
(`dest=None`), and what happens besides a move is an `after` callback of the model. Models are not added to the machine,
which binds thirty methods to each and looks through all of them first (six times as slow at 10,000 tickets): its FAQ
shows for many models to trigger the events of one machine with them. What the machine does not take raises
`MachineError` or returns false, and is passed over. Records are taken as they come.
"""

from __future__ import annotations

import json
from typing import Any

from transitions import Machine, MachineError

from promises import Contract, Promises, asked, seconds, write

Record = dict[str, Any]
LIVE = ["open", "acknowledged", "qualified", "planned", "workaround", "in-fix"]
STATES = ["new", *LIVE, "resolved", "closed"]
UNFINISHED = [*LIVE, "resolved"]
TRANSITIONS: list[dict[str, Any]] = [
    {"trigger": "submit", "source": "new", "dest": "open", "after": "opened"},
    {"trigger": "hand_over", "source": LIVE, "dest": None, "after": "handed_over"},
    {"trigger": "acknowledge", "source": "open", "dest": "acknowledged", "after": "acknowledged"},
    {"trigger": "acknowledge", "source": LIVE[1:], "dest": None, "after": "acknowledged"},
    {"trigger": "qualify", "source": ["open", "acknowledged"], "dest": "qualified", "after": "told_severity"},
    {"trigger": "plan", "source": "qualified", "dest": "planned"},
    {"trigger": "plan", "source": ["planned", "workaround", "in-fix"], "dest": None},
    {
        "trigger": "propose_workaround",
        "source": ["acknowledged", "qualified", "planned", "in-fix"],
        "dest": "workaround",
    },
    {
        "trigger": "start_fix",
        "source": ["qualified", "planned", "workaround"],
        "dest": "in-fix",
        "conditions": "may_be_changed",
    },
    {
        "trigger": "resolve",
        "source": "open",
        "dest": "resolved",
        "conditions": "is_local",
        "after": "done",
    },
    {"trigger": "resolve", "source": LIVE[1:], "dest": "resolved", "after": "done"},
    {"trigger": "close", "source": "resolved", "dest": "closed"},
    {"trigger": "reopen", "source": "resolved", "dest": "qualified", "after": "reopened"},
    {"trigger": "set_severity", "source": UNFINISHED, "dest": None, "after": "told_severity"},
    {"trigger": "sign_agreement", "source": UNFINISHED, "dest": None, "after": "signed_agreement"},
    {"trigger": "hold", "source": UNFINISHED, "dest": None, "after": "held"},
    {"trigger": "resume", "source": UNFINISHED, "dest": None, "after": "resumed"},
    {"trigger": "deploy", "source": UNFINISHED, "dest": None, "conditions": "is_tested"},
    *({"trigger": name, "source": UNFINISHED, "dest": None} for name in ("call", "call_back", "comment", "reply")),
]


class Ticket:
    """A model: what the machine moves, and what it remembers."""

    machine = Machine(model=None, states=STATES, transitions=TRANSITIONS, initial="new", auto_transitions=False)

    def __init__(self, contract: Contract) -> None:
        self.state = "new"
        self.contract = contract
        self.promises = Promises()
        self.customer: str | None = None
        self.is_change = self.is_signed = self.came_locally = False

    def trigger(self, event: str, record: Record) -> bool:
        return bool(self.machine.events[event].trigger(self, record))

    def opened(self, record: Record) -> None:
        data = record.get("data", {})
        self.customer = record.get("customer")
        self.is_change = data.get("type") == "change-request"
        self.came_locally = data.get("via") == "local-team"
        self.told_severity(record)
        if not self.came_locally:
            self._start(record)

    def handed_over(self, record: Record) -> None:
        self._start(record)

    def _start(self, record: Record) -> None:
        at_s = record["at_s"]
        if self.contract.has_signed(self.customer, at_s):
            self.promises.start(at_s)

    def told_severity(self, record: Record) -> None:
        self.promises.severity = self.promises.severity or record.get("data", {}).get("severity")

    def acknowledged(self, record: Record) -> None:
        self.promises.acknowledge.stop(record["at_s"])

    def done(self, record: Record) -> None:
        self.promises.done(record["at_s"])

    def reopened(self, record: Record) -> None:
        self.promises.reopened(record["at_s"])

    def held(self, record: Record) -> None:
        if record.get("data", {}).get("reason") == "third-party":
            self.promises.hold(record["at_s"])

    def resumed(self, record: Record) -> None:
        self.promises.go_on(record["at_s"])

    def signed_agreement(self, record: Record) -> None:
        self.is_signed = True

    def may_be_changed(self, record: Record) -> bool:
        return self.is_signed or not self.is_change

    def is_local(self, record: Record) -> bool:
        return str(record.get("actor", "")).startswith("local-team")

    def is_tested(self, record: Record) -> bool:
        data = record.get("data", {})
        return data.get("tested") is True and data.get("documented") is True


def main() -> None:
    """Answer for every ticket of a history."""
    folder, answers, as_of_s = asked()
    contract = Contract(folder)
    triggers = {name.replace("_", "-"): name for name in Ticket.machine.events}
    tickets: dict[str, Ticket] = {}
    with (folder / "history.jsonl").open(encoding="utf-8") as stream:
        for line in stream:
            record: Record = json.loads(line)
            record["at_s"] = seconds(record["at"])
            ticket = tickets.get(record["ticket"])
            if ticket is None:
                ticket = tickets[record["ticket"]] = Ticket(contract)
            trigger = triggers.get(record["event"])
            if trigger is not None:
                try:
                    ticket.trigger(trigger, record)
                except MachineError:
                    continue
    write(answers, ((name, each.state, *each.promises.answers(contract, as_of_s)) for name, each in tickets.items()))


if __name__ == "__main__":
    main()
