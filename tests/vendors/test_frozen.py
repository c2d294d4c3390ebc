"""Policies as values: nothing that can be changed is in one, however deep (THREATS V05)."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction

import pytest

from upheld import Engine, load_policy
from upheld.core.frozen import FrozenDict
from upheld.core.policy.contracts import Contract, Contracts, Customer
from upheld.plugins import installed_policies

POLICIES = tuple(sorted(each.id for each in installed_policies()))
ATOMS = (str, int, float, bool, type(None), date, Fraction)


def changeable(value: object, path: str) -> Iterator[str]:
    """Where in a value something could be changed, or nobody knows whether it could."""
    if isinstance(value, (tuple, frozenset)):
        for member in value:
            yield from changeable(member, f"{path}[]")
    elif isinstance(value, FrozenDict):
        for key, held in value.items():
            yield from changeable((key, held), f"{path}[{key!r}]")
    elif is_dataclass(value) and value.__dataclass_params__.frozen:  # type: ignore[attr-defined]  # it has them
        for field in fields(value):
            yield from changeable(getattr(value, field.name), f"{path}.{field.name}")
    elif type(value) not in ATOMS:
        yield f"{path}: {type(value).__name__}"


@pytest.mark.parametrize("name", POLICIES)
def test_nothing_in_a_policy_can_be_changed(name: str) -> None:
    """Two engines of one policy never disturb each other; and it is the same after pickling."""
    policy = load_policy(name)

    assert [] == [*changeable(policy, name)]
    assert policy == pickle.loads(pickle.dumps(policy))
    with pytest.raises(TypeError, match="cannot be changed"):
        policy.states["x"] = next(iter(policy.states.values()))  # type: ignore[index]  # which is the point


def test_contracts_cannot_be_changed() -> None:
    """Whatever they are made with."""
    customers = {"acme": Customer((Contract("flex", attributes={"level": "a"}, parameters={"fee": {"": 5}}),))}
    contracts = Contracts(customers)
    customers.clear()

    assert ["acme"] == [*contracts.customers]
    assert [] == [*changeable(contracts, "contracts")]
    assert contracts == pickle.loads(pickle.dumps(contracts))


@pytest.mark.parametrize("name", POLICIES)
def test_accounts_cannot_be_changed(name: str) -> None:
    """Those to whom nothing has happened are of one empty ledger."""
    assert [] == [*changeable(Engine(load_policy(name)).accounts("acme"), "accounts")]
