"""Lifecycle: DESIGN section 3, steps 1 to 6, 8 and 9, one record after another, for one ticket."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from reference.account import Account
from reference.billing import Bill, Billed, Billing, NotCharged
from reference.conditions import View, items
from reference.due import due_of
from reference.opening import opening_of, seconds_of, with_own_hours

CLOSED = ("closed", "auto-closed")
ENDED = ("resolved", *CLOSED)
KINDS = ("one-of", "boolean", "integer", "text", "date", "instant")


def instant_s(text: str) -> int:
    return seconds_of(datetime.fromisoformat(text.replace("Z", "+00:00")))


@dataclass
class Happening:
    """One accepted thing that happened: an event, a timer's move, or an observed state."""

    at_s: int
    seq: int | None
    event: str | None
    origin: str | None
    view: View
    """Names as after it; its state is the state after."""
    moved: bool
    timer: str | None = None
    transition: str | None = None

    @property
    def state(self) -> str | None:
        return self.view.state


def named(trigger: dict, happening: Happening) -> bool:
    """Whether a happening is what a trigger names, whatever its condition says."""
    if "on" in trigger:
        return happening.event is not None and happening.event in items(trigger["on"])
    if "enters" in trigger:
        return happening.moved and happening.state in items(trigger["enters"])
    return happening.moved and happening.origin in items(trigger["leaves"])


def matches(trigger: dict, happening: Happening) -> bool:
    """Whether a happening is what a trigger names, under its condition."""
    return named(trigger, happening) and happening.view.holds(trigger.get("when"))


def any_of(triggers, happening: Happening) -> list[dict]:
    """The triggers that this happening is; an item without triggers has none."""
    return [each for each in items(triggers if triggers is not None else []) if matches(each, happening)]


class Refused(Exception):
    def __init__(self, code: str, rule: str | None = None, clauses=()) -> None:
        super().__init__(code)
        self.code, self.rule = code, rule
        self.clauses = list(dict.fromkeys(clauses))


