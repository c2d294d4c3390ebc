"""Small policies at random: every form of commitment, on odd calendars, over a lifecycle of 3 to 7 states."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from reference.additions import make_additions
from reference.changing import MONTHS, add_dates, make_changes, vary
from reference.choices import Choices
from reference.credits import make_credits
from reference.tariffs import make_tariff

CALENDARS = {
    "paris": {
        "zone": "Europe/Paris",
        "weekly": {"mon-fri": ["09:00-12:30", "13:30-18:00"]},
        "holidays": {"country": "FR"},
    },
    "greenwich": {
        "zone": "Etc/UTC",
        "weekly": {"mon-fri": ["09:00-17:30"]},
        "holidays": {"country": "GB", "subdivision": "ENG"},
    },
    "kathmandu": {
        "zone": "Asia/Kathmandu",
        "weekly": {"sun-fri": ["10:00-17:00"]},
        "closed": ["*-10-27", "2024-04-01"],
    },
    "lord-howe": {"zone": "Australia/Lord_Howe", "weekly": {"mon-sun": ["00:00-24:00"]}},
    "new-york": {
        "zone": "America/New_York",
        "weekly": {"mon-fri": ["08:00-20:00"], "sat": ["10:00-14:00"]},
        "holidays": {"country": "US"},
        "special": {
            "2024-12-24": ["09:00-12:00"],
            "*-12-31": ["08:00-10:00", "11:00-12:00"],
            "*-12-23": {"closes": "12:30"},
            "2024-11-03": {"closes": "09:00"},
            "2024-03-08": {"closes": "14:00"},
        },
    },
    "shifts": {
        "zone": "Europe/Paris",
        "weekly": {"mon-sat": ["22:00-06:00"]},
        "holidays": {"country": "FR"},
        "closed": ["2024-03-07"],
        "special": {"*-12-24": {"closes": "23:30"}, "2024-10-25": ["20:00-02:30"], "2025-07-14": ["23:00-07:00"]},
    },
    "watch": {
        "zone": "America/New_York",
        "weekly": {"sun-thu": ["10:00-14:00", "20:30-04:00"], "fri": ["12:00-14:00", "20:00-02:15"]},
        "special": {"*-12-30": {"closes": "21:15"}, "2024-03-28": ["09:00-08:00"], "2024-12-23": ["12:00-11:30"]},
    },
    "night": {"zone": "Europe/London", "weekly": {"mon-fri": ["22:00-24:00"], "sun": ["00:30-02:30"]}},
    "saint-johns": {
        "zone": "America/St_Johns",
        "weekly": {"mon-fri": ["08:30-12:00", "12:45-16:45"]},
        "holidays": {"country": "CA", "subdivision": "NL"},
    },
    "zurich": {
        "zone": "Europe/Zurich",
        "weekly": {"mon-fri": ["08:00-12:00", "13:30-17:30"]},
        "holidays": [{"country": "CH", "subdivision": "BE"}, {"country": "CH", "subdivision": "ZH"}],
        "special": {"2024-03-31": ["01:00-04:00"], "2024-10-27": ["01:00-04:00"]},
    },
}
UNEVEN = ("new-york", "night", "watch")
"""Calendars whose weekdays differ, so that a business day has no one worth."""
RECURRENCES = {
    "fridays": {"rrule": "FREQ=WEEKLY;BYDAY=FR", "roll": "previous"},
    "wednesdays": {"rrule": "FREQ=WEEKLY;BYDAY=WE", "roll": "next", "at": "16:00"},
    "month-ends": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1", "roll": "previous"},
    "fortnights": {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "from": "2024-01-01", "roll": "none"},
    "releases": {"dates": ["2024-03-29", "2024-05-09", "2024-10-28", "2025-01-01", "2026-06-30"], "roll": "next"},
}
SEVERITIES = ["urgent", "high", "low", "minor"]
WORKING = {"triaged": "qualified", "waiting": "qualified", "around": "workaround", "fixing": "in-fix"}
SPANS = ["15min", "30min", "45min", "1h", "90min", "2h", "4h", "8h", "11h"]
BUSINESS_DAYS = ["1bd", "2bd", "3bd"]


@dataclass
class Draft:
    """A policy in the making."""

    choices: Choices
    document: dict
    cited: int = 0
    moves: list = field(default_factory=list)

    def clause(self) -> list[str]:
        self.cited += 1
        self.document["clauses"][f"C-{self.cited}"] = {"says": f"clause {self.cited}"}
        return [f"C-{self.cited}"]

    def grounded(self, entry: dict) -> dict:
        entry["clauses"] = self.clause()
        return entry

    def move(self, name: str, on: str, to: str, **more) -> None:
        more = {key.rstrip("_"): value for key, value in more.items()}
        self.document["transitions"].append(self.grounded({"id": name, "on": on, **more, "to": to}))


def make_policy(choices: Choices) -> dict:
    """A valid policy, as the plain document that YAML would give."""
    draft = Draft(choices, _head(choices))
    _vocabulary(draft)
    make_changes(draft)
    _lifecycle(draft)
    _channels(draft)
    _tables(draft)
    _commitments(draft)
    _rules(draft)
    _timers(draft)
    _excuses(draft)
    _objectives(draft)
    make_tariff(draft)
    make_credits(draft)
    make_additions(draft)
    return json.loads(json.dumps(_tidied(draft.document)))


def _head(choices: Choices) -> dict:
    return {
        "upheld": 1,
        "policy": "random",
        "version": "1.0.0",
        "zone": choices.pick(["Europe/Paris", "Etc/UTC", "America/St_Johns", "Pacific/Auckland"]),
        "vendor": {"name": "Random"},
        "sources": {"contract": {"title": "Contract"}},
        "clauses": {},
        "facts": {},
        "parameters": {},
        "conditions": {},
        "contracts": {},
        "calendars": {},
        "recurrences": {},
        "roles": {"customer": {}, "agent": {}},
        "severities": [],
        "channels": {},
        "states": {},
        "events": {},
        "transitions": [],
        "rules": [],
        "commitments": [],
        "excuses": [],
        "objectives": [],
        "availability": [],
        "timers": [],
        "accounts": {},
        "charges": [],
        "remedies": [],
        "escalation": {},
    }


def _tidied(document: dict) -> dict:
    return {key: value for key, value in document.items() if value not in ({}, [])}


def _vocabulary(draft: Draft) -> None:
    """Calendars, severities, facts, contracts and the events that only change facts."""
    choices, document = draft.choices, draft.document
    nights = [choices.pick(["shifts", "watch"])] if choices.chance(25) else []
    for name in dict.fromkeys([*nights, *choices.some(list(CALENDARS), 1, 3)]):
        document["calendars"][name] = draft.grounded(dict(CALENDARS[name]))
    for name in SEVERITIES[: choices.integer(2, 4)]:
        document["severities"].append(draft.grounded({"id": name}))
    document["facts"] = {
        "kind": {"one-of": ["bug", "question", "wish"]},
        "known": {"boolean": True, "default": False},
    }
    if choices.chance(25):
        document["facts"]["kind"]["immutable"] = True
    document["contracts"]["gold"] = draft.grounded({})
    document["conditions"] = {
        "is-bug": {"kind": "bug"},
        "pressing": {"any": [{"severity": {"above": "low"}}, {"all": ["is-bug", {"known": True}]}]},
    }
    if len(document["severities"]) < 3:
        document["conditions"]["pressing"] = {"any": [{"severity": {"at-least": "urgent"}}, "is-bug"]}
    events = document["events"]
    if choices.chance(30):
        document["facts"]["tags"] = {"one-of": ["red", "blue", "green"], "many": True}
        events["tag"] = {"by": "agent", "data": {"tag": {"one-of": ["red", "blue", "green"], "required": True}}}
        events["tag"]["sets"] = {"tags": {"add": "event.tag"}}
    if choices.chance(30):
        events["forget"] = {"by": "agent", "sets": {"severity": None} if choices.chance(40) else {"known": False}}
    if choices.chance(25):
        document["roles"]["partner"] = {"side": "customer", "channel": "none"}
        events["ping"] = {"by": ["partner", "customer"], "channel": "none", "ticket": "not-needed"}
        events["ping"]["effects"] = [draft.grounded({"kind": "notify", "to": "agent"})]
    if choices.chance(25):
        events["escalate"] = {"by": "agent", "data": {"to": {"integer": True, "at-least": 1, "at-most": 4}}}
        document["escalation"] = draft.grounded({"levels": ["first", "second", "third"], "on": "escalate"})
        if choices.chance(50):
            document["escalation"]["to"] = {"ref": "event.to"}
    submit = {"severity": {}, "kind": {}, "urgent": {"boolean": True, "default": False}}
    if choices.chance(30):
        submit["severity"] = {"required": True}
    if choices.chance(30):
        submit["kind"] = {"required": True}
    events["submit"] = {"by": ["customer", "agent"], "data": submit, "sets": {"severity": "event.severity"}}
    events["submit"]["sets"]["kind"] = "event.kind"
    if choices.chance(40):
        events["submit"]["sets"]["queue"] = [
            draft.grounded({"when": {"event.urgent": True}, "is": "hot"}),
            draft.grounded({"is": "cold"}),
        ]
    events["set-severity"] = {
        "by": ["agent", "customer"],
        "data": {"severity": {"required": True}},
        "sets": {"severity": "event.severity"},
    }
    events["mark"] = {
        "by": "agent",
        "data": {"kind": {"required": True}},
        "sets": {"kind": "event.kind", "known": {"ref": "event.known"}}
        if choices.chance(30)
        else {"kind": "event.kind"},
    }
    if isinstance(events["mark"]["sets"].get("known"), dict):
        events["mark"]["data"]["known"] = {}
    else:
        events["know"] = {"by": "agent", "sets": {"known": [{"when": {"kind": {"set": True}}, "is": True}]}}
        events["know"]["sets"]["known"] = [draft.grounded(each) for each in events["know"]["sets"]["known"]]
    events["comment"] = {"by": ["customer", "agent"]}
    if choices.chance(30):
        events["comment"]["in-final-states"] = "accepted"
        events["comment"]["effects"] = [
            draft.grounded({"kind": "notify", "to": "agent", "when": {"actor": "customer"}}),
        ]


def _lifecycle(draft: Draft) -> None:
    """States that refine the core ones, each to be reached and left."""
    choices, document = draft.choices, draft.document
    working = choices.some(list(WORKING), 1, 3)
    states = document["states"]
    states["new"] = {"core": "open"}
    for name in working:
        states[name] = {"core": WORKING[name]}
        if name == "waiting":
            states[name]["waits-for"] = "customer"
    states["resolved"] = {"core": "resolved"}
    closing = choices.chance(75)
    if closing:
        states["closed"] = {"core": "closed"}
    else:
        states["resolved"]["final"] = True
    _opening(draft, working)
    _working(draft, working)
    leaving = ["new", *working]
    skipped = choices.chance(25) and len(working) > 1 and _left_early(document)
    draft_from = [name for name in leaving if not (skipped and name == "new")]
    draft.move("resolve", "resolve", "resolved", from_=draft_from)
    document["events"]["resolve"] = {"by": "agent"}
    if closing:
        document["events"]["close"] = {"by": ["customer", "agent"]}
        draft.move("close", "close", "closed", from_="resolved")
        if choices.chance(40):
            document["events"]["withdraw"] = {"by": "customer"}
            cores = sorted({states[name]["core"] for name in leaving})
            draft.move("withdraw", "withdraw", "closed", from_={"core": cores})
    _reopening(draft, working, closing)
    if choices.chance(30):
        document["events"]["touch"] = {"by": "agent"}
        draft.move("touch", "touch", "stay", from_=choices.some(leaving))


def _opening(draft: Draft, working: list[str]) -> None:
    if draft.choices.chance(25):
        draft.move("submit", "submit", "new", opens=True, when={"event.urgent": False})
        draft.move("submit-urgent", "submit", working[0], opens=True, when={"event.urgent": True})
    else:
        draft.move("submit", "submit", "new", opens=True)


def _left_early(document: dict) -> bool:
    return any(each.get("from") and "new" in each["from"] for each in document["transitions"])


def _working(draft: Draft, working: list[str]) -> None:
    """An event into each working state, perhaps one that chooses among two."""
    choices, document = draft.choices, draft.document
    reached = ["new"]
    for name in working:
        others = [state for state in ["new", *working] if state != name]
        origins = sorted({choices.pick(reached), *choices.some(others)}, key=others.index)
        document["events"][f"to-{name}"] = {"by": "agent"}
        if name == "waiting":
            document["events"][f"to-{name}"]["by"] = ["agent", "customer"]
        draft.move(f"to-{name}", f"to-{name}", name, from_=origins)
        reached.append(name)
    if len(working) > 1 and choices.chance(35):
        one, other = working[:2]
        condition = choices.pick([{"kind": "bug"}, {"known": True}, {"severity": {"at-least": "high"}}])
        document["events"]["sort"] = {"by": "agent"}
        draft.move("sort-one", "sort", one, from_="new", when=condition)
        draft.move("sort-other", "sort", other, from_="new", when={"none": [condition]})


def _reopening(draft: Draft, working: list[str], closing: bool) -> None:
    choices, document = draft.choices, draft.document
    if not choices.chance(80):
        return
    targets = ["new", *(name for name in working if WORKING[name] in ("qualified", "in-fix"))]
    origins = ["resolved", "closed"] if closing and choices.chance(50) else ["resolved"]
    document["events"]["reopen"] = {"by": ["customer", "agent"]}
    draft.move("reopen", "reopen", choices.pick(targets), from_=origins)


def _channels(draft: Draft) -> None:
    choices, document = draft.choices, draft.document
    document["channels"]["portal"] = draft.grounded({"accepts": "all"})
    if choices.chance(60):
        calendar = choices.pick(list(document["calendars"]))
        document["channels"]["phone"] = draft.grounded({"accepts": "all", "during": calendar})
    if choices.chance(40):
        document["channels"]["email"] = draft.grounded(
            choices.pick([{"accepts": "all", "when": {"contract": "gold"}}, {"accepts": "all", "except": ["submit"]}])
        )


def _tables(draft: Draft) -> None:
    """Dated targets by severity, which a gold contract may override, and recurring days."""
    choices, document = draft.choices, draft.document
    names = [each["id"] for each in document["severities"]]
    rows = [{"from": "2020-01-01", **_row(choices, names, SPANS)}]
    if choices.chance(40):
        later = {"from": choices.pick(["2024-03-31", "2024-10-28"]), **_row(choices, names, SPANS)}
        rows.append(draft.grounded(later) if choices.chance(50) else later)
    document["parameters"]["hours"] = draft.grounded({"by": "severity", "values": rows})
    days = {"by": "severity", "values": [{"from": "2020-01-01", **_row(choices, names, BUSINESS_DAYS)}]}
    if choices.chance(30):
        days["values"][0][names[-1]] = "next-release"
    for row in [*rows, *days["values"]] if choices.chance(25) else []:
        row[names[-1]] = "best-effort"
    document["parameters"]["days"] = draft.grounded(days)
    overridden = ["hours"] if choices.chance(60) else []
    if choices.chance(50):
        second, plans = choices.pick([("contract.gold.plan", ["plus", "max"]), ("kind", ["bug", "question", "wish"])])
        document["contracts"]["gold"].setdefault("attributes", {})["plan"] = {"one-of": ["plus", "max"]}
        table = {"from": "2020-01-01", **{plan: _row(choices, names, SPANS) for plan in plans}}
        document["parameters"]["plans"] = draft.grounded({"by": ["severity", second], "values": [table]})
        overridden += ["plans"] if choices.chance(60) else []
    if overridden:
        document["contracts"]["gold"]["parameters"] = overridden
    for name in choices.some(list(RECURRENCES), 1, 2):
        calendar = choices.pick(list(document["calendars"]))
        document["recurrences"][name] = draft.grounded({**RECURRENCES[name], "calendar": calendar})


def _row(choices: Choices, names: list[str], values: list[str]) -> dict:
    found = sorted(choices.integer(0, len(values) - 1) for _ in names)
    return {name: values[index] for name, index in zip(names, found)}


def _commitments(draft: Draft) -> None:
    choices, document = draft.choices, draft.document
    events, states = document["events"], document["states"]
    events["hold"] = {"by": "agent", "data": {"reason": {"one-of": ["third", "own"], "required": True}}}
    events["resume"] = {"by": "agent"}
    events["plan"] = {"by": "agent", "in-final-states": "accepted", "data": {"date": {"date": True}}}
    events["call"] = {"by": "customer"}
    add_dates(draft)
    working = [name for name, each in states.items() if each["core"] not in ("resolved", "closed", "auto-closed")]
    for number in range(choices.integer(1, 5)):
        entry: dict = {"id": f"promise-{number + 1}"}
        if choices.chance(15):
            entry["duty"] = True
        entry["cycles"] = choices.pick(["one", "ignore-while-running", "many"])
        if choices.chance(40):
            entry["when"] = choices.pick(
                [
                    {"kind": ["bug", "question"]},
                    {"contract": "gold"},
                    {"severity": {"not": "urgent"}},
                    {"known": {"not": True}},
                    "pressing",
                    {"none": ["is-bug"]},
                    {"channel": "portal"},
                ]
            )
        entry["start"] = _start(draft, working)
        entry["stop"] = _stop(draft, entry["start"])
        if isinstance(entry["start"], dict) and "enters" in entry["start"] and choices.chance(25):
            entry["stop"] = [{"enters": entry["start"]["enters"]}, {"on": "plan"}]
        if choices.chance(65):
            entry["pause"] = _pause(draft, working)
        if choices.chance(25):
            entry["cancel"] = choices.pick([{"on": "comment", "when": {"actor": "agent"}}, {"on": "mark"}])
            if working[1:] and choices.chance(40):
                entry["cancel"] = {"enters": [working[-1]]}
        _target(draft, entry)
        vary(draft, entry)
        entry["on-reopen"] = choices.pick(["resume", "resume", "new-cycle", "ignore"])
        if choices.chance(20):
            entry["warn-at"] = ["50%", "80%"]
        _cite_triggers(draft, entry)
        document["commitments"].append(draft.grounded(entry))


def _cite_triggers(draft: Draft, entry: dict) -> None:
    """Now and then a trigger rests on a clause of its own."""
    for key in ("start", "stop", "cancel"):
        for trigger in entry.get(key, []) if isinstance(entry.get(key), list) else [entry.get(key)]:
            if trigger and draft.choices.chance(25):
                draft.grounded(trigger)


def _start(draft: Draft, working: list[str]):
    choices = draft.choices
    opening: dict = {"on": "submit"}
    if choices.chance(15):
        opening["when"] = choices.pick([{"event.urgent": False}, {"channel": "portal"}])
    if choices.chance(55):
        return opening
    other = choices.pick(
        [
            {"on": "call"},
            {"on": ["mark", "call"]},
            {"on": "set-severity", "when": {"severity": {"below": {"ref": "before.severity"}}}},
            {"enters": [choices.pick(working)]},
            {"leaves": ["new"]},
            {"enters": "resolved"},
            {"on": "comment", "when": {"actor": "customer", "record.channel": {"not": "portal"}}},
            {"on": "call", "when": {"opening": {choices.pick(list(draft.document["calendars"])): "open"}}},
            {"on": ["call", "mark"], "when": {"none": [{"kind": {"set": False}}, {"before.kind": {"ref": "kind"}}]}},
            {"enters": [choices.pick(working)], "when": "pressing"},
        ]
    )
    return [opening, other] if choices.chance(40) else other


def _stop(draft: Draft, start):
    choices, document = draft.choices, draft.document
    possible: list = [{"on": "plan"}, {"on": "plan"}, {"on": ["plan", "comment"], "when": {"actor": "agent"}}]
    if start != {"enters": "resolved"}:
        possible += [{"enters": ["resolved"]}, {"enters": ["resolved"]}, [{"on": "plan"}, {"enters": "resolved"}]]
    if choices.chance(12):
        return {"on": "plan", "at": {"ref": "event.date"}}
    if choices.chance(8) and "touch" in document["events"]:
        return [{"on": "touch"}, {"on": "plan"}]
    return choices.pick(possible)


def _pause(draft: Draft, working: list[str]):
    choices = draft.choices
    state = {"in": [choices.pick(working[1:] or working)]}
    event = {"from": {"on": "hold"}, "until": {"on": "resume"}}
    if choices.chance(40):
        event["from"]["when"] = {"event.reason": "third"}
    if choices.chance(20):
        event["until"] = [{"on": "resume"}, {"on": "comment", "when": {"actor": "customer"}}]
    if choices.chance(12):
        return {"from": {"leaves": ["new"]}, "until": [{"on": "resume"}, {"enters": [choices.pick(working)]}]}
    both = choices.pick([[state], [event], [state, event]])
    return [draft.grounded(each) for each in both] if choices.chance(60) else both


def _target(draft: Draft, entry: dict) -> None:
    choices, document = draft.choices, draft.document
    calendars = list(document["calendars"])
    entry["calendar"] = choices.pick([*calendars, *calendars, "always"])
    if entry["calendar"] == "always":
        entry["within"] = choices.pick([{"parameter": "hours"}, "1d", "36h", "90min", *[choices.pick(MONTHS)] * 3])
        return
    entry["business-day"] = choices.pick(["opening-time", "dates", "same-time"])
    if entry["business-day"] == "opening-time" and entry["calendar"] in UNEVEN:
        entry["business-day"] = choices.pick(["dates", "same-time"])
    halves = ["0.5bd", "1.5bd"] if entry["business-day"] == "opening-time" else []
    simple: list = [
        *choices.some(SPANS, 2, 2),
        *choices.some(BUSINESS_DAYS + halves, 2, 2),
        {"parameter": "hours"},
        {"parameter": "hours"},
        {"parameter": "days"},
        "next-opening + 1h",
        {"closing-of": "same-day"},
        {"next": choices.pick(list(document["recurrences"]))},
        "next-release",
    ]
    if "plans" in document["parameters"]:
        simple += [{"parameter": "plans"}] * 3
    if choices.chance(16):
        simple += [choices.pick(MONTHS)] * 4
    if choices.chance(10):
        simple = [{"next": choices.pick(list(document["recurrences"])), "after": "date"}]
    if not choices.chance(30):
        entry["within"] = choices.pick(simple)
        return
    condition = choices.pick(
        [
            {"severity": "urgent", "opening-left": {entry["calendar"]: {"at-most": "30min"}}},
            {"opening": {entry["calendar"]: "closed"}},
            {"day": {entry["calendar"]: ["fri", "sat", "sun"]}},
            {"severity": {"at-least": "high"}},
            {"contract": "gold"},
            {"known": False},
        ]
    )
    cases = [{"when": condition, "is": choices.pick(simple)}, {"is": choices.pick(simple)}]
    entry["within"] = [draft.grounded(case) for case in cases]


def _rules(draft: Draft) -> None:
    choices, document = draft.choices, draft.document
    calendar = choices.pick(list(document["calendars"]))
    possible: list[dict] = [
        {
            "id": "lower-only",
            "on": "set-severity",
            "when": {"actor": "agent"},
            "require": {"event.severity": {"below": {"ref": "severity"}}},
        },
        {"id": "gold-first", "on": "submit", "require": {"contract": "gold"}},
        {"id": "in-hours", "on": ["resolve", "comment"], "require": {"opening": {calendar: "open"}}},
        {"id": "not-known", "on": "mark", "when": {"known": True}, "require": {"event.kind": {"ref": "kind"}}},
        {
            "id": "complete",
            "on": "resolve",
            "requires": [
                draft.grounded({"is": {"kind": {"set": True}}}),
                draft.grounded({"when": {"kind": "bug"}, "is": {"severity": {"set": True}}}),
            ],
        },
        {"id": "pressing-only", "on": ["call", "hold"], "when": {"none": ["pressing"]}, "require": {"known": True}},
        {"id": "few-flags", "on": ["mark", "call"], "require": {"flagged": {"count": {"at-most": 1}}}},
        {"id": "work-only", "on": "any", "except": ["submit", "resolve"], "when": {"core": "resolved"}},
    ]
    for rule in choices.some(possible, 0, 3):
        always = "require" not in rule and "requires" not in rule
        if always:
            rule[choices.pick(["flag", "flag", "refuse"])] = "always"
            if rule.get("refuse"):
                rule |= {"on": ["hold", "mark"]}
                rule.pop("except")
        else:
            rule["otherwise"] = choices.pick(["flag", "refuse"])
        document["rules"].append(draft.grounded(rule))
    if choices.chance(30):
        size = choices.pick([0, 1, {"above": 0}, {"between": [1, 2]}, {"not": 0}])
        signed = {
            "id": "signed",
            "on": ["mark", "comment"],
            "require": {"contract": {"count": size}},
            "otherwise": "flag",
        }
        document["rules"].append(draft.grounded(signed))
    flagging = [
        each["id"] for each in document["rules"] if "flag" in (each.get("flag") and "flag", each.get("otherwise"))
    ]
    if flagging and choices.chance(40):
        again = {"id": "once-flagged", "on": "call", "when": {"flagged": flagging[0]}, "refuse": "always"}
        document["rules"].append(draft.grounded(again))


def _timers(draft: Draft) -> None:
    choices, document = draft.choices, draft.document
    calendar = choices.pick([*document["calendars"], "always"])
    states = document["states"]
    after = choices.pick(
        [{"after": "4h"}, {"after": "2bd"}, {"after": "90min"}, {"after": choices.pick(["2h", "1mo"])}]
    )
    if after["after"].endswith("bd"):
        if calendar == "always":
            after = {"after": "1d"}
        else:
            after["business-day"] = choices.pick(["dates", "same-time"])
    reset = {"reset": {"on": "comment", "when": {"actor": "customer"}}} if choices.chance(60) else {}
    if choices.chance(50):
        states["auto"] = {"core": "auto-closed"}
        timer = {"id": "auto-close", "in": "resolved", **after, "calendar": calendar, **reset, "to": "auto"}
        document["timers"].append(draft.grounded(timer))
        if "reopen" in document["events"] and choices.chance(50):
            reopen = next(each for each in document["transitions"] if each["id"] == "reopen")
            reopen["from"] = [*reopen["from"], "auto"]
    if "waiting" in states and choices.chance(40):
        timer = {"id": "give-up", "in": "waiting", **after, "calendar": calendar, **reset, "to": "resolved"}
        document["timers"].append(draft.grounded(timer))
    _changing_timers(draft, calendar, reset)
    if choices.chance(30):
        effect = draft.grounded({"kind": "notify", "to": "customer"})
        among = [name for name in states if states[name]["core"] not in ("closed", "auto-closed")]
        timer = {"id": "remind", "in": choices.some(among, 1, 2), "after": "2h", "calendar": calendar, **reset}
        document["timers"].append(draft.grounded({**timer, "effects": [effect]}))


def _changing_timers(draft: Draft, calendar: str, reset: dict) -> None:
    """Timers that set facts, climb, or fire at once."""
    choices, document = draft.choices, draft.document
    states = document["states"]
    among = [name for name in states if states[name]["core"] not in ("closed", "auto-closed")]
    delay = choices.pick(
        [{"after": "0min"}, {"after": "1h", "calendar": calendar}, {"after": "3h", "calendar": calendar}]
    )
    last = document["severities"][-1]["id"]
    sets = choices.pick(
        [
            {"severity": document["severities"][0]["id"]},
            {"known": True, "severity": [draft.grounded({"when": {"known": False}, "is": last})]},
            {"queue": "warm"},
            {"kind": "wish", "queue": "warm"},
            {"severity": None},
        ]
    )
    if choices.chance(35):
        timer = {"id": "change", "in": choices.some(among, 1, 2), **delay, **choices.pick([reset, {}]), "sets": sets}
        document["timers"].append(draft.grounded(timer))
    if document["escalation"] and choices.chance(60):
        level = choices.pick(["second", "third", 1, 2])
        timer = {"id": "climb", "in": choices.some(among, 1, 2), "after": "45min", "calendar": calendar}
        document["timers"].append(draft.grounded({**timer, "escalate": level}))
    if choices.chance(20):
        states["queued"] = {"core": "qualified"}
        states["picked"] = {"core": "in-fix"}
        for name, origin, to in (("pick", "queued", "picked"), ("enqueue", "new", "queued")):
            timer = {"id": name, "in": origin, "after": "0min", "to": to}
            if choices.chance(50):
                timer["sets"] = sets
            document["timers"].append(draft.grounded(timer))
        for each in document["transitions"]:
            if each["id"] == "resolve":
                each["from"] = [*each["from"], "picked"]


def _excuses(draft: Draft) -> None:
    choices, document = draft.choices, draft.document
    if not choices.chance(80):
        return
    document["events"]["excuse"] = {
        "by": "agent",
        "in-final-states": "accepted",
        "data": {"from": {"instant": True, "required": True}, "until": {"instant": True, "required": True}},
    }
    of = choices.some([each["id"] for each in document["commitments"]])
    excuse = {"on": "excuse", "of": of, "from": {"ref": "event.from"}, "until": {"ref": "event.until"}}
    document["excuses"].append(draft.grounded(excuse))


def _objectives(draft: Draft) -> None:
    choices, document = draft.choices, draft.document
    for number in range(choices.integer(0, 2)):
        of = choices.pick([each["id"] for each in document["commitments"]])
        entry = {"id": f"objective-{number + 1}", "of": of, "within": choices.pick(SPANS)}
        if choices.chance(60):
            entry["share"] = choices.pick(["50%", "90%", "100%"])
        if choices.chance(30):
            entry["when"] = choices.pick([{"kind": "bug"}, {"severity": {"not": "urgent"}}, {"state": "resolved"}])
        if choices.chance(25):
            del entry["within"]
        if choices.chance(25):
            entry["per"] = choices.pick(["quarter", "year"])
        document["objectives"].append(draft.grounded(entry))
