"""Names of a mapping: whether what it makes of words is there in the policy.

A mapping is written for one policy, and each state, event, role, channel and severity in it
has to be one of that policy's. A slip of the pen would otherwise show as thousands of
refusals, each right and none telling what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from upheld.core.condition.domain import Domain, Wrong
from upheld.core.finding import Finding, in_order
from upheld.core.lifecycle.plan import fact_domains
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Path
from upheld.document.catalogue import finding
from upheld.history.mapping.cell import Cell
from upheld.history.mapping.mapping import HistoryMapping, Outcome
from upheld.history.mapping.mapping_file import SYSTEM


def mapping_findings(mapping: HistoryMapping, policy: Policy) -> list[Finding]:
    """Every name that the policy does not have, in the order of their places."""
    return in_order(_Names(mapping, policy).findings())


def field_domains(policy: Policy, event: str = "") -> dict[str, Domain]:
    """What the fields of an event's data hold; without an event the facts, which observed states may set."""
    if not event:
        return fact_domains(policy)
    return {name: field.domain for name, field in policy.events[event].fields.items()}


class _Names:
    def __init__(self, mapping: HistoryMapping, policy: Policy) -> None:
        self._mapping = mapping
        self._policy = policy
        self._found: list[Finding] = []
        self._facts = field_domains(policy)
        self._all = {**self._facts}
        for event in policy.events:
            for name, domain in field_domains(policy, event).items():
                self._all.setdefault(name, domain)

    def findings(self) -> list[Finding]:
        mapping, channels = self._mapping, [*self._policy.channels]
        for case in mapping.roles:
            self._known("role", [*self._policy.roles, SYSTEM], case.path, case.role)
        self._check_words("channel", channels, mapping.channel)
        for name, cell in mapping.data.items():
            self._check_field(self._all, name, cell)
        for outcome in mapping.outcomes():
            self._check_outcome(outcome, channels)
        return self._found

    def _check_outcome(self, outcome: Outcome, channels: list[str]) -> None:
        sections: Mapping[str, Iterable[str]] = {"state": self._policy.states, "event": self._policy.events}
        section = sections.get(outcome.kind)
        if section is not None:
            if isinstance(outcome.name, Cell):
                self._check_words(outcome.kind, section, outcome.name)
            else:
                self._known(outcome.kind, section, (*outcome.path, outcome.kind), outcome.name)
        if outcome.kind == "event" and outcome.role == SYSTEM and SYSTEM not in self._policy.roles:
            message = "an event is by a role of the policy, and `system` is none"
            hint = f"add `role:`, one of {listed(self._policy.roles)}; or `skip: true`, where a timer does it by itself"
            self._report("UP810", (*outcome.path, "role"), message, hint)
        elif outcome.role:
            self._known("role", [*self._policy.roles, SYSTEM], (*outcome.path, "role"), outcome.role)
        if outcome.channel:
            self._known("channel", channels, (*outcome.path, "channel"), outcome.channel)
        fields = self._facts
        if outcome.kind == "event":
            is_known = isinstance(outcome.name, str) and outcome.name in self._policy.events
            fields = field_domains(self._policy, str(outcome.name)) if is_known else self._all
        for name, cell in outcome.data.items():
            self._check_field(fields, name, cell)

    def _check_words(self, what: str, section: Iterable[str], cell: Cell | None) -> None:
        if cell is None:
            return
        if cell.constant is not None:
            self._known(what, section, (*cell.path, "constant"), cell.constant)
        for word, meaning in cell.words.items():
            if meaning is not None:
                self._known(what, section, (*cell.path, "words", word), meaning)

    def _check_field(self, fields: Mapping[str, Domain], name: str, cell: Cell) -> None:
        if not self._known("field", fields, cell.path, name, key=True):
            return
        given = [((*cell.path, "words", word), meaning) for word, meaning in cell.words.items()]
        for path, value in [((*cell.path, "constant"), cell.constant), *given]:
            read = None if value is None else fields[name].read(value, name)
            if isinstance(read, Wrong):
                hint = read.hint or f"policy `{self._policy.id}` declares no value of it"
                self._report("UP209", path, read.message, hint)

    def _known(self, what: str, section: Iterable[str], path: Path, word: object, key: bool = False) -> bool:
        known = list(section)
        if word in known:
            return True
        near = nearest(str(word), known)
        there = f"policy `{self._policy.id}` has {listed(known)}" if known else f"the policy declares no {what}"
        self._report(
            "UP201", path, f"{what} {quoted(word)} is not declared", f"did you mean `{near}`?" if near else there, key
        )
        return False

    def _report(self, code: str, path: Path, message: str, hint: str, key: bool = False) -> None:
        self._found.append(finding(code, self._mapping.document.place(path, key=key), message, hint))
