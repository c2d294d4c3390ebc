"""Histories for a policy at random: mostly events that are accepted, at instants where something changes."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import takewhile

from reference.additions import add_to_contracts
from reference.changing import likely_changes, near, own_calendars
from reference.choices import Choices, from_seed
from reference.clocks import Commitment
from reference.conditions import items
from reference.credits import EVENTS, FEES
from reference.lifecycle import Refused, Ticket, instant_s
from reference.opening import opening_of, utc, with_own_hours
from reference.tariffs import MINUTES, make_grants, make_recurring

BEGINNINGS = [
    "2024-02-28T15:50:00Z",  # a leap day follows
    "2024-03-08T16:30:00Z",  # clocks go forward in New York and St John's on the 10th
    "2024-03-28T13:10:00Z",  # Good Friday, then clocks go forward in Europe, then Easter Monday
    "2024-04-05T07:00:00Z",  # clocks go back on Lord Howe
    "2024-10-25T14:20:00Z",  # a Friday; clocks go back in Europe on the 27th
    "2024-11-01T12:00:00Z",  # clocks go back in New York and St John's on the 3rd
    "2024-12-23T16:00:00Z",
    "2024-12-30T09:30:00Z",
    "2025-06-18T08:45:00Z",
    "2025-07-14T23:15:00Z",
]
DATED = ("since", "wanted", "promised-for")
"""Fields that hold an instant or a date around now."""
DATES = ["2024-03-29", "2024-04-02", "2024-10-28", "2024-12-27", "2025-01-02", "2025-06-20", "2025-07-21"]


def make_contracts(choices: Choices, policy: dict, beginning: str) -> dict:
    """Contracts and grants of two customers, one of which may change its targets and fees, and releases."""
    gold: dict = {"kind": "gold", "from": "2024-01-01"}
    if choices.chance(40):
        gold["until"] = choices.pick(["2024-03-30", "2024-10-27", "2024-12-24", "2025-06-18"])
    highest, own = policy["severities"][0]["id"], {}
    if "hours" in policy["contracts"]["gold"].get("parameters", []) and choices.chance(60):
        own["hours"] = {highest: choices.pick(["10min", "20min", "3h"])}
    if "fees" in policy["contracts"]["gold"].get("parameters", []) and choices.chance(60):
        own["fees"] = {highest: choices.pick(["90min", "1h", 40, 5])}
    plan = policy["contracts"]["gold"].get("attributes", {}).get("plan")
    if plan and choices.chance(80):
        gold["plan"] = choices.pick(plan["one-of"])
    if "plans" in policy["contracts"]["gold"].get("parameters", []) and choices.chance(60):
        held = choices.pick([key for key in policy["parameters"]["plans"]["values"][0] if key != "from"])
        own["plans"] = {held: {highest: choices.pick(["5min", "25min", "5h"])}}
    if own:
        gold["parameters"] = own
    if "office" in policy["contracts"]["gold"].get("attributes", {}) and choices.chance(80):
        gold["office"] = choices.pick(list(policy["calendars"]))
    beside = from_seed(f"fee/{beginning}/{gold}")
    if "fee" in policy["contracts"]["gold"].get("attributes", {}) and beside.chance(85):
        gold["fee"] = beside.pick(FEES)
    customers: dict = {"acme": {"contracts": [gold]}, "duck": {"contracts": []}}
    for name in customers:
        grants = make_grants(choices, policy, beginning)
        if choices.chance(40):
            grants += make_recurring(choices, policy, beginning, gold if name == "acme" else None)
        if grants:
            customers[name]["grants"] = grants
        calendars = own_calendars(choices, policy)
        if calendars:
            customers[name]["calendars"] = calendars
    add_to_contracts(beside, policy, customers["acme"])
    releases = [{"version": f"5.{index}", "date": day} for index, day in enumerate(choices.some(DATES, 0, 4))]
    return {"upheld": 1, "customers": customers, "releases": releases}


def all_contracts(choices: Choices, policy: dict, beginning: str) -> dict:
    """Contracts of every kind that a policy knows, for one customer and not always, grants, and releases."""
    held = [{"kind": kind, "from": "2024-01-01"} for kind in policy.get("contracts", {}) if choices.chance(75)]
    for each in held:
        if choices.chance(20):
            each["until"] = choices.pick(["2024-03-30", "2024-12-24"])
    releases = [{"version": f"5.{index}", "date": day} for index, day in enumerate(choices.some(DATES, 0, 4))]
    acme: dict = {"contracts": held}
    grants = make_grants(choices, policy, beginning)
    if grants:
        acme["grants"] = grants
    return {"upheld": 1, "customers": {"acme": acme}, "releases": releases}


def make_history(choices: Choices, policy: dict, contracts: dict, beginning: str) -> tuple[list[dict], str | None]:
    """The records of a few tickets, and an as-of; now and then that of the last accepted record."""
    records: list[dict] = []
    latest_s = 0
    for number in range(choices.pick([2, 2, 3]) if choices.chance(20) else 1):
        begun = choices.pick([beginning, beginning, beginning, *BEGINNINGS]) if number else beginning
        author = _Author(choices, policy, contracts, f"T-{number + 1}", begun)
        records += author.records(choices.integer(4, 16))
        latest_s = max(latest_s, author.as_of_s())
    if choices.chance(30):
        records.sort(key=lambda record: record["ticket"], reverse=True)
    if choices.chance(8):
        latest_s = instant_s(choices.pick(records)["at"])
    return records, None if choices.chance(10) else utc(latest_s)


class _Author:
    """Writes the records of one ticket, following it with the reference."""

    def __init__(self, choices: Choices, policy: dict, contracts: dict, ticket: str, beginning: str) -> None:
        self.choices = choices
        self.ticket = Ticket(policy, contracts, ticket)
        self.customer = choices.pick(["acme", "acme", "duck"])
        self.policy = with_own_hours(policy, contracts, self.customer)
        self.commitments = [Commitment(self.policy, contracts, each) for each in policy["commitments"]]
        self.looked_at = 0
        self.past_an_end = False
        self.at_s = instant_s(beginning) + 60 * choices.integer(0, 90)
        self.events = {name: each for name, each in policy["events"].items() if name not in EVENTS}
        self.owing = [name for name in EVENTS if name in policy["events"]]
        self.beside = from_seed(f"owed/{ticket}/{self.at_s}/{self.customer}")
        """What is said of credits and down time is drawn apart, so that the rest of a history stays what it was."""

    def records(self, count: int) -> list[dict]:
        records = []
        for index in range(count):
            if records:
                self.at_s = self._next_instant()
            record = self._broken() if self.choices.chance(9) else self._likely(bool(index))
            records.append(record)
            self.ticket.take(dict(record))
            if self.ticket.last_s is not None:
                self.at_s = max(self.at_s if record["at"] == utc(self.at_s) else 0, self.ticket.last_s)
            if self.owing and self.beside.chance(20):
                records.append(self._owed(self.beside.pick(self.owing)))
                self.ticket.take(dict(records[-1]))
        if self.owing and self.beside.chance(75):
            records.append(self._owed("claim"))
        return records

    def _owed(self, name: str) -> dict:
        """A claim, a payment, or a time that was down or excused; at the instant of the record before."""
        data = {}
        if name == "pay":
            data = {"cents": self.beside.pick([1, 500, 4000])}
        elif name != "claim":
            from_s = self.at_s + self.beside.pick([-40 * 86_400, -86_400, -7200, -3600, 0, 1800])
            data = {"from": utc(from_s), "until": utc(from_s + self.beside.pick([0, 60, 3601, 7200, 86_400]))}
        return self._record(name, "agent", data, None)

    # When.

    def _next_instant(self) -> int:
        choices = self.choices
        ends = self._ends_of_what_is_held()
        self.past_an_end = bool(ends) and choices.chance(55)
        if self.past_an_end:
            return choices.pick(ends) + choices.pick([0, 0, 60, -1])
        if choices.chance(35) and any(row["status"] in ("running", "paused") for row in self._rows()):
            return self.at_s + choices.pick([60, 300, 900, 1800])
        kind = choices.integer(0, 99)
        if kind < 15:
            return self.at_s
        if kind < 40:
            return self.at_s + choices.pick([60, 300, 900, 1800, 3600, 7200, 3601])
        if kind < 50:
            return self.at_s + 86_400 * choices.integer(1, 4) + choices.pick([0, 0, 3600, -3600])
        later = sorted(each for each in self._edges() if each >= self.at_s)
        if not later:
            return self.at_s + 60 * choices.integer(0, 600)
        near = later[: choices.integer(1, 4)]
        return max(self.at_s, choices.pick(near) + choices.pick([0, 0, 0, 1, -1, 60]))

    def _ends_of_what_is_held(self) -> list[int]:
        """When lots end from which something was set aside or billed on this ticket that may come back."""
        accounts, billed = self.ticket.accounts_of(self.customer), self.ticket.billed
        works = billed.works if "correct" in self.policy["events"] else []
        taken = [(each.account, each.parts) for each in billed.holds]
        taken += [(name, parts) for each in works for name, _, parts in each.paid]
        lots = [accounts[name].lots.get(place) for name, parts in taken for place, _ in parts]
        return sorted({lot[1] for lot in lots if lot is not None and lot[1] is not None and lot[1] > self.at_s})

    def _edges(self) -> list[int]:
        """Instants at which something changes: openings and closings, due instants, timers, midnights."""
        edges = []
        for name in self.policy["calendars"]:
            calendar = opening_of(self.policy, name)
            opening_s = calendar.next_opening(self.at_s)
            edges += [opening_s, next(end_s for start_s, end_s in calendar.onward(opening_s) if start_s <= opening_s)]
        edges += [self.ticket.timer_due(name) for name in self.ticket.waiting]
        for account in self.ticket.accounts_of(self.customer).values():
            edges += [end_s for _, end_s in account.lots.values() if end_s is not None]
            edges += [grant.at_s for grant in account.grants]
        edges += self._dues()
        return edges

    def _dues(self) -> list[int]:
        if not self.choices.chance(50):
            return []
        return [row["due_at"] for row in self._rows() if row["due_at"] is not None and row["stopped_at"] is None]

    def _rows(self) -> list[dict]:
        happened = self.ticket.happenings
        for happening in happened[self.looked_at :]:
            for commitment in self.commitments:
                commitment.happen(happening)
        self.looked_at = len(happened)
        return [row for commitment in self.commitments for row in commitment.rows(self.at_s)]

    def as_of_s(self) -> int:
        choices = self.choices
        later = [self.at_s, self.at_s, self.at_s + 1, self.at_s + 3600, self.at_s + 3 * 86_400, self.at_s + 40 * 86_400]
        dues = [row["due_at"] for row in self._rows() if row["due_at"] and row["due_at"] >= self.at_s]
        if dues and choices.chance(30):
            return choices.pick(dues) + choices.pick([0, 0, 1])
        return choices.pick(later)

    # What.

    def _record(self, event: str, actor: str, data: dict, channel: str | None) -> dict:
        record = {"ticket": self.ticket.id, "at": utc(self.at_s), "event": event, "actor": actor}
        record["customer"] = self.customer
        if channel:
            record["channel"] = channel
        if data:
            record["data"] = data
        return record

    def _likely(self, opened: bool) -> dict:
        """An event that is probably accepted: the first of a few tries."""
        choices, events = self.choices, self.events
        self.ticket.fire_until(self.at_s)
        record = None
        among = self._moving()
        moving, changes = [name for name in events if name in among], likely_changes(self.policy)
        for _ in range(8):
            name = choices.pick(moving) if choices.chance(45) else choices.pick(list(events))
            if self.ticket.state is None and choices.chance(80):
                name = choices.pick(self._openers())
            elif opened and self._ending() and choices.chance(70 if self.past_an_end else 20):
                name = choices.pick(self._ending())
            elif opened and "work" in events and choices.chance(25):
                name = choices.pick(["work", "work", "work", "invoice" if "invoice" in events else "work"])
            elif opened and changes and choices.chance(40):
                name = choices.pick(changes)
            elif opened and choices.chance(18):
                name = self._what_is_unknown() or choices.pick([name, self._severity_event() or name])
            actor = choices.pick(items(events[name]["by"]))
            channels = list(self.policy["channels"])
            channel = choices.pick([*channels, channels[0]]) if actor == "customer" else None
            record = self._record(name, actor, self._data(events[name]), channel)
            if self._welcome(record):
                break
        assert record is not None
        return record

    def _openers(self) -> list[str]:
        return [name for each in self.policy["transitions"] if each.get("opens") for name in items(each["on"])]

    def _moving(self) -> set[str]:
        """The events that move a ticket from its state, if any do."""
        ticket = self.ticket
        leading = [each for each in self.policy["transitions"] if each["to"] != "stay" and ticket._leaves(each)]
        found = {name for each in leading for name in items(each["on"])}
        return found or set(self.events)

    def _ending(self) -> list[str]:
        """The events that may settle, release or take back something that was charged."""
        kinds = ("release", "reverse") if self.past_an_end else ("settle", "release", "reverse")
        billed = self.ticket.billed
        charges = {each.charge for each in [*billed.holds, *billed.works]}
        return sorted(
            name
            for each in self.policy.get("charges", [])
            if any(charges & set(items(each.get(kind, []))) for kind in kinds)
            for name in items(each["on"])
        )

    def _severity_event(self) -> str | None:
        return "set-severity" if "set-severity" in self.policy["events"] else None

    def _what_is_unknown(self) -> str | None:
        """The event that says what the ticket's clocks may be waiting for."""
        saying = {"severity": "set-severity", "kind": "mark"}
        unset = [name for name, event in saying.items() if self.ticket.facts.get(name) is None]
        known = [saying[name] for name in unset if saying[name] in self.policy["events"]]
        return known[0] if known else None

    def _welcome(self, record: dict) -> bool:
        """Whether the ticket would accept the record."""
        ticket = self.ticket
        try:
            event, at_s, data = ticket._well_formed(record)
            view = ticket.view(at_s, record, data)
            ticket._channel(view, record["event"], event)
            ticket._rules(view, record["event"])
            ticket._transition(view, record["event"], event)
            ticket._immutable(event, view)
            ticket._escalation(view, record["event"])
        except Refused:
            return False
        return True

    def _data(self, event: dict) -> dict:
        choices = self.choices
        data = {
            name: self._value(name, field)
            for name, field in event.get("data", {}).items()
            if field.get("required") or choices.chance(60)
        }
        return data | self._time_of_work() if "begun" in event.get("data", {}) and choices.chance(97) else data

    def _time_of_work(self) -> dict:
        """From when until when work was done: mostly over an edge of a calendar, now and then not at all."""
        choices = self.choices
        back_s = choices.pick([0, 0, 0, 60, 1800, 3600, 86_400, 3 * 86_400])
        ended_s = self.at_s - back_s
        edges = [at_s for at_s in self._edges_before(ended_s) if at_s < ended_s]
        length_s = choices.pick([0, 60, 1799, 3600, 7200, 7230, 86_400])
        if edges and choices.chance(70):
            length_s = ended_s - choices.pick(edges) + choices.pick([0, 1, 600, 3600])
        if choices.chance(3):
            length_s = choices.pick([-60, 31 * 86_400, 31 * 86_400 + 1])
        begun_s = ended_s - length_s
        if choices.chance(3):
            ended_s = self.at_s + choices.pick([1, 60])
        return {"begun": utc(begun_s), "ended": utc(ended_s)}

    def _edges_before(self, at_s: int) -> list[int]:
        """When calendars open and close in the days before an instant, the latest two of each."""
        edges = []
        for name in self.policy["calendars"]:
            pieces = takewhile(lambda each: each[0] <= at_s, opening_of(self.policy, name).onward(at_s - 3 * 86_400))
            edges += [edge_s for piece in list(pieces)[-2:] for edge_s in piece]
        return edges

    def _value(self, name: str, field: dict):
        choices = self.choices
        field = self.ticket.kind_of(name, field)
        if name in DATED:
            near_s = near(
                choices, name, self.at_s, [row["due_at"] for row in self._late() if row["stopped_at"] is None]
            )
            return utc(near_s) if "instant" in field else datetime.fromtimestamp(near_s, UTC).date().isoformat()
        if "date" in field:
            days = choices.integer(-1, 4)
            return datetime.fromtimestamp(self.at_s + days * 86_400, UTC).date().isoformat()
        if "instant" in field:
            return utc(self._excuse_end(name))
        if name in ("minutes", "travel"):
            wrong = choices.chance(2)
            wanted = choices.pick([-5, 10**15 + 1, 10**15]) if wrong else choices.pick(MINUTES)
            return max(wanted, field.get("at-least", wanted))
        if "integer" in field:
            wanted = choices.pick([self.ticket.level + 1, self.ticket.level + 1, 2, 4])
            return min(max(wanted, field.get("at-least", wanted)), field.get("at-most", wanted))
        if "boolean" in field:
            return choices.pick([False, True])
        return choices.pick(list(field.get("one-of", ["third-party", "acme", "5.2"])))

    def _late(self) -> list[dict]:
        return [row for row in self._rows() if row["status"] in ("breached", "excused") and row["due_at"]]

    def _excuse_end(self, name: str) -> int:
        """An end of an excused time: mostly around what ran late."""
        choices = self.choices
        late = self._late()
        if late and choices.chance(80):
            row = choices.pick(late)
            if name == "from":
                return row["due_at"] + choices.pick([0, 0, -3600, -86_400, 60])
            stopped = row["stopped_at"]
            end = instant_s(stopped) if isinstance(stopped, str) else stopped or self.at_s
            return end + choices.pick([0, 0, 3600, 86_400, -60])
        return self.at_s + choices.pick([-3 * 86_400, -7200, 0, 3600, 86_400])

    # What is wrong.

    def _broken(self) -> dict:
        """A record that is likely refused, each time for another reason."""
        choices, events = self.choices, self.events
        kind = choices.integer(0, 5)
        name = choices.pick(list(events))
        event = events[name]
        actor = choices.pick(items(event["by"]))
        channel = next(iter(self.policy["channels"])) if actor == "customer" else None
        record = self._record(name, actor, self._data(event), channel)
        if kind == 0 and self.ticket.last_s is not None:
            record["at"] = utc(self.ticket.last_s - choices.pick([1, 60, 86_400]))
        elif kind == 1:
            record["event"] = "tp-triaged"
            record["at"] = utc(self.at_s + choices.pick([0, 0, 3600, 86_400, 3 * 86_400]))
        elif kind == 2:
            record["actor"] = "agent" if event["by"] == "customer" else "customer"
        elif kind == 3:
            record["data"] = {**record.get("data", {}), **choices.pick([{"colour": "red"}, {"severity": "awful"}])}
        elif kind == 4 and "customer" in items(event["by"]):
            record |= {"actor": "customer", "channel": "fax"}
        return record


def observed(choices: Choices, policy: dict, records: list[dict]) -> list[dict]:
    """The same history as a tracker might have kept it: many events replaced by the state that somebody saw."""
    kept = []
    for record in records:
        if choices.chance(60):
            record = {name: record[name] for name in ("ticket", "at", "customer")}
            record["state"] = choices.pick(list(policy["states"]))
            if choices.chance(30):
                record["data"] = {"severity": choices.pick([each["id"] for each in policy["severities"]])}
        kept.append(record)
    return kept
