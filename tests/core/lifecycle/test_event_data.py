"""The data of an event: values that its fields may hold, and everything that is wrong at once."""

from __future__ import annotations

import enum
import pickle
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_desk import desk

from upheld.core.condition.domain import Boolean, Domain, Held, Many, OneOf, Presence, Text
from upheld.core.condition.ordered import Date, Instant, Integer, Seconds
from upheld.core.finding import Place
from upheld.core.lifecycle.event_data import DataForm, FieldProblem, Unfit
from upheld.core.policy.event_type import EventType, Field

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


# Values of a host's own classes.


class Word(str, enum.Enum):  # noqa: UP042  # whose members show themselves otherwise than they are
    FAULT = "fault"
    A = "a"
    DAY = "2024-02-29"
    MOMENT = "2024-03-04T09:00+01:00"


class Number(enum.IntEnum):
    FIVE = 5
    NONE = 0


class Day(date):
    pass


class Moment(datetime):
    pass


def test_values_of_other_classes_are_taken_as_what_they_hold() -> None:
    """A ``StrEnum``, an ``IntEnum``, dates and instants; what is kept is of no class of the host's (THREATS V05)."""
    held = values(MARK, minutes=Number.FIVE, on=Word.DAY, at=Word.MOMENT, urgent=True)
    noon = Moment(2024, 3, 4, 9, 0, 0, 999, timezone(timedelta(hours=1)))

    assert (5, "2024-02-29", 1709539200) == (held["event.minutes"], held["event.on"], held["event.at"])
    assert held == values(MARK, minutes=5, on=Day(2024, 2, 29), at=noon, urgent=True)
    assert held == values(MARK, minutes=5, on=date(2024, 2, 29), at=noon.astimezone(UTC), urgent=True)
    assert {str, int, bool} == set(map(type, given_in(held).values()))

    tagged = values(SUBMIT, type=Word.FAULT, tags=[Word.A, "b"])
    assert tagged == values(SUBMIT, type="fault", tags={"b", Word.A})
    assert b"Word" not in pickle.dumps((held, tagged))


@pytest.mark.parametrize(
    "field, value, told",
    [
        ("on", datetime(2024, 2, 29, tzinfo=UTC), "`on` holds dates"),
        ("at", datetime(2024, 2, 29), "`at` holds instants"),  # noqa: DTZ001  # which is the point
        ("at", date(2024, 2, 29), "`at` holds instants, and `2024-02-29` is none"),
        ("minutes", Number.NONE, "`minutes` is at least `1`, and `0` lies below"),
        ("minutes", Word.A, "`minutes` holds whole numbers, and `a` is none"),
        ("minutes", object(), "`minutes` holds whole numbers, and `a value of type object` is none"),
        ("minutes", (5,), "`minutes` holds whole numbers, and a list is none"),
        ("urgent", Number.FIVE, "`urgent` is true or false, not `5`"),
    ],
)
def test_values_of_other_classes_are_refused_as_what_they_hold(field: str, value: object, told: str) -> None:
    """In the words in which a plain one is."""
    problems = MARK.read({field: value})

    assert isinstance(problems, Unfit)
    assert told in problems.message().text("en")


def test_of_a_set_always_the_same_member_is_told() -> None:
    """Its members have no order of their own."""
    problems = SUBMIT.read({"type": "fault", "tags": {"d", 7, 1.5, "c", None}})

    assert isinstance(problems, Unfit)
    assert "`tags` holds text, and nothing is none" == problems.message().text("en")


class Awkward(str):
    """A text that is equal to others than it holds, in its class's opinion."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and str.lower(self) == str.lower(other)

    def __hash__(self) -> int:
        return hash(str.lower(self))


DOMAINS = (
    OneOf(("fault", "a")), OneOf(()), Boolean(), Text(), Integer(), Integer(1, 9), Date(), Instant(), Seconds(),
    Presence(), Many(OneOf(("fault", "a"))), Many(Text()), Many(Integer(1, 9)), Many(Date()), Many(Boolean()),
)  # fmt: skip

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary(max_size=3),
    st.decimals(allow_nan=False), st.dates(), st.datetimes(), st.datetimes(timezones=st.just(UTC)), st.integers(-1, 9),
    st.sampled_from([*Word, *Number, Awkward("FAULT"), Awkward("a"), "fault", "A", "30min", Day(2024, 1, 1), object()]),
    st.sampled_from([2**63, -(2**63), 10**100, object, "2024-02-30", Moment(2024, 1, 1, tzinfo=UTC)]),
)  # fmt: skip
ODD = st.recursive(
    st.one_of(SCALARS, st.sets(SCALARS, max_size=3), st.frozensets(SCALARS, max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.one_of(st.text(max_size=3), st.integers()), inner, max_size=2),
    ),
    max_leaves=5,
)
NAMES = st.one_of(st.sampled_from(["f", "g", Awkward("F"), Awkward("f"), 1, None, ()]), st.text(max_size=3))


def form_of(*domains: Domain, required: bool) -> DataForm:
    at = Place("policy.yaml", 1, 1)
    fields = {
        name: Field(id=name, domain=each, required=required, path=(), place=at) for name, each in zip("fg", domains)
    }
    return DataForm(EventType(id="e", by=(), fields=fields, path=(), place=at))


@given(st.sampled_from(DOMAINS), st.sampled_from(DOMAINS), st.booleans(), st.dictionaries(NAMES, ODD, max_size=3))
def test_what_is_refused_is_told(one: Domain, other: Domain, required: bool, data: dict[str, object]) -> None:
    """The quick reader and the one that explains agree, whatever the domain and the data (THREATS V05)."""
    form = form_of(one, other, required=required)
    read = form.read(data)

    if isinstance(read, Unfit):
        assert read.problems
        assert all(len(read.message().text(language)) > 2 for language in ("en", "fr"))
    else:
        assert () == form.problems(data) or any(name.__class__ is not str for name in data)
        kept = [member for held in read.values() for member in (held if isinstance(held, frozenset) else (held,))]
        assert {str, int, bool, type(None)} >= set(map(type, kept))
