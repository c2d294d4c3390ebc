"""Episodes: what happened to a ticket at one instant, and all that it did.

An episode is a record of the history, refused or not, or what came by itself between two
of them: a timer that fired, a warning that was reached. Everything in it is the public
view of what the engine decided, so that a story never says anything else than a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

from upheld.core.charge_state import ChargeRow
from upheld.core.clock_row import ClockRow
from upheld.core.clock_state import ChangeKind
from upheld.core.commitment import Commitment, Timer
from upheld.core.decision import AskedEffect, Move, TimerRun
from upheld.core.domain import Held
from upheld.core.event import Event
from upheld.core.event_type import SettingCase
from upheld.core.reason import Flag, Reason, Refusal
from upheld.core.ticket import Pending


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """A fact that holds something else than before.

    Attributes:
        before, held: What it held and holds; ``None`` for nothing.
        case: The setting that says so; ``None`` where a state was observed with it.
    """

    name: str
    before: Held
    held: Held
    case: SettingCase | None


@dataclass(frozen=True, slots=True)
class ClockTurn:
    """What happened to a clock.

    Attributes:
        share: For a warning, which of the commitment's marks was reached; else below zero.
        row: The clock just after it, as a verdict would show it; ``None`` while its target is not known, and where it
            turned out to be no clock at all.
    """

    what: ChangeKind
    at_s: int
    commitment: Commitment
    cycle: int
    share: int
    row: ClockRow | None


@dataclass(frozen=True, slots=True)
class Episode:
    """What happened at one instant.

    Attributes:
        seq: The record's number on the ticket, from 1; ``None`` for what came by itself.
        event: The record; ``None`` for what came by itself.
        timer: The timer that fired.
        opens: Whether the ticket was opened by it.
        refusal: Why the record was not accepted; then nothing else is told but the reasons.
        level: The level of escalation that the ticket came to, where it did.
        turns: What happened to clocks.
        waits: The timers that began to wait, with their due instants.
        runs: In audit mode, timers whose move was observed, or that were due and did not fire.
        reasons: Every part of the policy that had a say.
        against: The transitions that were not taken, each with the facts it failed on.
    """

    seq: int | None
    at_s: int
    event: Event | None = None
    timer: Timer | None = None
    opens: bool = False
    refusal: Refusal | None = None
    flags: tuple[Flag, ...] = ()
    moves: tuple[Move, ...] = ()
    facts: tuple[ChangedFact, ...] = ()
    level: int | None = None
    turns: tuple[ClockTurn, ...] = ()
    charges: tuple[ChargeRow, ...] = ()
    effects: tuple[AskedEffect, ...] = ()
    waits: tuple[Pending, ...] = ()
    runs: tuple[TimerRun, ...] = ()
    reasons: tuple[Reason, ...] = ()
    against: tuple[Reason, ...] = ()
