"""upheld: a software vendor's support contract, as code.

The public names stand here and are imported when they are first used, so that
``import upheld`` costs nothing that the program does not need.

    >>> import upheld
    >>> place = upheld.Place("policy.yaml", 31, 9)
    >>> print(upheld.Finding("UP201", place, "state `in_fix` is not declared"))
    policy.yaml:31:9: error[UP201]: state `in_fix` is not declared
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from upheld.calendars.public_holidays import Calendar
    from upheld.core.billing.accounts import Accounts
    from upheld.core.decision.decision import Decision
    from upheld.core.errors import (
        ArgumentError,
        Busy,
        CalendarError,
        ClosedStatement,
        DeskError,
        DifferenceError,
        DocumentError,
        FarAhead,
        HistoryError,
        KeyConflict,
        LedgerError,
        MissingLibraryError,
        NotUpgraded,
        PluginError,
        PolicyError,
        RecordError,
        TicketError,
        UnknownPolicyError,
        UpheldError,
    )
    from upheld.core.finding import Finding, Place
    from upheld.core.policy.contracts import Contracts
    from upheld.core.policy.policy import Policy
    from upheld.core.record.event import Event
    from upheld.core.record.ticket import Ticket
    from upheld.desk import Desk
    from upheld.engine import Engine
    from upheld.hookspecs import ProvidedCondition, ProvidedImporter, ProvidedPolicy, Value, hookimpl
    from upheld.loader.contracts import load_contracts
    from upheld.loading import load_policy
    from upheld.replaying import replay

    __version__: str

_HOMES = {
    "upheld.loader.contracts": ("load_contracts",),
    "upheld.core.billing.accounts": ("Accounts",),
    "upheld.core.policy.contracts": ("Contracts",),
    "upheld.core.decision.decision": ("Decision",),
    "upheld.core.errors": (
        "ArgumentError",
        "Busy",
        "CalendarError",
        "ClosedStatement",
        "DeskError",
        "DifferenceError",
        "DocumentError",
        "FarAhead",
        "HistoryError",
        "KeyConflict",
        "LedgerError",
        "MissingLibraryError",
        "NotUpgraded",
        "PluginError",
        "PolicyError",
        "RecordError",
        "TicketError",
        "UnknownPolicyError",
        "UpheldError",
    ),
    "upheld.core.record.event": ("Event",),
    "upheld.core.finding": ("Finding", "Place"),
    "upheld.core.policy.policy": ("Policy",),
    "upheld.core.record.ticket": ("Ticket",),
    "upheld.desk": ("Desk",),
    "upheld.engine": ("Engine",),
    "upheld.hookspecs": ("ProvidedCondition", "ProvidedImporter", "ProvidedPolicy", "Value", "hookimpl"),
    "upheld.loading": ("load_policy",),
    "upheld.calendars.public_holidays": ("Calendar",),
    "upheld.replaying": ("replay",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Accounts",
    "ArgumentError",
    "Busy",
    "Calendar",
    "CalendarError",
    "ClosedStatement",
    "Contracts",
    "Decision",
    "Desk",
    "DeskError",
    "DifferenceError",
    "DocumentError",
    "Engine",
    "Event",
    "FarAhead",
    "Finding",
    "HistoryError",
    "KeyConflict",
    "LedgerError",
    "MissingLibraryError",
    "NotUpgraded",
    "Place",
    "PluginError",
    "Policy",
    "PolicyError",
    "ProvidedCondition",
    "ProvidedImporter",
    "ProvidedPolicy",
    "RecordError",
    "Ticket",
    "TicketError",
    "UnknownPolicyError",
    "UpheldError",
    "Value",
    "__version__",
    "hookimpl",
    "load_contracts",
    "load_policy",
    "replay",
]


def __getattr__(name: str) -> object:
    """Import a public name from where it is defined, once (PEP 562)."""
    value: object
    if name == "__version__":
        from importlib.metadata import version

        value = version("upheld")
    elif name in _HOME_OF:
        value = getattr(import_module(_HOME_OF[name]), name)
    else:
        raise AttributeError(f"module `upheld` has no attribute `{name}`")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
