"""Plain contracts: whether a part of a contracts file has the schema's shape beyond doubt.

The schema tells what is wrong and where, and takes its time. A file of a hundred thousand customers is
right nearly everywhere, so this looks first: what it takes, the schema would take, and what it doubts, the
schema is asked about. A test holds it to that.

    >>> is_plain({"upheld": 1, "customers": {"acme": {"contracts": [{"kind": "flex", "from": "2024-01-01"}]}}})
    True
    >>> is_plain({"upheld": 1, "customers": {"acme": {"contracts": [{"kind": "flex", "from": "1 Jan 2024"}]}}})
    False
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from upheld.core.policy.charge import LARGEST_AMOUNT, LEAST_AMOUNT
from upheld.document.tree import Data
from upheld.schema.formats import check_format

MOST_CUSTOMERS: Final = 1_000_000
MOST_CONTRACTS: Final = 1_000
MOST_GRANTS: Final = 10_000
"""Of one customer; all as the schema says."""

_GRANT: Final = frozenset({"account", "at", "amount", "expires"})
_NEEDED: Final = frozenset({"account", "at", "amount"})
_RECURS: Final = frozenset({"account", "every", "amount", "from", "until", "counted-from", "carry-over"})
_CARRIES: Final = frozenset({"at-most", "for"})


def is_plain(root: object) -> bool:
    """Whether a contracts file, or a part of one written as a whole, surely fits the schema."""
    if not isinstance(root, dict) or not root.keys() <= {"upheld", "customers", "releases"}:
        return False
    if type(root.get("upheld")) is not int or root["upheld"] != 1:
        return False
    customers, releases = root.get("customers", {}), root.get("releases", [])
    if not isinstance(customers, dict) or not isinstance(releases, list) or len(releases) > 10_000:
        return False
    if len(customers) > MOST_CUSTOMERS or not all(_customer(*each) for each in customers.items()):
        return False
    return all(_release(each) for each in releases)


@lru_cache(maxsize=65_536)
def _is(form: str, text: str) -> bool:
    try:
        check_format(form, text)
    except ValueError:
        return False
    return True


def _text(form: str, value: object, most: int = 64) -> bool:
    return type(value) is str and len(value) <= most and _is(form, value)


def _customer(name: object, spec: object) -> bool:
    if not isinstance(spec, dict) or not spec.keys() <= {"contracts", "grants"} or not _text("line", name, 200):
        return False
    contracts, grants = spec.get("contracts", []), spec.get("grants", [])
    if not isinstance(contracts, list) or not isinstance(grants, list):
        return False
    if len(contracts) > MOST_CONTRACTS or len(grants) > MOST_GRANTS:
        return False
    return all(map(_contract, contracts)) and all(map(_grant, grants))


def _contract(spec: object) -> bool:
    if not isinstance(spec, dict) or "kind" not in spec or len(spec) > 60:
        return False
    for key, value in spec.items():
        if key in ("from", "until"):
            fits = _text("date", value)
        elif key == "kind":
            fits = _text("id", value)
        elif key == "parameters":
            fits = _values(value, 2)
        else:
            fits = _text("id", key) and _attribute(value)
        if not fits:
            return False
    return True


def _values(value: object, deeper: int) -> bool:
    """Values of parameters by name, of one by column, or of one for each value of a second name."""
    return (
        isinstance(value, dict)
        and 0 < len(value) <= 500
        and all(
            _text("id", key)
            and (
                type(each) is int
                or _text("target-or-word", each)
                or (deeper > 0 and isinstance(each, dict) and _values(each, deeper - 1))
            )
            for key, each in value.items()
        )
    )


def _attribute(value: object) -> bool:
    if isinstance(value, list):
        return len(value) <= 500 and all(map(_scalar, value))
    return _scalar(value)


def _scalar(value: object) -> bool:
    return type(value) in (int, bool) or (type(value) is str and len(value) <= 4_000)


def _grant(spec: object) -> bool:
    if isinstance(spec, dict) and "every" in spec:
        return _recurring(spec)
    if not isinstance(spec, dict) or not _NEEDED <= spec.keys() <= _GRANT:
        return False
    return (
        _text("id", spec["account"])
        and _text("instant", spec["at"])
        and _amount(spec["amount"])
        and ("expires" not in spec or _text("date", spec["expires"]))
    )


def _recurring(spec: Data) -> bool:
    if not spec.keys() <= _RECURS or not {"account", "amount"} <= spec.keys():
        return False
    carry = spec.get("carry-over", "none")
    carries = (
        carry == "none"
        if not isinstance(carry, dict)
        else bool(carry)
        and carry.keys() <= _CARRIES
        and ("at-most" not in carry or _amount(carry["at-most"]))
        and ("for" not in carry or _text("months", carry["for"]))
    )
    return (
        _text("id", spec["account"])
        and spec["every"] in ("month", "quarter", "year")
        and _amount(spec["amount"])
        and all(key not in spec or _text("date", spec[key]) for key in ("from", "until", "counted-from"))
        and carries
    )


def _amount(amount: object) -> bool:
    return LEAST_AMOUNT <= amount <= LARGEST_AMOUNT if type(amount) is int else _text("granted", amount)


def _release(spec: object) -> bool:
    if not isinstance(spec, dict) or spec.keys() != {"version", "date"}:
        return False
    return _text("line", spec["version"], 200) and _text("date", spec["date"])