@dataclass
class Ticket:
    """One ticket of one policy, as its records have made it so far."""

    policy: dict
    contracts: dict
    id: str
    audit: bool = False
    state: str | None = None
    customer: str | None = None
    named: str | None = None
    """The first customer that a record names."""
    facts: dict = field(default_factory=dict)
    flagged: list = field(default_factory=list)
    level: int = 1
    last_s: int | None = None
    accepted_s: int | None = None
    """The instant of the last record that was accepted, which need not be one of this ticket's life."""
    seq: int = 0
    opened_s: int | None = None
    closed_s: int | None = None
    waiting: dict = field(default_factory=dict)
    again: set = field(default_factory=set)
    """Timers under way: the instant from which each counts."""
    happenings: list = field(default_factory=list)
    heard: list = field(default_factory=list)
    turns: list = field(default_factory=list)
    """The accepted events, each with its names as after it; those that came to no ticket too."""
    refused: list = field(default_factory=list)
    flags: list = field(default_factory=list)
    moves: list = field(default_factory=list)
    effects: list = field(default_factory=list)
    nonconforming: list = field(default_factory=list)
    charges: list = field(default_factory=list)
    runs: list = field(default_factory=list)
    """Timers that have run out, or would have: when they were due, and when that was observed."""
    billing: Billing | None = None
    """Everybody's accounts, which tickets share."""
    billed: Billed = field(default_factory=Billed)
    notes: set = field(default_factory=set)
    """Rare things that happened, for the floors of the differential test."""

    # Step by step.

    def count(self, record: dict) -> None:
        """There was a record; whose ticket it is of has accounts."""
        self.seq += 1
        self.named = self.named or record.get("customer") or None
        self.accounts_of(record.get("customer") if self.state is None else self.customer)

    def take(self, record: dict) -> bool:
        """Decide one record; whether it was accepted."""
        self.count(record)
        try:
            if record.get("state"):
                self._observe(record)
            else:
                self._decide(record)
        except Refused as refusal:
            self.refused.append(
                {
                    "seq": self.seq,
                    "at": record["at"],
                    "event": record.get("event"),
                    "code": refusal.code,
                    "rule": refusal.rule,
                    "clauses": refusal.clauses,
                }
            )
            return False
        self.accepted_s = instant_s(record["at"])
        return True

    def _decide(self, record: dict) -> None:
        event, at_s, data = self._well_formed(record)
        self.fire_until(at_s)
        view = self.view(at_s, record, data)
        name = record["event"]
        self._channel(view, name, event)
        struck = self._rules(view, name)
        step = self._escalation(view, name)
        transition = self._transition(view, name, event)
        self._immutable(event, view)
        if self.state is None and transition is None:
            bill = self._charged(name, Billed(), view)
            self._flag(struck, name, at_s)
            self._flag_ahead(event, name, view)
            self._bill(bill, name, view)
            self._effects(view, self.seq, event)
            self.heard.append((name, view))
            return
        before = dict(self.__dict__)
        try:
            self._accept(record, view, event, transition, struck, step)
        except Refused:
            self.__dict__.update(before)
            raise

    # Step 8.

    def accounts_of(self, customer: str | None) -> dict[str, Account]:
        return self._accounts().of(customer or "")

    def _accounts(self) -> Billing:
        if self.billing is None:
            self.billing = Billing(self.policy, self.contracts)
        return self.billing

    def _charged(self, event: str, billed: Billed, view: View) -> Bill | None:
        """What an event costs; what it cannot pay refuses it."""
        if not self._accounts().concerns(event):
            return None
        try:
            return self._accounts().charge(event, self.id, billed, view)
        except NotCharged as wrong:
            raise Refused(wrong.code, clauses=wrong.clauses) from None

    def _bill(self, bill: Bill | None, event: str, view: View) -> None:
        if bill is None:
            return
        self._accounts().keep(view.customer, bill)
        self.notes |= bill.notes
        self.charges += [{"seq": self.seq, "customer": view.customer or None, **row} for row in bill.rows]
        for clauses in bill.overdrawn:
            flag = {"seq": self.seq, "at_s": view.at_s, "event": event, "code": "overdrawn", "rule": None}
            self.flags.append({**flag, "clauses": clauses})
        for at_s, name, amount in bill.notices:
            notice = {"seq": self.seq, "at_s": at_s, "kind": "notify", "to": None, "tells": (name, amount)}
            self.effects.append({**notice, "clauses": self.policy["accounts"][name].get("clauses", [])})

    def _well_formed(self, record: dict) -> tuple[dict, int, dict]:
        """Step 1."""
        at_s = instant_s(record["at"])
        if self.last_s is not None and at_s < self.last_s:
            raise Refused("out-of-order")
        event = self.policy["events"].get(record["event"])
        if event is None:
            raise Refused("unknown-event")
        if record["actor"].partition(":")[0] not in items(event["by"]):
            raise Refused("not-allowed", clauses=event.get("clauses", []))
        fields = event.get("data", {})
        given = record.get("data") or {}
        wrong = [name for name in given if name not in fields]
        wrong += [name for name, each in fields.items() if each.get("required") and name not in given]
        wrong += [name for name in given if name in fields and not self._may_hold(name, fields[name], given[name])]
        if wrong:
            raise Refused(
                "invalid-data", clauses=[c for name in wrong for c in fields.get(name, {}).get("clauses", [])]
            )
        defaults = {name: each["default"] for name, each in fields.items() if "default" in each}
        return event, at_s, {**defaults, **given}

    def kind_of(self, name: str, field_: dict) -> dict:
        """A field with its kind: its own, or that of the fact it is named as or like."""
        if any(kind in field_ for kind in KINDS):
            return field_
        kind = field_.get("like", name)
        facts = {**self.policy.get("facts", {})}
        facts["severity"] = {"one-of": [each["id"] for each in self.policy.get("severities", [])]}
        facts.setdefault("channel", {"one-of": list(self.policy.get("channels", {}))})
        return {**facts[kind], **field_}

    def _may_hold(self, name: str, field_: dict, value) -> bool:
        field_ = self.kind_of(name, field_)
        if "one-of" in field_:
            return isinstance(value, str) and value in field_["one-of"]
        if "boolean" in field_:
            return isinstance(value, bool)
        if "integer" in field_:
            low, high = field_.get("at-least", value), field_.get("at-most", value)
            return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        if not isinstance(value, str):
            return False
        try:
            if "date" in field_:
                date.fromisoformat(value)
            if "instant" in field_:
                return datetime.fromisoformat(value.replace("Z", "+00:00")).tzinfo is not None
        except ValueError:
            return False
        return True

    def fire_until(self, at_s: int) -> None:
        """Step 2: the earliest (due, id), recompute, repeat."""
        while not self.audit:
            due = min(((self.timer_due(name), name) for name in self.waiting), default=None)
            if due is None or due[0] > at_s:
                return
            self._fire(due[0], due[1])

    def timer_due(self, name: str) -> int:
        timer = self._timers()[name]
        base_s = self.waiting[name]
        policy = with_own_hours(self.policy, self.contracts, self.customer)
        after = timer["every"] if name in self.again else timer["after"]
        if after.startswith("0"):
            return base_s
        due = due_of(policy, self.contracts, after, base_s, timer["calendar"], timer.get("business-day"))
        return due.at_s

    def _timers(self) -> dict[str, dict]:
        return {each["id"]: each for each in self.policy.get("timers", [])}

    def _fire(self, due_s: int, name: str) -> None:
        timer = self._timers()[name]
        del self.waiting[name]
        self.runs.append({"id": name, "due_at_s": due_s, "observed_at_s": due_s})
        self.last_s = due_s
        origin, was, level = self.state, dict(self.facts), self.level
        before = self.view(due_s)
        self.notes |= {"come again"} if name in self.again else set()
        if not before.holds(timer.get("when")):
            self.notes |= {"due, and not asked for"}
            level = self.level
            goes_on = timer.get("sets") or timer.get("effects") or self._raise(timer.get("escalate", 0), before)
            self.level = level
            if "every" in timer and goes_on:
                self.waiting[name] = due_s
                self.again.add(name)
            return
        facts = self._set(timer, before)
        for fact, each in self.policy.get("facts", {}).items():
            if each.get("immutable") and was.get(fact) is not None:
                facts[fact] = was[fact]
        self.facts = facts
        raised = self._raise(timer["escalate"], before) if "escalate" in timer else None
        if "to" in timer:
            self.state = timer["to"]
            self.moves.append(
                {"seq": None, "at_s": due_s, "from": origin, "to": self.state, "timer": name, "transition": None}
                | {"clauses": self._cited(timer)}
            )
            self._entered(due_s)
        view = self.view(due_s)
        self._turn(view)
        view.before = was
        if "to" not in timer and (facts != was or self.level != level):
            self.notes |= {"set by a timer"} if facts != was else set()
        self.notes |= {"raised by a timer"} if self.level != level else set()
        self.notes |= {"moved at once"} if timer["after"].startswith("0") else set()
        self._happen(Happening(due_s, None, None, origin, view, moved="to" in timer, timer=name))
        self._effects(view, None, timer)
        if raised:
            told = {"kind": "notify", "to": list(raised["levels"])[self.level - 1]}
            clauses = [*timer.get("clauses", []), *raised.get("clauses", [])]
            self._effects(view, None, {"effects": [told], "clauses": clauses})
        if "every" in timer and (raised or timer.get("sets") or timer.get("effects")):
            self.waiting[name] = due_s
            self.again.add(name)

    def _raise(self, to, view: View) -> dict | None:
        """A level by its name, in the first set that has it and counts; or so many up, the last at most."""
        for each in items(self.policy.get("escalation", [])):
            levels = list(each["levels"])
            if not view.holds(each.get("when")) or (isinstance(to, str) and to not in levels):
                continue
            reached = levels.index(to) + 1 if isinstance(to, str) else min(self.level + to, len(levels))
            if reached <= self.level:
                return None
            self.level = reached
            return each
        return None

    def _channel(self, view: View, name: str, event: dict) -> None:
        """Step 3."""
        role = self.policy["roles"][view.actor]
        needed = role.get("channel", "needed" if view.actor == "customer" else "none")
        if needed == "none" or event.get("channel") == "none":
            return
        channels = self.policy.get("channels", {})
        channel = channels.get(view.record_channel)
        if channel is None:
            clauses = [clause for each in channels.values() for clause in each.get("clauses", [])]
            raise Refused("channel-not-accepted", clauses=clauses)
        accepted = items(channel["accepts"])
        takes = accepted == ["all"] or name in accepted
        takes = takes and name not in items(channel.get("except", []))
        opened = "during" not in channel or opening_of(view.policy, channel["during"]).is_open(view.at_s)
        if not (takes and opened and view.holds(channel.get("when"))):
            raise Refused("channel-not-accepted", clauses=channel.get("clauses", []))

    def _rules(self, view: View, name: str) -> list[dict]:
        """Step 4: the rules that flag, unless one refuses."""
        flagging = []
        for rule in self.policy.get("rules", []):
            looks = items(rule["on"]) == ["any"] or name in items(rule["on"])
            if not looks or name in items(rule.get("except", [])) or not view.holds(rule.get("when")):
                continue
            failed = [
                each for each in rule.get("requires", []) if view.holds(each.get("when")) and not view.holds(each["is"])
            ]
            always = rule.get("refuse") == "always" or rule.get("flag") == "always"
            if not (always or failed or ("require" in rule and not view.holds(rule["require"]))):
                continue
            clauses = [c for each in [rule, *failed] for c in each.get("clauses", [])]
            if rule.get("refuse") == "always" or rule.get("otherwise") == "refuse":
                raise Refused("rule", rule["id"], clauses)
            flagging.append({**rule, "clauses": list(dict.fromkeys(clauses))})
        return flagging

    def _escalation(self, view: View, name: str) -> dict | None:
        """An escalation goes one level up; skipping one, or passing the last, is refused."""
        for each in items(self.policy.get("escalation", [])):
            if name in items(each.get("on", [])) and view.holds(each.get("when")):
                asked = view.value(each["to"]["ref"]) if "to" in each else None
                if asked not in (None, self.level + 1) or self.level >= len(each["levels"]):
                    raise Refused("rule", None, each.get("clauses", []))
                return each
        return None

    def possible(self, name: str, view: View) -> list[dict]:
        """Step 5: the transitions on an event from the current state whose condition holds."""
        return [
            each
            for each in self.policy.get("transitions", [])
            if name in items(each["on"]) and self._leaves(each) and view.holds(each.get("when"))
        ]

    def _leaves(self, transition: dict) -> bool:
        if self.state is None or transition.get("opens"):
            return self.state is None and bool(transition.get("opens"))
        origins = transition["from"]
        states = self.policy["states"]
        if isinstance(origins, dict):
            core = states[self.state]["core"]
            return core in items(origins["core"]) and self.state not in items(origins.get("except", []))
        if origins == "any":
            return not self.is_final()
        return self.state in items(origins)

    def is_final(self) -> bool:
        state = self.policy["states"][self.state]
        return state["core"] in CLOSED or bool(state.get("final"))

    def _transition(self, view: View, name: str, event: dict) -> dict | None:
        anywhere = [each for each in self.policy.get("transitions", []) if name in items(each["on"])]
        if self.state is None and not any(each.get("opens") for each in anywhere):
            if event.get("ticket") == "not-needed":
                return None
            raise Refused("no-ticket")
        found = self.possible(name, view)
        if len(found) > 1:
            raise Refused("ambiguous", clauses=[c for each in found for c in each.get("clauses", [])])
        if found:
            return found[0]
        if anywhere or (self.is_final() and event.get("in-final-states") != "accepted"):
            raise Refused("no-transition", clauses=[c for each in anywhere for c in each.get("clauses", [])])
        return None

    def _accept(self, record, view: View, event: dict, transition: dict | None, struck: list, step) -> None:
        """Steps 6 and 9, and what they leave on the ticket."""
        opening = self.state is None
        before = dict(self.facts)
        if opening:
            self._open(view, record)
        seen = replace(view, facts=dict(self.facts), before=before)
        self.facts = self._set(event, seen)
        origin = self.state
        to = transition["to"] if transition else "stay"
        moved = to != "stay"
        self.state = to if moved else self.state
        self.last_s = view.at_s
        self.flagged = [*self.flagged, *(rule["id"] for rule in struck if rule["id"] not in self.flagged)]
        self.level += 1 if step else 0
        after = self.view(view.at_s, record, view.data)
        after.before = before
        bill = self._charged(record["event"], self.billed, after)
        if moved:
            self.moves.append(
                {"seq": self.seq, "at_s": view.at_s, "from": origin, "to": to, "timer": None}
                | {"transition": transition["id"], "clauses": transition.get("clauses", [])}
            )
            self._entered(view.at_s)
        self._flag(struck, record["event"], view.at_s)
        self._flag_ahead(event, record["event"], view)
        self._bill(bill, record["event"], after)
        self.billed = bill.billed if bill else self.billed
        name = transition["id"] if transition else None
        happening = Happening(view.at_s, self.seq, record["event"], origin, after, moved, transition=name)
        self._reset(happening)
        self._happen(happening)
        self.heard.append((record["event"], after))
        self._turn(after, event.get("corrects", []))
        for each in (event, transition or {}, *struck):
            self._effects(after, self.seq, each)
        if step:
            raised = {"kind": "notify", "to": list(step["levels"])[self.level - 1]}
            self._effects(after, self.seq, {"effects": [raised], "clauses": step.get("clauses", [])})

    def _flag_ahead(self, event: dict, called: str, view: View) -> None:
        """The first field that some start reads as its own date, and that lies after the record."""
        starts = [each for one in self.policy.get("commitments", []) for each in items(one["start"])]
        read = {
            each["at"]["ref"] for each in starts if "at" in each and ("on" not in each or called in items(each["on"]))
        }
        for name, field_ in event.get("data", {}).items():
            value = (view.data or {}).get(name)
            if f"event.{name}" in read and value is not None and self._begins_s(value) > view.at_s:
                clauses = list(dict.fromkeys([*field_.get("clauses", []), *event.get("clauses", [])]))
                flag = {"seq": self.seq, "at_s": view.at_s, "event": called, "code": "start-ahead", "rule": None}
                self.flags.append({**flag, "clauses": clauses})
                return

    def _begins_s(self, value: str) -> int:
        if "T" in value:
            return instant_s(value)
        return int(datetime.combine(date.fromisoformat(value), time(), ZoneInfo(self.policy["zone"])).timestamp())

    def _turn(self, after: View, corrected=()) -> None:
        """How the ticket stands from now on; what was only told wrongly was so from the beginning."""
        self.turns.append(replace(after))
        for fact in items(corrected):
            for view in self.turns:
                view.facts = {**view.facts, fact: after.facts.get(fact)}

    def _flag(self, struck: list, event: str, at_s: int) -> None:
        self.flags += [
            {
                "seq": self.seq,
                "at_s": at_s,
                "event": event,
                "code": "rule",
                "rule": rule["id"],
                "clauses": rule["clauses"],
            }
            for rule in struck
        ]

    def _open(self, view: View, record: dict) -> None:
        """Defaults apply from the opening on, before what the event sets."""
        self.opened_s = view.at_s
        self.customer = record.get("customer") or None
        self.facts = {name: each["default"] for name, each in self.policy.get("facts", {}).items() if "default" in each}
        self.facts |= {"channel": record.get("channel") or None, "customer": self.customer}

    def _set(self, event: dict, view: View) -> dict:
        """The facts after an event's `sets`, all of them read as before."""
        facts = dict(view.facts)
        for fact, setting in event.get("sets", {}).items():
            if isinstance(setting, list):
                holding = [case for case in setting if view.holds(case.get("when"))]
                if not holding:
                    continue
                setting = holding[0]["is"]
            if isinstance(setting, dict) and "add" in setting:
                value = view.value(setting["add"])
                if value is not None:
                    facts[fact] = set(facts.get(fact) or ()) | {value}
                continue
            if isinstance(setting, str) and setting.startswith("event."):
                setting = {"ref": setting}
            if isinstance(setting, dict):
                value = view.value(setting["ref"])
                facts[fact] = value if value is not None else facts.get(fact)
            else:
                facts[fact] = setting
        return facts

    def _immutable(self, event: dict, view: View) -> None:
        """An event that would change an immutable fact, once it is set, is refused."""
        if self.state is not None:
            facts = self._set(event, replace(view, facts=dict(self.facts), before=dict(self.facts)))
            for name, fact in self.policy.get("facts", {}).items():
                old = self.facts.get(name)
                if fact.get("immutable") and old is not None and facts.get(name) != old:
                    raise Refused("rule", clauses=fact.get("clauses", []))

    # What follows from a move.

    def _entered(self, at_s: int) -> None:
        """A state was entered: its timers count from here, those of other states no more.

        A tracker's move is told of the timers that it stands for, and of those that were due before it.
        """
        for name in list(self.waiting) if self.audit else []:
            is_its_move = self._timers()[name].get("to") == self.state
            self._run_out(name, at_s, is_its_move)
        self.again.clear()
        self.waiting = {name: at_s for name, timer in self._timers().items() if self.state in items(timer["in"])}
        if self.policy["states"][self.state]["core"] in CLOSED:
            self.closed_s = at_s
        else:
            self.closed_s = None

    def _run_out(self, name: str, at_s: int, is_its_move: bool) -> None:
        due_s = self.timer_due(name)
        if is_its_move or due_s <= at_s:
            self.runs.append({"id": name, "due_at_s": due_s, "observed_at_s": at_s if is_its_move else None})

    def _reset(self, happening: Happening) -> None:
        for name, timer in self._timers().items():
            if self.state in items(timer["in"]) and any_of(timer.get("reset"), happening):
                if self.audit and name in self.waiting:
                    self._run_out(name, happening.at_s, is_its_move=False)
                self.waiting[name] = happening.at_s
                self.again.discard(name)

    def _happen(self, happening: Happening) -> None:
        self.happenings.append(happening)

    def _effects(self, view: View, seq: int | None, asker: dict) -> None:
        for each in asker.get("effects", []):
            if view.holds(each.get("when")):
                clauses = [*asker.get("clauses", []), *each.get("clauses", [])]
                effect = {"seq": seq, "at_s": view.at_s, "kind": each["kind"], "to": each.get("to")}
                self.effects.append({**effect, "clauses": clauses})

    def view(self, at_s: int, record: dict | None = None, data: dict | None = None) -> View:
        """What the names hold now, for a record or for what a timer does."""
        record = record or {}
        actor, _, actor_id = (record.get("actor") or "").partition(":")
        customer = self.customer if self.state is not None else record.get("customer") or None
        return View(
            policy=with_own_hours(self.policy, self.contracts, customer),
            contracts=self.contracts,
            at_s=at_s,
            facts=dict(self.facts) if self.state is not None else {},
            before=dict(self.facts) if self.state is not None else {},
            state=self.state,
            flagged=tuple(self.flagged),
            level=self.level if self.state is not None else None,
            customer=customer,
            data=dict(data or {}),
            actor=actor or None,
            actor_id=actor_id or None,
            record_channel=record.get("channel") or None,
            record_customer=record.get("customer") or None,
        )

    # Audit mode.

    def _observe(self, record: dict) -> None:
        """A state was observed: it conforms when a transition leads there, and is followed in any case."""
        at_s = instant_s(record["at"])
        if self.last_s is not None and at_s < self.last_s:
            raise Refused("out-of-order")
        to = record["state"]
        origin = self.state
        before = dict(self.facts)
        if origin is None:
            self._open(self.view(at_s, record), record)
        leading = self._leading(origin, to)
        if origin is not None and origin != to and not leading:
            self.nonconforming.append({"seq": self.seq, "at_s": at_s, "from": origin, "to": to})
        self.facts |= record.get("data") or {}
        self.last_s = at_s
        self.state = to
        after = self.view(at_s, record)
        self._turn(after)
        after.before = before
        moved = origin != to
        if moved:
            mover = leading[0] if len(leading) == 1 else {}
            by_timer = "after" in mover
            self.moves.append(
                {"seq": self.seq, "at_s": at_s, "from": origin, "to": to}
                | {"timer": mover["id"] if by_timer else None}
                | {"transition": None if by_timer else mover.get("id"), "clauses": self._cited(mover)}
            )
            self._entered(at_s)
        self._happen(Happening(at_s, self.seq, None, origin, after, moved))

    def _leading(self, origin: str | None, to: str) -> list[dict]:
        """The transitions, and the timers, that lead from one state to another."""
        transitions = [each for each in self.policy["transitions"] if each["to"] == to and self._leaves(each)]
        return transitions + [
            each for each in self.policy.get("timers", []) if each.get("to") == to and origin in items(each["in"])
        ]

    def _cited(self, mover: dict) -> list[str]:
        calendar = self.policy["calendars"].get(mover.get("calendar"), {})
        return [*mover.get("clauses", []), *calendar.get("clauses", [])]
