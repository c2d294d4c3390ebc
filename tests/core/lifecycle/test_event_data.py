"""The data of an event: values that its fields may hold, and everything that is wrong at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_desk import desk

from upheld.core.condition.domain import Held
from upheld.core.lifecycle.event_data import DataForm, FieldProblem, Unfit

MARK = DataForm(desk().events["mark"])
SUBMIT = DataForm(desk().events["submit"])


def values(form: DataForm, **data: object) -> dict[str, Held]:
    read = form.read(data)
    assert isinstance(read, dict), read
    return read


def given_in(read: dict[str, Held]) -> dict[str, Held]:
    return {name: held for name, held in read.items() if held is not None}


def test_values_are_read_once() -> None:
    """Dates stay texts, instants become seconds, a list of many a set; defaults stand where nothing was given."""
    assert {"event.urgent": False} == given_in(values(MARK))
    assert {"event.urgent": True, "event.on": "2024-02-29", "event.at": 1709539200} == given_in(
        values(MARK, urgent=True, on="2024-02-29", at="2024-03-04T09:00+01:00")
    )
    assert values(MARK).keys() == values(MARK, urgent=True).keys()
    assert frozenset({"a", "b"}) == values(SUBMIT, type="fault", tags=["b", "a", "b"])["event.tags"]
    assert frozenset({"a"}) == values(SUBMIT, type="fault", tags="a")["event.tags"]
    assert values(SUBMIT, type="fault", tags=[]).get("event.tags") is None


@pytest.mark.parametrize(
    "field, value, told",
    [
        ("minutes", "5", "`minutes` holds whole numbers, and `5` is none"),
        ("minutes", 0, "`minutes` is at least `1`, and `0` lies below"),
        ("minutes", 601, "`minutes` is at most `600`, and `601` lies above"),
        ("minutes", 1.5, "`minutes` holds whole numbers"),
        ("minutes", True, "`minutes` holds whole numbers, and `true` is none"),
        ("minutes", 2**70, "`minutes` holds whole numbers, and `a number beyond 64 bits` is none"),
        ("minutes", float("nan"), "`minutes` holds whole numbers"),
        ("on", "2024-02-30", "`on` holds dates, and `2024-02-30` is none"),
        ("at", "2024-03-04T09:00", "`at` holds instants"),
        ("urgent", "true", "`urgent` is true or false"),
        ("urgent", 1, "`urgent` is true or false"),
        ("urgent", {"a": 1}, "`urgent` is true or false, not a mapping"),
    ],
)
def test_what_a_field_cannot_hold_is_refused(field: str, value: object, told: str) -> None:
    """No value is bent into another kind."""
    problems = MARK.read({field: value})

    assert isinstance(problems, Unfit)
    assert ["wrong-field"] == [problem.kind for problem in problems.problems]
    assert told in problems.message().text("en")
    french = problems.message().text("fr")
    assert not set(french.split()) & {"holds", "is", "not", "none", "write", "lies", "mapping", "list", "number"}


def test_a_member_of_many_is_checked_too() -> None:
    """One wrong member makes the list wrong."""
    problems = SUBMIT.read({"type": "fault", "tags": ["a", 7]})

    assert isinstance(problems, Unfit)
    assert ("wrong-field", "tags") == problems.problems[0][:2]


def test_an_event_without_fields_takes_none() -> None:
    """An unknown field is a problem, whatever it holds."""
    form = DataForm(desk().events["take"])
    problems = form.read({"x": None})

    assert isinstance(problems, Unfit)
    assert (FieldProblem("unknown-field", "x"),) == problems.problems
    assert "`take` takes no field `x`: it takes none" == problems.message().text("en")


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=5,
)


@given(st.dictionaries(st.one_of(st.sampled_from(("type", "tags", "vip", "severity")), st.text(max_size=4)), ANYTHING))
def test_no_data_crash(data: dict[str, object]) -> None:
    """Whatever a record holds, the answer is values or problems, and the same each time."""
    read = SUBMIT.read(data)

    assert (read == SUBMIT.read(data)) or any(value != value for value in data.values())
    if isinstance(read, Unfit):
        assert read.problems
        assert read.message().text("en")
