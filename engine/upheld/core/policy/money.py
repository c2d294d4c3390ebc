"""Money that depends on a contract: a share of what it says, and the most that is owed in a time.

Source: DESIGN section 9, "Remedies".
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from upheld.core.time.duration import Duration

PeriodUnit = Literal["month", "quarter", "year"]
CountPeriod = Literal["month", "quarter", "year", "contract-year"]
CapPeriod = Literal["breach", "month", "quarter", "year", "contract-year"]


@dataclass(frozen=True, slots=True)
class ParameterAmount:
    """An amount that a parameter holds; ``by`` names the column's name, or ``""`` for the parameter's own."""

    parameter: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class ContractShare:
    """A share of the amount that an attribute of a contract holds, such as ``contract.hosting.fee``.

    Attributes:
        share: A part of one, or the parameter that holds it.
    """

    share: Fraction | ParameterAmount
    of: str


@dataclass(frozen=True, slots=True)
class Cap:
    """The most for one customer in one period.

    Attributes:
        contract: The kind of contract whose years count; ``""`` unless ``period`` is ``contract-year``.
    """

    amount: int | Duration | ParameterAmount | ContractShare
    period: CapPeriod
    contract: str = ""
