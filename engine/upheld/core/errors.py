"""The exceptions of this package: one tree, so that an embedder needs one ``except``.

::

    UpheldError                 anything this package raises on purpose
    ├── DocumentError           a document is wrong; ``findings`` says where
    │   └── PolicyError         … and it is a policy
    ├── UnknownPolicyError      no installed policy has this id, and no file this path
    ├── ArgumentError           a language that there is not, or a policy that is none; also a ValueError
    ├── CalendarError           opening hours that mean nothing, or an instant outside 1990 to 2050
    ├── RecordError             an event, or a record of a history, is none; ``problems`` says why
    │   └── FarAhead            its instant lies too far ahead of the database's time
    ├── HistoryError            a file of a history cannot be read; ``place`` says where
    ├── TicketError             a ticket of another policy, the event of another ticket, or no ticket at all
    ├── LedgerError             an amount that is none, accounts that are none or not there; also a ValueError
    ├── DeskError               a desk's database cannot be used, or was asked for what it does not hold
    │   ├── KeyConflict         a key came before, with another content
    │   ├── ClosedStatement     a charge belongs on a statement that is closed
    │   ├── NotUpgraded         the tables are of another version than this release needs
    │   └── Busy                others held the database for too long; nothing was done
    ├── MissingLibraryError     what an extra brings is not installed; also an ImportError
    ├── DifferenceError         two ways to the same answer gave two: a mistake of this package
    └── PluginError             an installed plugin is broken

A refused event is not an exception: it is data in the decision.
"""

from __future__ import annotations

from collections.abc import Sequence

from upheld.core.finding import Finding


class UpheldError(Exception):
    """Anything this package raises on purpose; its text is one line for a person."""


class DocumentError(UpheldError):
    """A document cannot be used.

    Attributes:
        findings: Every problem of the phase that failed, in the order of their positions.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        assert findings, "a document error needs its findings"
        self.findings = tuple(findings)
        rest = len(self.findings) - 1
        more = f" (and {rest} more)" if rest else ""
        super().__init__(f"{self.findings[0]}{more}")


class PolicyError(DocumentError):
    """A policy cannot be used; ``findings`` holds every problem."""


class UnknownPolicyError(UpheldError):
    """No installed policy has this id, and no file this path."""


class ArgumentError(UpheldError, ValueError):
    """Something was asked for with what cannot be meant: a language that there is not, a policy that is none."""


class CalendarError(UpheldError):
    """Opening hours that mean nothing, a naive instant, or one outside 1990 to 2050."""


class RecordError(UpheldError):
    """An event, or a record of a history, is none: no instant, neither event nor state, a column that nobody knows.

    Attributes:
        problems: Everything that is wrong with it.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        assert problems, "a record error needs its problems"
        self.problems = tuple(problems)
        rest = len(self.problems) - 1
        super().__init__(f"{self.problems[0]}{f' (and {rest} more)' if rest else ''}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.problems,)


class FarAhead(RecordError):
    """A record's instant lies further ahead of the time of a desk's database than the desk takes; nothing was done."""


class HistoryError(UpheldError):
    """A file of a history cannot be read, or not to its end.

    Attributes:
        place: Where: ``file``, ``file:line``, or what a file without lines counts.
        problem: What is wrong, and what to do about it.
    """

    def __init__(self, place: str, problem: str) -> None:
        self.place = place
        self.problem = problem
        super().__init__(f"{place}: {problem}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.place, self.problem)


class TicketError(UpheldError):
    """A ticket and what it was given do not belong together: another policy's ticket, or another ticket's event."""


class LedgerError(UpheldError, ValueError):
    """A ledger was asked for what it cannot mean: a float, a negative or huge amount, an unknown account or entry."""


class DeskError(UpheldError):
    """A desk's database cannot be used, or was asked for what it does not hold; what was being done was not done.

    Only where the connection broke while it was being completed may it have been: the same key tells.
    """


class KeyConflict(DeskError):
    """An idempotency key came before, with another content: it is of another record.

    Attributes:
        fields: What the two differ in, such as ``at``; none where the first one left the desk.
    """

    fields: tuple[str, ...] = ()


class ClosedStatement(DeskError):
    """A charge belongs on a statement that is closed, and nothing was done."""


class NotUpgraded(DeskError):
    """The tables of a database are of another version than this release needs, or are not there."""


class Busy(DeskError):
    """Others held the database for too long, and nothing was done: try again."""


class PluginError(UpheldError):
    """An installed plugin is broken: it raised, or returned something of the wrong kind."""


class MissingLibraryError(UpheldError, ImportError):
    """What an extra brings is not installed.

    Args:
        what: What needs it.
        libraries: What is missing.
        extra: What brings it.
    """

    def __init__(self, what: str, libraries: Sequence[str], extra: str) -> None:
        self.what, self.libraries, self.extra = what, tuple(libraries), extra
        super().__init__(f"{what} need {' and '.join(libraries)}: `pip install 'upheld[{extra}]'`")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.what, self.libraries, self.extra)


class DifferenceError(UpheldError):
    """Columns say something else of a ticket than the engine: a mistake of this package, and nothing may be trusted.

    Attributes:
        ticket, table, column: Where.
        columns, engine: What each says, for a reader.
    """

    def __init__(self, ticket: str, table: str, column: str, columns: str, engine: str) -> None:
        self.ticket, self.table, self.column = ticket, table, column
        self.columns, self.engine = columns, engine
        super().__init__(
            f"columns and the engine differ on ticket `{ticket}`, table `{table}`, column `{column}`: "
            f"{columns} and {engine}; report it, and take `--path scalar` meanwhile"
        )

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.ticket, self.table, self.column, self.columns, self.engine)
