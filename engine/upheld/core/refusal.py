"""Refusals and flags: the codes that say why an event was not accepted, or accepted with a remark.

A code is stable: reports count by it, and scenarios name it. The rule, clause and facts
behind one stand beside it in the decision.

Source: DESIGN section 3, steps 1 to 9.
"""

from __future__ import annotations

from typing import Final

REFUSALS: Final = {
    "out-of-order": "it lies before the ticket's last record",
    "unknown-event": "the policy has no such event",
    "not-allowed": "the actor's role may not do it",
    "invalid-data": "its data are not what the event takes",
    "channel-not-accepted": "the channel does not take it, or not now",
    "rule": "a rule refuses it",
    "no-transition": "it means nothing in the ticket's state",
    "no-ticket": "there is no ticket",
    "ambiguous": "two transitions hold",
    "insufficient-balance": "the account holds too little",
}
"""Every code of a refusal, with what it says."""

FLAGS: Final = {
    "rule": "a rule flags it",
    "outside-effective": "it lies outside the days on which the policy applies",
    "overdrawn": "it overdraws an account that may be overdrawn",
}
"""Every code of a flag, with what it says."""
