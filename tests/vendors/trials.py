"""Trials: which scenarios of a vendor fail when its policy is a mutant.

Most mutants fall at the first scenario, if it is the right one. So the scenarios are run
once with every citation of the policy signed with its place: what each verdict then
cites says which items took part in it. Those scenarios are tried first, and before them
the one at which the item's last mutant fell, and those that expect something of the item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from vendors.mutation import Edits, Mutant, Original, named, plain, walk
from vendors.operators import mutants

from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Path
from upheld.loader.contracts import contracts_from
from upheld.replaying import replay, work_queue
from upheld.scenario.expectation import compare
from upheld.scenario.files import load_scenarios
from upheld.scenario.history import acceptances, contracts_document, records

Data = Mapping[str, Any]
VENDORS = ("entropics", "greenmash", "manao", "mapping", "proconcept")
SIGN = "@"
"""Between a clause and the place where it is cited."""


class Trials:
    """The scenarios of one policy: an installed vendor's, or one at a path.

    Attributes:
        original: The policy.
        scenarios: Its scenarios by their sentences.
        lenders: For each row of a verdict that comes in some scenario and each clause in it, the places that lend it:
            pairs of a clause and places.
    """

    def __init__(self, vendor: str) -> None:
        self.original = Original.of(vendor)
        _, _, documents = load_scenarios(vendor)
        self.scenarios: dict[str, Data] = {}
        for document in documents:
            self.scenarios |= {scenario["name"]: scenario for scenario in plain(document.items)}
        self.lenders: set[tuple[str, frozenset[Path]]] = set()
        self._expected = {name: str(each["expect"]) for name, each in self.scenarios.items()}
        self._seen: dict[Path, dict[str, None]] = {}
        self._last: dict[Path, str] = {}
        self._trace()

    def _trace(self) -> None:
        signed, places = signatures(self.original.tree)
        policy = self.original.policy(signed)
        for name, scenario in self.scenarios.items():
            replayed = told(policy, scenario)
            for row in rows([replayed["tickets"], replayed["queue"]]):
                lent: dict[str, set[Path]] = {}
                for citation in (*row.get("clauses", ()), *row.get("assumptions", ())):
                    place = places[citation]
                    lent.setdefault(citation.partition(SIGN)[0], set()).add(place)
                    for length in range(2, len(place) + 1):
                        self._seen.setdefault(place[:length], {})[name] = None
                if row.get("code") == "invalid-data":
                    for cited, lenders in lent.items():
                        lenders.update(self._behind(row["event"], cited))
                clauses = self.original.tree["clauses"]
                self.lenders |= {(cited, frozenset(lenders)) for cited, lenders in lent.items() if cited in clauses}

    def _behind(self, event: str, cited: str) -> Iterator[Path]:
        """Where bad data find a clause once their fields do not cite it: at the event, and then at its transitions."""
        tree = self.original.tree
        if cited in tree["events"][event].get("clauses", ()):
            yield ("events", event)
        for step, transition in enumerate(tree["transitions"]):
            on = transition["on"]
            if event in ([on] if isinstance(on, str) else on) and cited in transition.get("clauses", ()):
                yield ("transitions", step)

    def catcher(self, mutant: Mutant) -> str:
        """The sentence of a scenario that fails for a mutant, or ``""``."""
        policy = self.original.policy(mutant.edits)
        for name in self._order(mutant.at):
            if fails(policy, self.scenarios[name]):
                self._last[mutant.at[:2]] = name
                return name
        return ""

    def _order(self, at: Path) -> dict[str, None]:
        """All scenarios, the most promising first: where the part at ``at`` was seen, or what it is part of."""
        item = named(self.original.tree, at[:2]).partition("/")[2]
        last = {self._last[at[:2]]: None} if at[:2] in self._last else {}
        places = [at[:length] for length in range(len(at), 1, -1) if at[:length] in self._seen]
        seen = [name for place in places for name in self._seen[place]]
        meant = [name for name in seen if f"'{item}'" in self._expected[name]]
        return last | dict.fromkeys(meant) | dict.fromkeys(seen) | dict.fromkeys(self.scenarios)


@cache
def trials(vendor: str) -> Trials:
    """The trials of a vendor: tracing its scenarios takes a second, and is done once."""
    return Trials(vendor)


@cache
def every(vendor: str) -> tuple[Mutant, ...]:
    """Every mutant of a vendor's policy, in the same order on every run."""
    return mutants_of(trials(vendor))


def mutants_of(tried: Trials) -> tuple[Mutant, ...]:
    """Every mutant of the policy whose scenarios are tried."""
    return tuple(mutants(tried.original.tree, tried.lenders))


def signatures(tree: Data) -> tuple[Edits, dict[str, Path]]:
    """Edits that sign every citation with its place, and the places by what is cited then."""
    edits: dict[Path, Any] = {}
    places: dict[str, Path] = {}
    for path, value in walk(tree):
        if len(path) > 1 and path[-1] in ("clauses", "assumes") and isinstance(value, list):
            marked = [f"{cited}{SIGN}{'/'.join(map(str, path))}" for cited in value]
            edits[path] = marked
            places |= dict.fromkeys(marked, path[:-1])
    for section in ("clauses", "assumptions"):
        for citation in places:
            cited = citation.partition(SIGN)[0]
            if cited in tree.get(section, {}):
                edits[(section, citation)] = tree[section][cited]
    return edits, places


def told(policy: Policy, scenario: Data, *, accepting: bool = True) -> dict[str, Any]:
    """What comes of a scenario, with all that an expectation can be about.

    Args:
        accepting: Whether to tell what let each event pass, for which they are decided once more.
    """
    story, as_of = records(scenario), scenario.get("as-of")
    contracts = contracts_from(contracts_document(scenario), policy)
    replayed = replay(policy, story, contracts, as_of=as_of, audit=bool(scenario.get("audit")))
    accepted = acceptances(policy, story, contracts, as_of) if accepting else {}
    tickets = [{**each, "accepted": accepted.get(each["ticket"], [])} for each in replayed["tickets"]]
    queue = work_queue(policy, story, as_of, contracts) if "order" in scenario["expect"] else []
    return {**replayed, "tickets": tickets, "queue": queue}


def fails(policy: Policy, scenario: Data) -> bool:
    """Whether a scenario does not come as it expects."""
    expected = scenario["expect"]
    accepting = any("accepted" in value for _, value in walk(expected) if isinstance(value, dict))
    return bool(compare(expected, told(policy, scenario, accepting=accepting), policy).differences)


def rows(value: Any) -> Iterator[Data]:
    """Everything in a verdict that cites something."""
    for _, each in walk(value):
        if isinstance(each, dict) and ("clauses" in each or "assumptions" in each):
            yield each
