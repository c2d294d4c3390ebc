"""The processes of a replay: what makes one fail is told here, and none stays."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from upheld.core.errors import RecordError, UpheldError
from upheld.jobs.pool import Pool
from upheld.replaying import instant_s


class Asked:
    """Something that calls a function where it is unpickled."""

    def __init__(self, function: Callable[..., object], *values: object) -> None:
        self._asked = function, values

    def __reduce__(self) -> tuple[object, ...]:
        return self._asked


def failure(*asked: Asked) -> BaseException:
    """What a process makes of it."""
    with Pool(1) as pool:
        pool.tell(0, pickle.dumps([*asked]))
        with pytest.raises(Exception) as caught:  # whatever it is
            pool.answer(0)
    return caught.value


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (Asked(bytes, 1 << 62), UpheldError("there is no memory left: `--jobs 1` needs less")),
        (Asked(int, "x"), ValueError("invalid literal for int() with base 10: 'x'")),
        (Asked(instant_s, "yesterday"), RecordError(["as-of: `yesterday` is no instant"])),
        (Asked(open, "/no/such/file"), FileNotFoundError(2, "No such file or directory", "/no/such/file")),
    ],
    ids=["memory", "a bug", "ours", "the system's"],
)
def test_an_error_is_raised_as_if_it_was_met_here(asked: Asked, error: BaseException) -> None:
    """Of the same type, with the same words."""
    found = failure(asked)

    assert type(error) is type(found)
    assert str(found).startswith(str(error))


def test_whom_nobody_talks_to_any_more_ends() -> None:
    """Without being asked, and without a word."""
    with Pool(2) as pool:
        processes = [each.process for each in pool._members]
        assert [None, None] == [each.exitcode for each in processes]
        pool._end(at_once=False)
        pool._members.clear()
    with pytest.raises(ValueError, match="closed"):
        _ = processes[0].exitcode
