"""Bills: what an event cost, and why, as references until somebody asks.

Source: DESIGN section 3, step 8, and "A `Decision` carries".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from upheld.core.charge_state import Charged
from upheld.core.explanation import plainly, reason
from upheld.core.moment import Moment
from upheld.core.reason import Reason


class Bill(NamedTuple):
    """What an event cost, and the moment after it, which the conditions of charges see."""

    charged: Charged
    moment: Moment

    def reasons(self) -> Iterator[Reason]:
        """The charges that billed, and those that held and did not, since another one billed the same."""
        for charge in self.charged.billed:
            yield reason("charge", charge, (charge.when,), self.moment.__getitem__)
        for charge, by in self.charged.passed_over:
            yield plainly("charge", charge, holds=False, facts=(("billed-by", by.id),))

    def assumed(self) -> Iterator[str]:
        """The assumptions that its rows rest on."""
        for row in self.charged.rows:
            yield from row.assumptions
