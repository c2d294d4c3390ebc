"""The doors of the console: a page each, and what its forms are sent to."""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from upheld.core.errors import KeyConflict, RecordError
from upheld.pages.templates import written
from upheld.serve.console.acting import event_of
from upheld.serve.console.contexts import Notice, SignInPage
from upheld.serve.console.customers import customer_page, customers_page
from upheld.serve.console.due_next import due_page
from upheld.serve.console.gate import FORM, SIGNED_IN, Form, Held, Here, by_session, cookie_name, led, shown, told
from upheld.serve.console.kept import kept_page
from upheld.serve.console.policy import policy_page
from upheld.serve.console.ticket import new_page, ticket_page
from upheld.serve.console.try_it import tried_fragment, tried_page, try_page
from upheld.serve.console.visit import ROOT, SCRIPT, SCRIPT_AT, STYLE, STYLE_AT, Visit, at_ticket
from upheld.serve.problems import Problem
from upheld.serve.request.access import ANYBODY, Needs
from upheld.serve.request.door import Door
from upheld.serve.request.limits import Limits

FOR_GOOD: Final = "public, max-age=31536000, immutable"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_WITHIN: Final = re.compile(r"/console/[a-z-]+(?:\?[!-~]*)?", re.ASCII)
"""Where a reader may be led after signing in: nowhere but here."""


def style(request: Request) -> Response:
    """The style of every page."""
    return _kept(STYLE, "text/css")


def script(request: Request) -> Response:
    """The one script."""
    return _kept(SCRIPT, "text/javascript")


def _kept(text: bytes, kind: str) -> Response:
    headers = {"Cache-Control": FOR_GOOD, "X-Content-Type-Options": "nosniff"}
    return Response(text, media_type=f"{kind}; charset=utf-8", headers=headers)


def home(request: Request) -> Response:
    """Where whoever comes begins."""
    return led(f"{ROOT}/due")


def sign_in(request: Request, visit: Here) -> Response:
    """Where one signs in; who did is led on."""
    back = visit.asked("back")
    if by_session(request) is not None:
        return led(back if _WITHIN.fullmatch(back) else f"{ROOT}/due")
    return shown(request, _sign_in(visit, back))


def enter(request: Request, visit: Here, given: Form, console: Held) -> Response:
    """Sign in by a token."""
    limits: Limits = request.app.state.limits
    address = request.client.host if request.client else ""
    limits.check_locked(address)
    token, back = (next(iter(given.get(name, ())), "").strip() for name in ("token", "back"))
    if request.app.state.desk.tokens.found(token) is None:
        limits.note_failure(address)
        return shown(request, _sign_in(visit, back, Notice("broken", visit.say("console.wrong-token"))), 401)
    console.sessions.end(request.cookies.get(cookie_name(request), ""))
    made = led(back if _WITHIN.fullmatch(back) else f"{ROOT}/due")
    secure = request.url.scheme == "https"
    path = "/" if secure else ROOT
    cookie = console.sessions.begin(token)
    made.set_cookie(cookie_name(request), cookie, path=path, secure=secure, httponly=True, samesite="lax")
    return made


def _sign_in(visit: Visit, back: str, notice: Notice | None = None) -> str:
    page = SignInPage(visit.frame(visit.say("console.sign-in")), back, notice)
    return written("console/sign_in.html.j2", visit.language, page)


def sign_out(request: Request, given: Form, console: Held) -> Response:
    """Sign out."""
    console.sessions.end(request.cookies.get(cookie_name(request), ""))
    made = RedirectResponse(f"{ROOT}/sign-in", 303)
    secure = request.url.scheme == "https"
    made.delete_cookie(cookie_name(request), path="/" if secure else ROOT, secure=secure, httponly=True, samesite="lax")
    made.headers["Clear-Site-Data"] = '"cache"'
    return made


def due(request: Request, visit: Here) -> Response:
    """What is due next."""
    return shown(request, due_page(visit))


def ticket(request: Request, visit: Here) -> Response:
    """A ticket."""
    return shown(request, ticket_page(visit, visit.asked("id").strip(), visit.number("seq", 0)))


