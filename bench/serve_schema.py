"""Ask the service whatever its OpenAPI document lets anybody ask, and see that it answers as the document says.

    python bench/serve_schema.py --cases 10000

Schemathesis makes the requests, right and wrong ones, each after others whose answers it uses; the service runs in this
process, over a desk in a file. Prints how many there were, and everything that is not as it should be.
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
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from small_desk import contracts, desk, submit

from upheld import Desk
from upheld.serve import Settings, create_app

INSTANTS: Final = st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
LINES: Final = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=40)
ACTORS: Final = ("customer:kim", "agent:lee", "watcher", "nobody")
STEPS: Final = 25
"""Requests of one story."""


def run(cases: int, folder: Path) -> Counter[str]:
    """So many requests, by what was answered. Raises: what schemathesis finds; AssertionError for an unsound desk.

    Each story has a desk of its own, so that the same story gives the same answers.
    """
    counted: Counter[str] = Counter()
    first, told = folder / "first.db", count(1)
    with closing(_opened(first, policy=desk(), contracts=contracts(), upgrade=True)) as made:
        made.submit(submit(customer="acme"))
        token = made.tokens.make(["customer", "agent", "watcher"]).text
    app = create_app(made, Settings(rate_per_min=0, failures_max=10**9))

    class Stories(_schema(app, token).as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            own = folder / f"{next(told)}.db"
            app.state.desk = _opened(Path(shutil.copy(first, own)))

        def teardown(self) -> None:
            assert () == app.state.desk.verify()
            app.state.desk.close()

        def validate_response(self, response: Any, case: Any, **named: Any) -> None:
            counted[f"{case.operation.label} {response.status_code}"] += 1
            super().validate_response(response, case, **named)

    seeds = count(1)
    while counted.total() < cases:
        chosen = settings(
            max_examples=max(min(cases - counted.total(), cases) // STEPS, 1),
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=[*HealthCheck],
        )
        random.seed(next(seeds))
        Stories.run(settings=chosen)
    return counted


def _schema(app: Any, token: str) -> Any:
    """What schemathesis makes of the document: texts that a record can hold, and mostly the policy's own words."""
    schemathesis.openapi.format("line", LINES)
    for name in ("instant", "date-time"):
        schemathesis.openapi.format(name, INSTANTS.map(datetime.isoformat))
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    events = sorted(desk().events)

    @schema.auth()
    class Token:
        def get(self, case: Any, context: Any) -> str:
            return token

        def set(self, case: Any, data: str, context: Any) -> None:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}

    @schema.hook
    def map_body(context: Any, body: Any) -> Any:
        drawn = random.Random(json.dumps(body, default=str))
        if isinstance(body, dict) and drawn.random() < 0.7:
            body = {**body, "ticket": f"T-{drawn.randint(1, 9)}", "event": drawn.choice(events)}
            body |= {"actor": drawn.choice(ACTORS), "channel": "portal"}
        return body

    return schema


def _opened(file: Path, **named: Any) -> Desk:
    return Desk.open(f"sqlite:///{file}", **named)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=10_000)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        began_s = time.perf_counter()
        counted = run(asked.cases, Path(folder))
        took_s = time.perf_counter() - began_s
    told = {"cases": counted.total(), "seconds": round(took_s, 1), "answers": dict(sorted(counted.items()))}
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
