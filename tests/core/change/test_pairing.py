"""What pairing costs: of the differences themselves `tests/show/change` tells."""

from __future__ import annotations

from upheld.core.change.pairing import pair


class Counted(str):
    """A name that counts how often it is compared."""

    compared = 0
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_a_part_is_found_without_looking_at_all_the_others() -> None:
    """A policy of four hundred rules, all in another order: each is compared three times at most."""
    before, after = ([Counted(f"rule-{number}") for number in numbers] for numbers in (range(400), range(399, -1, -1)))
    Counted.compared = 0

    pairs = pair(before, after)
    compared = Counted.compared

    assert [(each, each) for each in before] == list(pairs.same)
    assert ((), (), True) == (pairs.gone, pairs.new, pairs.is_moved)
    assert compared <= 3 * len(before)