def new(request: Request, visit: Here) -> Response:
    """Where a ticket is opened."""
    return shown(request, new_page(visit))


def act(request: Request, visit: Here, given: Form) -> Response:
    """Submit an event; what became of it is told on the ticket's page. Sent twice, it counts once."""
    desk, id = visit.desk, next(iter(given.get("ticket", ())), "").strip()
    key = next(iter(given.get("key", ())), "")
    if not _KEY.fullmatch(key):
        raise Problem("bad-request")
    found = desk.ticket(id) if id else None
    if found is not None:
        visit.known.may_see(found)
    engine = desk.engine("" if found is None else found.standing.policy)
    try:
        answer = desk.submit(
            event_of(visit, engine, given),
            key=key,
            source=f"console:{visit.known.source}",
            only_of=visit.known.customer,
        )
    except RecordError as error:
        notice = Notice("broken", visit.say("console.no-record", problems="; ".join(error.problems)))
    except KeyConflict:
        notice = Notice("warning", visit.say("console.sent-before"))
    else:
        return led(f"{at_ticket(id, seq=str(answer.seq))}#answer")
    page = new_page(visit, notice, given) if found is None else ticket_page(visit, id, notice=notice, filled=given)
    return shown(request, page, 422)


def promises(request: Request, visit: Here, console: Held) -> Response:
    """Promises month by month."""
    return shown(request, kept_page(visit, console.verdicts))


def customers(request: Request, visit: Here, console: Held) -> Response:
    """Customers; who is one is led to the own page."""
    return shown(request, customers_page(visit, console.verdicts))


def customer(request: Request, visit: Here, console: Held) -> Response:
    """A customer."""
    return shown(request, customer_page(visit, console.verdicts, visit.asked("id")))


def policy(request: Request, visit: Here) -> Response:
    """The policy."""
    return shown(request, policy_page(visit))


def try_it(request: Request, visit: Here) -> Response:
    """Where a policy is tried."""
    return shown(request, try_page(visit), scripted=True)


def tried(request: Request, visit: Here, given: Form, console: Held) -> Response:
    """The page with the answer, or the answer alone for the script."""
    if request.headers.get("x-part") == "answer":
        return shown(request, tried_fragment(visit, given, console.sandbox), scripted=True)
    return shown(request, tried_page(visit, given, console.sandbox), scripted=True)


_TRIED: Final = Needs(by=by_session, takes=(FORM,), body_max_bytes=1_500_000, per_min=240)
_SENT: Final = Needs(by=by_session, takes=(FORM,), body_max_bytes=100_000)
DOORS: Final[tuple[Door, ...]] = (
    Door("GET", STYLE_AT, style, ANYBODY, told),
    Door("GET", SCRIPT_AT, script, ANYBODY, told),
    Door("GET", "/", home, ANYBODY, told),
    Door("GET", ROOT, home, ANYBODY, told),
    Door("GET", f"{ROOT}/", home, ANYBODY, told),
    Door("GET", f"{ROOT}/sign-in", sign_in, ANYBODY, told),
    Door("POST", f"{ROOT}/sign-in", enter, Needs(reader=False, takes=(FORM,), body_max_bytes=4_000, per_min=30), told),
    Door("POST", f"{ROOT}/sign-out", sign_out, _SENT, told),
    Door("GET", f"{ROOT}/due", due, SIGNED_IN, told),
    Door("GET", f"{ROOT}/ticket", ticket, SIGNED_IN, told),
    Door("GET", f"{ROOT}/new", new, SIGNED_IN, told),
    Door("POST", f"{ROOT}/act", act, _SENT, told),
    Door("GET", f"{ROOT}/promises", promises, SIGNED_IN, told),
    Door("GET", f"{ROOT}/customers", customers, SIGNED_IN, told),
    Door("GET", f"{ROOT}/customer", customer, SIGNED_IN, told),
    Door("GET", f"{ROOT}/policy", policy, SIGNED_IN, told),
    Door("GET", f"{ROOT}/try", try_it, SIGNED_IN, told),
    Door("POST", f"{ROOT}/try", tried, _TRIED, told),
)
