"""Ask the service whatever its OpenAPI document lets anybody ask, and see that it answers as the document says.

    python bench/serve_schema.py --cases 10000 --seed 1

Schemathesis makes the requests, right and wrong ones, each after others whose answers it uses, and at each step any
door may be asked for itself; the service runs in this process, over a desk in a file. Prints how often each door gave
which answer, and everything that is not as it should be; a door that never answered rightly is told too, as is a run
that ended before its count. Parts with seeds of their own may run beside each other.
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
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import rule
from schema_trackers import JIRA, MAPPINGS, SECRET, ZENDESK, Signed
from schemathesis.generation import GenerationMode

from upheld import Desk
from upheld.serve import Settings, create_app
from upheld.serve.demo import demo_of

MONTH: Final = demo_of("entropics")
"""A month with accounts, so that there are statements."""
NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
INSTANTS: Final = st.datetimes(datetime(2025, 1, 1), datetime(2025, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
LINES: Final = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=40)
SUBMIT: Final = "POST /v1/events"
KNOWN: Final = {
    "ticket": [MONTH.events[0].ticket, *(f"T-{each}" for each in range(1, 6))],
    "customer": sorted(MONTH.contracts.customers),
    "policy": [f"{MONTH.policy.id}@{MONTH.policy.version}", MONTH.policy.digest],
}
STEPS: Final = 25
"""Requests of one story."""
STORIES: Final = 20
ANSWERED_S: Final = 600
"""Schemathesis itself waits ten seconds: on a machine that is busy otherwise a story then ended that does not end there
when it is told again, and hypothesis gave up the run."""


@dataclass
class Found:
    """What a run found.

    Attributes:
        answers: How often each door gave which status.
        wrong: What is not as the document says.
        flaky: What hypothesis said of stories that it could not tell twice the same; each costs those left of a run.
        ended: Why it ended: by its count, its time, what it found, or by hand.
    """

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    flaky: list[str] = field(default_factory=list)
    ended: str = "by hand"

    @property
    def cases(self) -> int:
        return self.answers.total()

    @property
    def never_right(self) -> list[str]:
        """Doors that were asked, and never answered with what was asked for."""
        return sorted({door for door, _ in self.answers} - {door for door, status in self.answers if status < 300})


def run(cases: int, folder: Path, stories: int = STORIES, first_seed: int = 1, most_s: float = 1e9) -> Found:
    """So many requests.

    Each story has a desk of its own, and time stands still in it, so that the same story gives the same answers.
    """
    found, first = Found(), folder / "first.db"
    with closing(_opened(first, policy=MONTH.policy, contracts=MONTH.contracts, upgrade=True)) as made:
        made.submit(MONTH.events[0])
        for name, (tracker, mapping) in MAPPINGS.items():
            made.webhooks.sources.put(name, tracker, mapping.encode(), SECRET, MONTH.policy)
        token = made.tokens.make(MONTH.policy.roles).text
    app = create_app(made, Settings(rate_per_min=0, failures_max=10**9, request_max_s=ANSWERED_S, now=lambda: NOW))
    machine = _machine(_schema(Signed(app, NOW), token), app, folder, found)
    chosen = settings(
        max_examples=stories,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    until_s = time.monotonic() + most_s
    with suppress(KeyboardInterrupt):  # what was asked so far is told
        for each in count(first_seed):
            found.ended = _why_over(found, cases, until_s)
            if found.ended:
                break
            found.ended = "by hand"
            try:
                seed(each)(machine).run(settings=chosen)
            except Flaky as error:
                found.flaky.append(f"seed {each}: {error}")
            except KeyboardInterrupt:
                raise
            except BaseException:  # a group of failures is no Exception
                if not found.wrong:
                    raise
    return found


def _why_over(found: Found, cases: int, until_s: float) -> str:
    if found.wrong:
        return "by what it found"
    if found.cases >= cases:
        return "by its count"
    return "by its time" if time.monotonic() >= until_s else ""


def _machine(schema: Any, app: Any, folder: Path, found: Found) -> Any:
    """The stories: what links lead to, and every door for itself."""
    told, first = count(1), folder / "first.db"

    class Stories(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.own = Path(shutil.copy(first, folder / f"{next(told)}.db"))
            app.state.desk = _opened(self.own)

        def teardown(self) -> None:
            differences = app.state.desk.verify()
            app.state.desk.close()
            if differences:
                kept = Path(tempfile.mkdtemp(prefix="unsound-")) / "desk.db"
                shutil.copy(self.own, kept)
                found.wrong.append(f"{kept} is unsound: {'; '.join(map(str, differences))}")
            self.own.unlink()
            assert not differences

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"timeout": ANSWERED_S}

        def validate_response(self, response: Any, case: Any, **named: Any) -> None:
            found.answers[case.operation.label, response.status_code] += 1
            try:
                super().validate_response(response, case, **named)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                found.wrong.append(f"{case.as_curl_command()}: {error}")
                raise

    doors = sorted((each.ok() for each in schema.get_all_operations()), key=lambda each: each.label != SUBMIT)
    for place, each in enumerate(doors[:1] * 3 + doors[1:]):  # links lead to few of them
        setattr(Stories, f"door_{place:02}", _asked(each))
    return Stories


def _schema(app: Any, token: str) -> Any:
    """What schemathesis makes of the document: texts that a record can hold, and mostly the policy's own words."""
    schemathesis.openapi.format("line", LINES)
    schemathesis.openapi.format("policy", st.sampled_from(KNOWN["policy"]))
    for name in ("instant", "date-time"):
        schemathesis.openapi.format(name, INSTANTS.map(datetime.isoformat))
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)

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
        if "source" in (case.path_parameters or {}):  # no schema tells what a mapping knows
            tracker = case.path.split("/")[3]
            case.path_parameters["source"] = f"a-{tracker}"
            case.body = {**drawn.choice({"jira": JIRA, "zendesk": ZENDESK}[tracker])}
            return case
        if drawn.random() < 0.3:
            return case
        for name in case.path_parameters or {}:
            if name in KNOWN:
                case.path_parameters[name] = drawn.choice(KNOWN[name])
        if isinstance(case.body, dict) and "event" in case.body:
            case.body = {**case.body, **dict(_known(drawn))}
        return case

    return schema


