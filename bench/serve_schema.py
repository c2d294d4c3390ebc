"""Ask the service whatever its OpenAPI document lets anybody ask, and see that it answers as the document says.

    python bench/serve_schema.py --cases 10000 --seed 1

Schemathesis makes the requests, right and wrong ones, each after others whose answers it uses, and at each step any
door may be asked for itself; the service runs in this process, over a desk in a file. Prints how many there were at
each door, and everything that is not as it should be. Parts with seeds of their own may run beside each other.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyStrategyDefinition
from hypothesis.stateful import rule
from schemathesis.generation import GenerationMode

from upheld import Desk
from upheld.serve import Settings, create_app
from upheld.serve.demo import demo_of

INSTANTS: Final = st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
LINES: Final = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=40)
MONTH: Final = demo_of("greenmash")
ACTORS: Final = (*MONTH.policy.roles, "customer:kim", "nobody")
SUBMIT: Final = "POST /v1/events"
KNOWN: Final = {
    "ticket": [MONTH.events[0].ticket, *(f"T-{each}" for each in range(1, 6))],
    "customer": sorted({each.customer for each in MONTH.events if each.customer}),
    "policy": [f"{MONTH.policy.id}@{MONTH.policy.version}", MONTH.policy.digest],
}
STEPS: Final = 25
"""Requests of one story."""
STORIES: Final = 20


def run(cases: int, folder: Path, stories: int = STORIES, first_seed: int = 1) -> tuple[Counter[str], list[str]]:
    """So many requests, by what was answered, and what is wrong. Raises: AssertionError for an unsound desk.

    Each story has a desk of its own, so that the same story gives the same answers.
    """
    counted, found = Counter[str](), list[str]()
    first, told, seeds = folder / "first.db", count(1), count(first_seed)
    with closing(_opened(first, policy=MONTH.policy, contracts=MONTH.contracts, upgrade=True)) as made:
        made.submit(MONTH.events[0])
        token = made.tokens.make(MONTH.policy.roles).text
    app = create_app(made, Settings(rate_per_min=0, failures_max=10**9))

    schema = _schema(app, token)

    class Stories(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            own = folder / f"{next(told)}.db"
            app.state.desk = _opened(Path(shutil.copy(first, own)))

        def teardown(self) -> None:
            assert () == app.state.desk.verify()
            app.state.desk.close()

        def validate_response(self, response: Any, case: Any, **named: Any) -> None:
            counted[f"{case.operation.label} {response.status_code}"] += 1
            try:
                super().validate_response(response, case, **named)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                found.append(f"{case.as_curl_command()}: {error}")
                raise

    doors = sorted((each.ok() for each in schema.get_all_operations()), key=lambda each: each.label != SUBMIT)
    for place, each in enumerate(doors[:1] * 3 + doors[1:]):  # links lead to few of them
        setattr(Stories, f"door_{place:02}", _asked(each))
    chosen = settings(
        max_examples=stories,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    with suppress(KeyboardInterrupt):  # what was asked so far is told
        while counted.total() < cases and not found:
            # Schemathesis draws from answers, and so not the same twice: that ends a run, and is no finding.
            with suppress(FlakyStrategyDefinition):
                seed(next(seeds))(Stories).run(settings=chosen)
    return counted, found


def _schema(app: Any, token: str) -> Any:
    """What schemathesis makes of the document: texts that a record can hold, and mostly the policy's own words."""
    schemathesis.openapi.format("line", LINES)
    schemathesis.openapi.format("policy", st.sampled_from(KNOWN["policy"]))
    for name in ("instant", "date-time"):
        schemathesis.openapi.format(name, INSTANTS.map(datetime.isoformat))
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    events = sorted(MONTH.policy.events)

    @schema.auth()
    class Token:
        def get(self, case: Any, context: Any) -> str:
            return token

        def set(self, case: Any, data: str, context: Any) -> None:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}

    @schema.hook
    def map_case(context: Any, case: Any) -> Any:
        if case.meta.generation.mode is not GenerationMode.POSITIVE:
            return case  # what is wrong stays wrong
        drawn = random.Random(json.dumps([case.path_parameters, case.body], default=str))
        if drawn.random() < 0.3:
            return case
        for name in case.path_parameters or {}:
            if name in KNOWN:
                case.path_parameters[name] = drawn.choice(KNOWN[name])
        if isinstance(case.body, dict) and "event" in case.body:
            case.body = {**case.body, "ticket": drawn.choice(KNOWN["ticket"]), "event": drawn.choice(events)}
            case.body |= {"actor": drawn.choice(ACTORS), "channel": drawn.choice(["portal", "phone", "email"])}
        return case

    return schema


def _asked(operation: Any) -> Any:
    """A step that asks one door for itself, seldom wrongly."""
    right, wrong = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)
    cases = st.integers(0, 9).flatmap(lambda drawn: wrong if drawn == 9 else right)

    @rule(case=cases)
    def step(self: Any, case: Any) -> None:
        self.validate_response(case.call(), case)

    return step


def _opened(file: Path, **named: Any) -> Desk:
    return Desk.open(f"sqlite:///{file}", **named)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        began_s = time.perf_counter()
        counted, found = run(asked.cases, Path(folder), first_seed=asked.seed * 10_000)
        took_s = time.perf_counter() - began_s
    doors = Counter[str]()
    for answer, times in counted.items():
        doors[answer.rpartition(" ")[0]] += times
    told = {
        "cases": counted.total(),
        "seconds": round(took_s, 1),
        "found": found,
        "doors": dict(sorted(doors.items())),
        "answers": dict(sorted(counted.items())),
    }
    print(json.dumps(told, indent=2))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
