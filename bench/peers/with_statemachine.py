"""A peer: `python-statemachine`, a machine for each ticket, declared as a class as its documentation does.

States and transitions are attributes, guards are `cond`, what happens besides a move is an `on_<event>` method, and an
event without a move is an internal transition. What the machine does not take raises `TransitionNotAllowed`, and is
passed over. Records are taken as they come.
"""

from __future__ import annotations

import json
from typing import Any

from statemachine import State, StateMachine
from statemachine.exceptions import TransitionNotAllowed

from promises import Contract, Promises, asked, seconds, write

Record = dict[str, Any]


class Ticket(StateMachine):
    """The lifecycle."""

    new = State(initial=True)
    open = State()
    acknowledged = State()
    qualified = State()
    planned = State()
    workaround = State()
    in_fix = State(value="in-fix")
    resolved = State()
    closed = State(final=True)

    submit = new.to(open)
    hand_over = (
        open.to.itself(internal=True)
        | acknowledged.to.itself(internal=True)
        | qualified.to.itself(internal=True)
        | planned.to.itself(internal=True)
        | workaround.to.itself(internal=True)
        | in_fix.to.itself(internal=True)
    )
    acknowledge = (
        open.to(acknowledged)
        | acknowledged.to.itself(internal=True)
        | qualified.to.itself(internal=True)
        | planned.to.itself(internal=True)
        | workaround.to.itself(internal=True)
        | in_fix.to.itself(internal=True)
    )
    qualify = qualified.from_(open, acknowledged)
    plan = (
        qualified.to(planned)
        | planned.to.itself(internal=True)
        | workaround.to.itself(internal=True)
        | in_fix.to.itself(internal=True)
    )
    propose_workaround = workaround.from_(acknowledged, qualified, planned, in_fix)
    start_fix = in_fix.from_(qualified, planned, workaround, cond="may_be_changed")
    resolve = open.to(resolved, cond="is_local") | resolved.from_(acknowledged, qualified, planned, workaround, in_fix)
    close = resolved.to(closed)
    reopen = resolved.to(qualified)
    note = (
        open.to.itself(internal=True)
        | acknowledged.to.itself(internal=True)
        | qualified.to.itself(internal=True)
        | planned.to.itself(internal=True)
        | workaround.to.itself(internal=True)
        | in_fix.to.itself(internal=True)
        | resolved.to.itself(internal=True)
    )

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.promises = Promises()
        self.customer: str | None = None
        self.is_change = self.is_signed = self.came_locally = False
        super().__init__()

    def on_submit(self, record: Record) -> None:
        data = record.get("data", {})
        self.customer = record.get("customer")
        self.is_change = data.get("type") == "change-request"
        self.came_locally = data.get("via") == "local-team"
        self.on_qualify(record)
        if not self.came_locally:
            self.on_hand_over(record)

    def on_hand_over(self, record: Record) -> None:
        if self.contract.has_signed(self.customer, record["at_s"]):
            self.promises.start(record["at_s"])

    def on_qualify(self, record: Record) -> None:
        self.promises.severity = self.promises.severity or record.get("data", {}).get("severity")

    def on_acknowledge(self, record: Record) -> None:
        self.promises.acknowledge.stop(record["at_s"])

    def on_resolve(self, record: Record) -> None:
        self.promises.done(record["at_s"])

    def on_reopen(self, record: Record) -> None:
        self.promises.reopened(record["at_s"])

    def on_note(self, record: Record) -> None:
        """What moves nothing, but may be remembered."""
        event, data = record["event"], record.get("data", {})
        if event == "set-severity":
            self.on_qualify(record)
        elif event == "sign-agreement":
            self.is_signed = True
        elif event == "hold" and data.get("reason") == "third-party":
            self.promises.hold(record["at_s"])
        elif event == "resume":
            self.promises.go_on(record["at_s"])

    def may_be_changed(self) -> bool:
        return self.is_signed or not self.is_change

    def is_local(self, record: Record) -> bool:
        return str(record.get("actor", "")).startswith("local-team")


NOTES = ("set-severity", "sign-agreement", "hold", "resume", "call", "call-back", "comment", "reply", "deploy")


def main() -> None:
    """Answer for every ticket of a history."""
    folder, answers, as_of_s = asked()
    contract = Contract(folder)
    events = {name.replace("_", "-"): name for name in map(str, Ticket.events)} | dict.fromkeys(NOTES, "note")
    tickets: dict[str, Ticket] = {}
    with (folder / "history.jsonl").open(encoding="utf-8") as stream:
        for line in stream:
            record: Record = json.loads(line)
            record["at_s"] = seconds(record["at"])
            ticket = tickets.get(record["ticket"])
            if ticket is None:
                ticket = tickets[record["ticket"]] = Ticket(contract)
            event = events.get(record["event"])
            if event is not None:
                try:
                    ticket.send(event, record=record)
                except TransitionNotAllowed:
                    continue
    rows = ((name, state(each), *each.promises.answers(contract, as_of_s)) for name, each in tickets.items())
    write(answers, rows)


def state(ticket: Ticket) -> str:
    """The one state that a ticket is in."""
    return next(str(value) for value in ticket.configuration_values)


if __name__ == "__main__":
    main()
