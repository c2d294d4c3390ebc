"""What a commitment promises: its `when`, the condition of a start, target and calendar, judged at once.

Names of time are read as at the instant from which the clock counts, what one event told as
the event that began it told it, all others as they are: those the clock follows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from reference.conditions import View, items, names_read
from reference.due import Due, agreed, due_of
from reference.opening import Opening, opening_of

TIMES = ("opening", "opening-left", "day", "contract", "parameter", "release")
TOLD = ("event", "before", "record", "actor", "actor-id")


@dataclass
class Promise:
    """What was promised, when it was judged."""

    target: object
    due: Due
    calendar: Opening
    clauses: list
    severity: str | None
    names: int = 0
    """How many names chose the column of a table."""
    case: dict = field(default_factory=dict)


class Promises:
    """What one commitment promises."""

    def __init__(self, policy: dict, contracts: dict, document: dict) -> None:
        self.policy, self.contracts, self.document = policy, contracts, document
        self.names = self._names()
        self.facts = {"severity", "queue", *policy.get("facts", {})}
        cases = [*self._cases(), *_cases_of(document["calendar"])]
        asked = set().union(*(_asked_whether_set(case.get("when"), policy) for case in cases))
        self.waits = sorted(name for name in self.names if name in self.facts and name not in asked)
        """The facts without which nothing is judged: not those of which a case asks whether they are set."""

    def follows(self, triggers: list[dict]) -> set[str]:
        """The facts that a clock follows which these starts began: of several, any will do."""
        asked = set().union(*(names_read(each.get("when"), self.policy) for each in triggers))
        asked = asked if all("when" in each for each in triggers) else set()
        return {name for name in self.names | asked if name in self.facts}

    def corrected(self) -> set[str]:
        """The facts that some event corrects."""
        return {name for event in self.policy["events"].values() for name in event.get("corrects", [])}

    def start_holds(self, trigger: dict, now: View, told: View) -> bool:
        """The condition of a start: facts as they are, all else as it was at its event."""
        return replace(told, facts=now.facts).holds(trigger.get("when"))

    def judge(self, now: View, told: View, from_s: int, conditions: list) -> Promise | None:
        """What is promised to a clock that another event began and that counts from an instant, if it applies."""
        own = ("data", "before", "actor", "actor_id", "record_channel", "record_customer")
        view = replace(now, at_s=from_s, **{name: getattr(told, name) for name in own})
        case = _first_holding(self._cases(), view)
        found = self._calendar(self.document["calendar"], view)
        if not all(view.holds(each) for each in conditions) or case is None or found is None:
            return None
        name, clauses = found
        calendar = opening_of(self.policy, name)
        target, why = self._target(case, view)
        if target is None:
            return None
        clauses = [*clauses, *self._calendar_clauses(name), *why]
        if isinstance(target, dict) and "at" in target:
            due = agreed(calendar, view.value(target["at"]["ref"]))
        else:
            due = due_of(self.policy, self.contracts, target, view.at_s, name, self.document.get("business-day"))
        names = self._choosing(case["is"]) if isinstance(case["is"], dict) and "parameter" in case["is"] else []
        return Promise(target, due, calendar, clauses, view.value("severity"), len(names), case)

    # What it reads.

    def _names(self) -> set[str]:
        """Every name read by `when`, `within` and `calendar`."""
        names = names_read(self.document.get("when"), self.policy)
        for case in self._cases():
            names |= names_read(case.get("when"), self.policy)
            target = case["is"] if isinstance(case["is"], dict) else {}
            if "parameter" in target:
                names |= set(self._choosing(target))
            if "at" in target:
                names.add(target["at"]["ref"])
        for case in _cases_of(self.document["calendar"]):
            names |= names_read(case.get("when"), self.policy)
            names |= {case["is"]["ref"]} if isinstance(case["is"], dict) else set()
        return names

    def _cases(self) -> list[dict]:
        return _cases_of(self.document["within"])

    def _choosing(self, target: dict) -> list[str]:
        """The names that choose a column of its table."""
        names = items(self.policy["parameters"][target["parameter"]].get("by", []))
        return [target["by"]["ref"], *names[1:]] if "by" in target else names

    # What it says.

    def _calendar(self, asked: object, view: View) -> tuple[str, list] | None:
        """The calendar that counts, with the clauses of its case."""
        case = _first_holding(_cases_of(asked), view)
        if case is None:
            return None
        name = view.value(case["is"]["ref"]) if isinstance(case["is"], dict) else case["is"]
        return None if name is None else (name, case.get("clauses", []))

    def _target(self, case: dict, view: View) -> tuple[object, list]:
        """The target of a case, with the clauses of what it was found in."""
        target, clauses = case["is"], list(case.get("clauses", []))
        if isinstance(target, dict) and "at" in target:
            return (target if view.value(target["at"]["ref"]) is not None else None), clauses
        if isinstance(target, dict) and "parameter" in target:
            clauses += self.policy["parameters"][target["parameter"]].get("clauses", [])
            choosing = self._choosing(target)
            target, row = view.parameter(target["parameter"], next(iter(choosing), None))
            clauses += row.get("clauses", []) if target is not None else []
            scale = {each["id"]: each.get("clauses", []) for each in self.policy["severities"]}
            clauses += scale.get(view.value("severity"), []) if choosing[:1] == ["severity"] else []
        if isinstance(target, dict) and "next" in target:
            recurrence = self.policy["recurrences"][target["next"]]
            clauses += [*recurrence.get("clauses", []), *self._calendar_clauses(recurrence["calendar"])]
        return target, clauses

    def _calendar_clauses(self, name: str) -> list[str]:
        return self.policy.get("calendars", {}).get(name, {}).get("clauses", [])


def _cases_of(value: object) -> list[dict]:
    return value if isinstance(value, list) else [{"is": value}]


def _asked_whether_set(condition: object, policy: dict) -> set[str]:
    """The names of which a condition asks whether they hold anything."""
    if isinstance(condition, str):
        return _asked_whether_set(policy["conditions"][condition], policy)
    if isinstance(condition, list):
        return set().union(*(_asked_whether_set(each, policy) for each in condition))
    found: set[str] = set()
    for name, wanted in (condition or {}).items():
        if name in ("all", "any", "none"):
            found |= _asked_whether_set(items(wanted), policy)
        elif isinstance(wanted, dict) and "set" in wanted:
            found.add(name)
    return found


def _first_holding(cases: list[dict], view: View) -> dict | None:
    return next((case for case in cases if view.holds(case.get("when"))), None)
