"""Problems: whatever goes wrong at a door, told as RFC 9457 wants it, by one table of codes.

What a policy refuses is no problem but an answer. The texts of a database are for the log: they name hosts and files,
which are nobody's business outside.

    >>> problem = Problem("not-found", "there is no ticket `T-1`")
    >>> problem.as_document()["type"], problem.status
    ('urn:upheld:problem:not-found', 404)

Source: DESIGN section 13; EXAMPLES-2 section 4; THREATS H02, H05.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from upheld.core.errors import (
    ArgumentError,
    Busy,
    CalendarError,
    ClosedStatement,
    DeskError,
    KeyConflict,
    LedgerError,
    RecordError,
    TicketError,
    UpheldError,
)
from upheld.serve.json_answer import JsonAnswer

TYPES: Final = "urn:upheld:problem:"
"""Begins the type of every problem; its code is the rest."""
MEDIA_TYPE: Final = "application/problem+json"


class Kind(NamedTuple):
    """A kind of problem: its status, its title, and what whoever meets it does."""

    status: int
    title: str
    says: str


AGAIN_S: Final = "5"
PROBLEMS: Final[Mapping[str, Kind]] = {
    "not-json": Kind(
        400,
        "the body is no JSON that could be meant",
        "It cannot be read, says a key twice, holds half of a character or is nested too deeply. `detail` says where.",
    ),
    "bad-request": Kind(
        400,
        "the request cannot be understood",
        "The length of the body is not what was announced, or the address is no text.",
    ),
    "key-missing": Kind(
        400,
        "a record needs a key",
        "Send `Idempotency-Key`, made where the record was made and kept with it: sent again, it does not count twice.",
    ),
    "token-in-url": Kind(
        400,
        "a token stands in the address",
        "Addresses are logged on their way. Revoke it, make another, and send that in the header `Authorization`.",
    ),
    "no-token": Kind(
        401,
        "no token that opens this",
        "Send `Authorization: Bearer …` with a token of this desk that is neither revoked nor expired. Which of it "
        "failed is not told.",
    ),
    "bad-signature": Kind(
        401,
        "nobody whom this source knows sent it",
        "The signature is not of this body by the secret of the source, it is too old, or there is no such source. "
        "Which of it, is not told.",
    ),
    "forbidden": Kind(
        403,
        "the token may not do this",
        "It does not act in the role of this record, or sees one customer alone where all are shown.",
    ),
    "cross-site": Kind(
        403,
        "a page of another site asked for this",
        "A browser sent it on behalf of a page from elsewhere, or to a name that is not ours.",
    ),
    "not-found": Kind(
        404,
        "there is none",
        "No such path, ticket, customer or policy; or it is another customer's, which is told apart for nobody.",
    ),
    "wrong-method": Kind(405, "this path has no such method", "`Allow` lists those that it has."),
    "too-slow": Kind(408, "the body came too slowly", "Send it in one go; what was sent was not looked at."),
    "key-conflict": Kind(
        409,
        "the key came with another record",
        "A key is of one record. If the record was mended, it is another one, and has a key of its own.",
    ),
    "closed-statement": Kind(
        409,
        "it would be charged on a statement that is closed",
        "Nothing was done. Correct it by a record of today.",
    ),
    "too-large": Kind(413, "the body is too large", "`detail` says how large it may be; send many records as lines."),
    "wrong-type": Kind(415, "the body is of another type", "`Accept` lists the types that are taken."),
    "bad-record": Kind(
        422,
        "this is no record",
        "`problems` lists everything that is wrong with it. It was not kept; what a policy refuses is, and is none.",
    ),
    "bad-value": Kind(
        422,
        "a parameter cannot be meant",
        "`problems` lists each with its name, or `detail` says what is wrong.",
    ),
    "locked-out": Kind(
        429,
        "too many wrong tokens came from this address",
        "Wait as long as `Retry-After` says, in seconds. Whoever shares the address waits too.",
    ),
    "too-many": Kind(429, "too many requests", "Wait as long as `Retry-After` says, in seconds."),
    "internal": Kind(
        500, "a mistake of the service", "It stands in the log under `request`. What was being done was not done."
    ),
    "busy": Kind(
        503,
        "others hold the database",
        "Nothing was done. Send the same again, with its key, after `Retry-After` seconds.",
    ),
    "no-database": Kind(
        503,
        "the database cannot be used",
        "Send the same again, with its key: what was done is not done twice. Why, the log of the service says.",
    ),
    "counting": Kind(
        503,
        "all tickets are being counted",
        "The console shows how promises stand over all tickets once they were counted. Open the page again.",
    ),
    "took-too-long": Kind(
        503,
        "it took too long",
        "It may be done all the same. Send the same again, with its key; a reading may ask for less.",
    ),
}
"""Every kind by its code, in the order of their status."""


class Problem(Exception):
    """What goes wrong at a door.

    Args:
        code: Of the table.
        detail: What is wrong here, for a person.
        problems: Everything that is wrong, where there may be several things.
        headers: That belong to it.
    """

    def __init__(
        self, code: str, detail: str = "", *, problems: tuple[Any, ...] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        assert code in PROBLEMS, code
        super().__init__(code)
        self.code, self.detail, self.problems = code, detail, problems
        self.headers = {**_HEADERS.get(code, {}), **(headers or {})}

    @property
    def status(self) -> int:
        """Of the answer."""
        return PROBLEMS[self.code].status

    def as_document(self) -> dict[str, Any]:
        """It as JSON."""
        kind = PROBLEMS[self.code]
        made: dict[str, Any] = {"type": f"{TYPES}{self.code}", "title": kind.title, "status": kind.status}
        made |= {"detail": self.detail} if self.detail else {}
        return made | ({"problems": [*self.problems]} if self.problems else {})


_HEADERS: Final[Mapping[str, Mapping[str, str]]] = {
    "no-token": {"WWW-Authenticate": 'Bearer realm="upheld"'},
    "busy": {"Retry-After": AGAIN_S},
    "no-database": {"Retry-After": AGAIN_S},
    "counting": {"Retry-After": AGAIN_S},
    "took-too-long": {"Retry-After": AGAIN_S},
}


def problem_of(error: UpheldError) -> Problem:
    """What the desk raises, as a problem."""
    if isinstance(error, RecordError):
        return Problem("bad-record", str(error), problems=error.problems)
    for kind, code in _CODES.items():
        if isinstance(error, kind):
            return Problem(code, "" if code in _UNTOLD else str(error))
    return Problem("internal")


_CODES: Final[Mapping[type[UpheldError], str]] = {
    KeyConflict: "key-conflict",
    ClosedStatement: "closed-statement",
    Busy: "busy",
    DeskError: "no-database",
    TicketError: "not-found",
    LedgerError: "not-found",
    CalendarError: "bad-value",
    ArgumentError: "bad-value",
}
"""The first that fits."""
_UNTOLD: Final = frozenset({"busy", "no-database"})


def answer(request: Request, problem: Problem) -> Response:
    """A problem as programs read it."""
    return JsonAnswer(problem.as_document(), problem.status, problem.headers, MEDIA_TYPE)
