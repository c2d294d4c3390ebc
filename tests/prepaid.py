"""Prepaid hours: the smallest desk on which a customer's tickets share a balance that is never overdrawn."""

from __future__ import annotations

from functools import cache

from desk_proof.story import BEGIN, TERMS, granted, opening, work
from small_desk import policy_of

from upheld import Policy

__all__ = ["BEGIN", "granted", "opening", "prepaid", "work"]


@cache
def prepaid(version: str = "1.0.0", charges: bool = True) -> Policy:
    """The policy; another version of it, or one that charges nothing."""
    text = TERMS.read_text(encoding="utf-8").replace("version: 1.0.0", f"version: {version}")
    return policy_of(text if charges else text[: text.index("accounts:")])
