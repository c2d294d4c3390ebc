"""Clock columns against clock rows: the same of every clock."""

from __future__ import annotations

from collections.abc import Callable

from bulk.clocks.clock_states import given, shown, shown_of
from reference.agreement import made_examples

from upheld.bulk.clocks.clock_columns import judged
from upheld.bulk.clocks.opening_seconds import Openings
from upheld.core.clocks.row import clock_rows
from upheld.core.replay.replay import Replay
from upheld.engine import Engine
from upheld.loader.contracts import contracts_from
from upheld.replaying import as_events, instant_s


def test_columns_say_what_rows_say_on_random_policies_and_histories(some: Callable[[int], int]) -> None:
    """Whatever a commitment may say, and whatever happened to it."""
    for number, made, policy in made_examples(15, 0, some(400)):
        engine = Engine(policy, contracts_from(made.contracts, policy))
        run = Replay(engine, None if made.as_of is None else instant_s(made.as_of))
        run.take_all(event for _, event in as_events(made.records))
        as_of_s = run.finish()
        states = [(log.standing.customer, log.standing.clocks) for log in run._logs if log.standing is not None]
        if as_of_s is None:
            continue
        rules = engine.clocks.rules
        it = given(rules, states)
        found = judged(
            rules, Openings(engine.schedule), it.promises, it.clocks, as_of_s, it.pauses, it.gaps, it.excuses
        )
        expected = [shown(row) for _, state in states for row in clock_rows(rules, state, as_of_s)]
        assert expected == shown_of(found), f"example {number}"
