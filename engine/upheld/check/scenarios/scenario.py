"""A scenario: one scenario under the checker, with the names it may use and its findings so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from upheld.check.inspection import SINGULAR, Spot, spots_in
from upheld.core.condition.domain import Domain, Many, OneOf, Wrong
from upheld.core.finding import Finding
from upheld.core.nearest import MOST_SLIPS, listed, meant, quoted
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Path
from upheld.document import Document
from upheld.document.catalogue import finding
from upheld.document.tree import Data, sequence
from upheld.loader.vocabulary import Vocabulary

WORDS = {
    **SINGULAR,
    "queues": "queue",
    "levels": "escalation level",
    "moves": "transition or timer",
    "customers": "customer",
    "tickets": "ticket",
}
"""What one name of each section is called."""

OWN = {
    "customers": ("is not given", "add it under `contracts:` of `given:`, with `[]` when it has none"),
    "tickets": ("is in no event", "say `ticket:` in the events, or leave it out where there is only one"),
}
"""Names that the scenario itself brings: what is said of one that it does not, and what to do."""


def names_of(policy: Policy, vocabulary: Vocabulary) -> dict[str, Collection[str]]:
    """The names that a scenario may use, by section."""
    queue = vocabulary.facts["queue"]
    queues = queue.values if isinstance(queue, OneOf) else ()
    names: dict[str, Iterable[str]] = {
        "events": policy.events,
        "states": policy.states,
        "roles": policy.roles,
        "channels": policy.channels,
        "severities": (each.id for each in policy.severities),
        "queues": queues,
        "levels": vocabulary.levels,
        "facts": vocabulary.facts,
        "clauses": policy.clauses,
        "assumptions": policy.assumptions,
        "contracts": policy.contracts,
        "parameters": policy.parameters,
        "calendars": policy.calendars,
        "accounts": policy.accounts,
        "commitments": (each.id for each in policy.commitments),
        "objectives": (each.id for each in policy.objectives),
        "availability": (each.id for each in policy.availability),
        "remedies": (each.id for each in policy.remedies),
        "rules": (each.id for each in policy.rules),
        "charges": (each.id for each in policy.charges),
        "transitions": (each.id for each in policy.transitions),
        "timers": (each.id for each in policy.timers),
        "moves": (each.id for each in (*policy.transitions, *policy.timers)),
        "receivers": (*policy.roles, *vocabulary.levels, *queues),
    }
    return {section: dict.fromkeys(each) for section, each in names.items()}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario under the checker.

    Attributes:
        policy: The policy it is about.
        vocabulary: What the policy's facts may hold.
        names: The names it may use, by section; its own customers and tickets included.
        document: The file it stands in.
        index: Its number in that file, from 0.
        spec: The scenario.
        findings: What was found so far.
    """

    policy: Policy
    vocabulary: Vocabulary
    names: Mapping[str, Collection[str]]
    document: Document
    index: int
    spec: Data
    findings: list[Finding]

    def report(self, code: str, path: Path, message: str, hint: str = "", *, key: bool = False) -> None:
        """Record a finding about the value at ``path`` of the scenario, or about its key."""
        place = self.document.place((self.index, *path), key=key)
        self.findings.append(finding(code, place, message, hint, item=f"scenarios/{self.spec.get('name')}"))

    def refer(self, section: str, path: Path, word: object, *, key: bool = False) -> bool:
        """Whether the policy declares ``word`` in this section; if not, that is found."""
        known = self.names[section]
        if not isinstance(word, str) or word in known:
            return True
        what, own = WORDS[section], OWN.get(section)
        there_are = f"there are {listed(known)}" if known else f"the policy declares no {what}"
        is_not, otherwise = own or ("is not declared", there_are)
        self.report("UP801", path, f"{what} {quoted(word)} {is_not}", self.meant(word, known, otherwise), key=key)
        return False

    def meant(self, word: str, known: Iterable[str], otherwise: str) -> str:
        """The advice on a wrong word, as long as there are not too many of them."""
        return meant(word, known, otherwise) if len(self.findings) < MOST_SLIPS else otherwise

    def hold(self, domain: Domain, path: Path, value: object, name: str) -> None:
        """What ``name`` is said to hold must be something it can hold."""
        if isinstance(value, list) and not isinstance(domain, Many):
            self.report("UP209", path, f"`{name}` holds one value, not a list", "give one value")
            return
        for step, scalar in enumerate(sequence(value)):
            read = domain.read(scalar, name)
            if isinstance(read, Wrong):
                at = (*path, step) if isinstance(value, list) else path
                self.report("UP801" if read.kind == "unknown-value" else "UP209", at, read.message, read.hint)

    def spots(self, *pattern: str) -> Iterator[Spot]:
        """Every value that the pattern of keys leads to; ``*`` stands for any key, and lists are entered by themselves.

        With ``=`` at its end, every key of the mapping it leads to.
        """
        return spots_in(self.spec, pattern)
