"""Running: the scenarios beside a policy, each told to the engine and compared with what it expects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from upheld.core.finding import Place
from upheld.core.policy.policy import Policy
from upheld.document import Document
from upheld.loader.contracts import contracts_from
from upheld.plugins import asked_twice
from upheld.replaying import replay, work_queue
from upheld.scenario.difference import Data, Difference
from upheld.scenario.expectation import compare
from upheld.scenario.history import acceptances, contracts_document, records


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one scenario.

    Attributes:
        name: Its sentence.
        place: Where it stands.
        differences: Where it failed, each with its place; none when it passed.
        asserted: The items of the verdict that it asserts.
        because: The clauses that it names.
        tickets: The verdicts of its tickets, each with the events `accepted` and their reasons.
    """

    name: str
    place: Place
    differences: tuple[tuple[Place, Difference], ...]
    asserted: tuple[Data, ...] = field(repr=False)
    because: tuple[str, ...] = ()
    tickets: tuple[Data, ...] = field(default=(), repr=False)

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.differences


def run_scenarios(policy: Policy, documents: Iterable[Document]) -> tuple[Outcome, ...]:
    """Run every scenario of some files, which the checker has found to name nothing unknown.

    Raises: PluginError when a plugin's condition fails, or answers two ways to the same facts.
    """
    with asked_twice():
        return tuple(outcome for document in documents for outcome in _file(policy, document))


def _file(policy: Policy, document: Document) -> Iterator[Outcome]:
    for index, scenario in enumerate(document.items):
        assert isinstance(scenario, dict), "the schema asks for mappings"
        yield _run(policy, document, index, scenario)


def _run(policy: Policy, document: Document, index: int, scenario: Data) -> Outcome:
    story, as_of = records(scenario), scenario.get("as-of")
    contracts = contracts_from(contracts_document(scenario), policy)
    replayed = replay(policy, story, contracts, as_of=as_of, audit=bool(scenario.get("audit")))
    accepted = acceptances(policy, story, contracts, as_of)
    tickets = [{**verdict, "accepted": accepted.get(verdict["ticket"], [])} for verdict in replayed["tickets"]]
    queue = work_queue(policy, story, as_of, contracts) if "order" in scenario["expect"] else []
    replayed = {**replayed, "tickets": tickets, "queue": queue}
    found = compare(scenario["expect"], replayed, policy, goes_on=as_of is not None)
    placed = [(document.place((index, "expect", *each.path)), each) for each in found.differences]
    return Outcome(
        str(scenario["name"]),
        document.place((index, "name")),
        tuple(placed),
        tuple(found.asserted),
        tuple(dict.fromkeys(_named_clauses(scenario["expect"]))),
        tuple(tickets),
    )


def _named_clauses(expected: object) -> Iterator[str]:
    """Every clause that an expectation names under ``because``, at whatever depth."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            if key == "because":
                yield from value
            else:
                yield from _named_clauses(value)
    elif isinstance(expected, list):
        for value in expected:
            yield from _named_clauses(value)