def _known(drawn: random.Random) -> Iterator[tuple[str, Any]]:
    """Members of a record, as one of the month has them."""
    event = drawn.choice(MONTH.events)
    yield "ticket", drawn.choice(KNOWN["ticket"])
    yield "event", event.event
    yield "data", dict(event.data)
    for name in ("actor", "channel", "customer"):
        if held := getattr(event, name):
            yield name, held


def _asked(operation: Any) -> Any:
    """A step that asks one door for itself, seldom wrongly."""
    right, wrong = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)
    cases = st.integers(0, 9).flatmap(lambda drawn: wrong if drawn == 9 else right)

    @rule(case=cases)
    def step(self: Any, case: Any) -> None:
        self.validate_response(case.call(timeout=ANSWERED_S), case)

    return step


def _opened(file: Path, **named: Any) -> Desk:
    return Desk.open(f"sqlite:///{file}", **named)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9, help="no story begins after so many")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        began_s = time.perf_counter()
        found = run(asked.cases, Path(folder), first_seed=asked.seed * 10_000, most_s=asked.seconds)
        took_s = time.perf_counter() - began_s
    doors: dict[str, dict[int, int]] = {}
    for (door, status), times in sorted(found.answers.items()):
        doors.setdefault(door, {})[status] = times
    told = {
        "seed": asked.seed,
        "cases": found.cases,
        "seconds": round(took_s, 1),
        "ended": found.ended,
        "found": found.wrong,
        "flaky": found.flaky,
        "never right": found.never_right,
        "doors": doors,
    }
    print(json.dumps(told, indent=2))
    is_whole = found.cases >= asked.cases and not found.flaky
    if not is_whole:
        broken = f", and {len(found.flaky)} runs broke off" if found.flaky else ""
        print(f"ended {found.ended} after {found.cases} of {asked.cases} cases{broken}", file=sys.stderr)
    sys.exit(0 if is_whole and not found.wrong and not found.never_right else 1)


if __name__ == "__main__":
    main()
