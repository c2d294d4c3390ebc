"""Conditions: names, what they hold, and whether a condition holds. DESIGN section 5, "Conditions"."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reference.due import UNITS, parse_duration
from reference.opening import DAYS, opening_of

ORDERS = ("below", "at-most", "above", "at-least")


def items(value) -> list:
    return value if isinstance(value, list) else [value]


@dataclass
class View:
    """What the names hold at one moment of one ticket."""

    policy: dict
    contracts: dict
    at_s: int
    facts: dict = field(default_factory=dict)
    before: dict = field(default_factory=dict)
    state: str | None = None
    flagged: tuple = ()
    level: int | None = None
    customer: str | None = None
    data: dict = field(default_factory=dict)
    actor: str | None = None
    actor_id: str | None = None
    record_channel: str | None = None
    record_customer: str | None = None

    def at(self, at_s: int) -> View:
        """The same, with the names of time as at another instant."""
        return View(**{**self.__dict__, "at_s": at_s})

    def value(self, name: str):
        """What a name holds; None for nothing."""
        own = {
            "state": self.state,
            "core": self.policy["states"][self.state]["core"] if self.state else None,
            "flagged": set(self.flagged),
            "level": self.level,
            "actor": self.actor,
            "actor-id": self.actor_id,
            "record.channel": self.record_channel,
            "record.customer": self.record_customer,
        }
        if name in own:
            return own[name]
        if name == "contract":
            return {each["kind"] for each in self.active()}
        if name == "release.latest":
            return self.latest_release()
        head, _, rest = name.partition(".")
        if head == "before":
            return self.before.get(rest)
        if head == "event":
            return self.data.get(rest)
        if head == "contract":
            kind, _, attribute = rest.partition(".")
            found = [each[attribute] for each in self.active() if each["kind"] == kind and attribute in each]
            return set(found[0]) if found and isinstance(found[0], list) else found[0] if found else None
        if head == "parameter":
            return self.parameter(rest)[0]
        if head == "opening":
            return "open" if opening_of(self.policy, rest).is_open(self.at_s) else "closed"
        if head == "opening-left":
            return opening_of(self.policy, rest).left_today(self.at_s)
        if head == "day":
            return DAYS[opening_of(self.policy, rest).local(self.at_s).weekday()]
        return self.facts.get(name)

    def today(self) -> date:
        """The date in the policy's zone."""
        return datetime.fromtimestamp(self.at_s, ZoneInfo(self.policy["zone"])).date()

    def active(self) -> list[dict]:
        """The customer's contracts on this date, the last day included."""
        customer = self.contracts.get("customers", {}).get(self.customer, {})
        today = self.today().isoformat()
        return [
            each for each in customer.get("contracts", []) if each.get("from", "0") <= today <= each.get("until", "9")
        ]

    def latest_release(self) -> str | None:
        out = [each for each in self.contracts.get("releases", []) if each["date"] <= self.today().isoformat()]
        return max(out, key=lambda each: each["date"])["version"] if out else None

    def parameter(self, name: str, by: str | None = None) -> tuple:
        """A dated value on this date, the contract's own first; with the row it comes from, none for the contract's."""
        parameter = self.policy["parameters"][name]
        names = items(parameter.get("by", []))
        first = self.value(by or names[0]) if names else "is"
        path = [first] if len(names) < 2 else [self.value(names[1]), first]
        today = self.today().isoformat()
        rows = [row for row in parameter["values"] if row.get("from", "0") <= today <= row.get("until", "9")]
        row = rows[-1] if rows else {}
        for each in self.active():
            own = _inside(each.get("parameters", {}).get(name), path if names else [])
            if own is not None:
                return own, {}
        return _inside(row, path), row

    def holds(self, condition) -> bool:
        """Whether a condition holds; none is always."""
        if condition is None:
            return True
        if isinstance(condition, str):
            return self.holds(self.policy["conditions"][condition])
        if isinstance(condition, list):
            return all(self.holds(each) for each in condition)
        return all(self._entry(name, wanted) for name, wanted in condition.items())

    def _entry(self, name: str, wanted) -> bool:
        if name == "all":
            return all(self.holds(each) for each in items(wanted))
        if name == "any":
            return any(self.holds(each) for each in items(wanted))
        if name == "none":
            return not any(self.holds(each) for each in items(wanted))
        if name in ("opening", "opening-left", "day"):
            return all(self._compare(f"{name}.{calendar}", each) for calendar, each in wanted.items())
        return self._compare(name, wanted)

    def _compare(self, name: str, wanted) -> bool:
        held = self.value(name)
        if isinstance(wanted, list):
            return any(self._equal(held, self._meant(each)) for each in wanted)
        if not isinstance(wanted, dict) or "ref" in wanted:
            return self._equal(held, self._meant(wanted))
        return all(self._operator(name, held, operator, each) for operator, each in wanted.items())

    def _operator(self, name: str, held, operator: str, wanted) -> bool:
        if operator == "not":
            return not self._compare(name, wanted)
        if operator == "set":
            return (held is not None and held != set()) == wanted  # an empty set counts as unset
        if operator == "count":
            return self._sized(len(held) if held else 0, wanted)
        if operator == "between":
            return self._operator(name, held, "at-least", wanted[0]) and self._operator(
                name, held, "at-most", wanted[1]
            )
        one, other = self._rank(name, held), self._rank(name, self._meant(wanted))
        if one is None or other is None:
            return False
        return {
            "below": one < other,
            "at-most": one <= other,
            "above": one > other,
            "at-least": one >= other,
        }[operator]

    def _sized(self, many: int, wanted) -> bool:
        """Whether a set has as many values as asked."""
        if isinstance(wanted, list):
            return many in wanted
        if not isinstance(wanted, dict):
            return many == wanted
        return all(
            {
                "not": lambda n=number: not self._sized(many, n),
                "below": lambda n=number: many < n,
                "at-most": lambda n=number: many <= n,
                "above": lambda n=number: many > n,
                "at-least": lambda n=number: many >= n,
                "between": lambda n=number: n[0] <= many <= n[1],
            }[operator]()
            for operator, number in wanted.items()
        )

    def _meant(self, wanted):
        return self.value(wanted["ref"]) if isinstance(wanted, dict) else wanted

    @staticmethod
    def _equal(held, wanted) -> bool:
        if held is None or wanted is None:
            return False
        if isinstance(held, set):
            return wanted in held
        return type(held) is type(wanted) and held == wanted

    def _rank(self, name: str, value):
        """A value as a number that grows with what it says: a severity by its scale, a duration in seconds."""
        if value is None or isinstance(value, (int, set)):
            return value if isinstance(value, int) else None
        if name.startswith("opening-left."):
            amount, unit = parse_duration(value)
            return int(amount * UNITS[unit])
        scale = self.scale(name)
        if scale is not None:
            return -scale.index(value) if value in scale else None
        return value

    def scale(self, name: str) -> list[str] | None:
        """The values from the highest to the lowest, where they are ordered."""
        fact = name.split(".")[-1]
        if fact == "severity":
            return [each["id"] for each in self.policy.get("severities", [])]
        return list(self.policy.get("facts", {}).get(fact, {}).get("one-of", [])) or None


def _inside(table, path: list):
    """What stands in a table, which may hold tables, under some keys; nothing where one of them is missing."""
    for key in path:
        table = table.get(key) if isinstance(table, dict) else None
    return table


def names_read(condition, policy: dict) -> set[str]:
    """Every name that a condition reads."""
    if condition is None:
        return set()
    if isinstance(condition, str):
        return names_read(policy["conditions"][condition], policy)
    if isinstance(condition, list):
        return set().union(*(names_read(each, policy) for each in condition))
    found: set[str] = set()
    for name, wanted in condition.items():
        if name in ("all", "any", "none"):
            found |= set().union(*(names_read(each, policy) for each in items(wanted)))
        elif name in ("opening", "opening-left", "day"):
            found |= {f"{name}.{calendar}" for calendar in wanted}
        else:
            found |= {name} | references(wanted)
    return found


def references(wanted) -> set[str]:
    if isinstance(wanted, dict):
        if "ref" in wanted:
            return {wanted["ref"]}
        return set().union(*(references(each) for each in wanted.values()))
    return set().union(*(references(each) for each in wanted)) if isinstance(wanted, list) else set()
