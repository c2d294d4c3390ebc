"""Engine and reference side by side, example by example.

    PYTHONPATH=tests .venv/bin/python -m reference.agreement --examples 200000 --seed 11

compares on so many, in one process: it tells how far it is and where they differ, and prints in the end what the
examples cover and the digest of all verdicts, which is that of `--examples` and `--seed` in the tests. `--first`
begins with another than the first: the digests of parts, added, are that of the whole.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from reference.differential import PER_POLICY, Coverage, Digest, Example, example, policy_of, unlike_outcomes
from reference.interpreter import interpret
from upheld.core.policy.policy import Policy
from upheld.loader.contracts import contracts_from
from upheld.loading import examine
from upheld.replaying import replay

SEED = 11
"""The seed of the run whose digest stands in `README.md`, and of those of every day, which are its beginning."""
TELL_EVERY = 5_000


@dataclass
class Agreement:
    """What has been compared so far."""

    coverage: Coverage = field(default_factory=Coverage)
    digest: Digest = field(default_factory=Digest)

    def look(self, number: int, made: Example, policy: Policy) -> list[str]:
        """Compare on one example; where engine and reference differ."""
        outcome = interpret(made.policy, made.records, made.contracts, made.as_of)
        replayed = replay(policy, made.records, contracts_from(made.contracts, policy), made.as_of)
        self.coverage.see(made.policy, outcome)
        self.digest.see(number, outcome)
        return unlike_outcomes(outcome, replayed)


def made_examples(seed: int, first: int, end: int) -> Iterator[tuple[int, Example, Policy]]:
    """Examples by number, each with its policy loaded; one policy serves several of them."""
    for number in range(first, end):
        if number % PER_POLICY == 0 or number == first:
            document = policy_of(seed, number)
            policy = loaded(document)
        yield number, example(seed, number, document), policy


def loaded(document: dict) -> Policy:
    """The policy of a document that the checker takes; nothing is compared under another."""
    examined = examine(json.dumps(document).encode(), "policy.yaml")
    assert [] == [str(each) for each in examined.errors]
    assert examined.policy is not None
    return examined.policy


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="reference.agreement")
    parser.add_argument("--examples", type=int, default=2_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(arguments)
    agreement, unlike, end = Agreement(), 0, asked.first + asked.examples
    for number, made, policy in made_examples(asked.seed, asked.first, end):
        found = agreement.look(number, made, policy)
        if found:
            unlike += 1
            _tell(f"example {number} of seed {asked.seed} differs:", *found)
        if (number + 1) % TELL_EVERY == 0:
            _tell(f"{number + 1} compared, {unlike} differ, verdicts {agreement.digest}")
    missed = agreement.coverage.missed()
    _tell(*agreement.coverage.lines(), *(f"below its floor: {each}" for each in missed))
    differ = f"{unlike} differ" if unlike else "all agree"
    _tell(f"examples {asked.first} to {end - 1} of seed {asked.seed}: {differ}, verdicts {agreement.digest}")
    return 1 if missed or unlike else 0


def _tell(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
