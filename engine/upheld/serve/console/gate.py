"""The console's own gate: who comes by a session, whether a form is ours, and what every answer carries.

A page of another site can send a form, but neither with our headers nor with the session's secret; and no page of ours
runs a script, takes a style, or is framed, that is not from here (THREATS H04).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Annotated, Final
from urllib.parse import parse_qs, parse_qsl, urlencode

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from upheld.pages.templates import written
from upheld.serve.console.acting import Given
from upheld.serve.console.contexts import Frame, ProblemPage
from upheld.serve.console.kept import Verdicts
from upheld.serve.console.sandbox import Sandbox
from upheld.serve.console.sessions import Sessions, same
from upheld.serve.console.visit import ROOT, STYLE_AT, Visit, address, preferred
from upheld.serve.problems import PROBLEMS, Problem
from upheld.serve.request.access import ON_THIS_MACHINE, Needs, Reader, is_local, is_own, reader_of
from upheld.show.words.locale import LANGUAGES, locale_of

SESSION: Final = "upheld-session"
LANGUAGE: Final = "upheld-language"
FORM: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 500
LONGEST_BACK: Final = 1_000
"""Of an address to go on to; it has to fit into the form by which one signs in."""
_KEPT: Final = ("Retry-After", "Allow")
"""Headers of a problem that a page keeps."""
YEAR_S: Final = 365 * 86_400

HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_ALLOWED: Final = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SCRIPTED: Final = f"{_ALLOWED}; script-src 'self'; connect-src 'self'"
"""What a page with our one script is allowed; the others have none."""


@dataclass(frozen=True, slots=True)
class Console:
    """What the console of one application remembers."""

    sessions: Sessions
    verdicts: Verdicts
    sandbox: Sandbox


_MAKING: Final = Lock()


def console_of(request: Request) -> Console:
    """That of the application, made with the first who comes."""
    state = request.app.state
    with _MAKING:
        if not hasattr(state, "console"):
            state.console = Console(Sessions(state.settings.monotonic_s), Verdicts(), Sandbox())
        found: Console = state.console
    return found


def cookie_name(request: Request) -> str:
    """A cookie of a secure page can be set by no other, and sent to no other."""
    return f"__Host-{SESSION}" if request.url.scheme == "https" else SESSION


def by_session(request: Request) -> Reader | None:
    """Whoever signed in, or is on this very machine where the desk has no token. It asks the desk, so it may wait."""
    request.state.csrf, request.state.called = "", ""
    console, tokens = console_of(request), request.app.state.desk.tokens
    session = console.sessions.of(request.cookies.get(cookie_name(request), ""))
    if session is not None:
        token = tokens.found(session.token)
        if token is None:
            return None
        request.state.csrf, request.state.called = session.csrf, token.name
        return reader_of(token)
    if is_local(request) and not tokens.are_any():
        request.state.csrf = console.sessions.here_csrf
        return ON_THIS_MACHINE
    return None


SIGNED_IN: Final = Needs(by=by_session)


def language_of(request: Request) -> str:
    """The reader's: as the address says, as was chosen before, or as the browser prefers."""
    asked = (request.query_params.get("lang", ""), request.cookies.get(LANGUAGE, ""))
    return next((each for each in asked if each in LANGUAGES), preferred(request.headers.get("accept-language", "")))


def visit_of(request: Request) -> Visit:
    """The visit of a request."""
    state = request.app.state
    kept = [(name, value) for name, value in parse_qsl(request.url.query) if name != "lang"]
    here = request.url.path + (f"?{urlencode(kept)}" if kept else "")
    reader, csrf, called = (getattr(request.state, name, None) for name in ("reader", "csrf", "called"))
    return Visit(state.desk, state.settings.now(), language_of(request), here, reader, csrf or "", called or "")


async def _given(request: Request) -> Given:
    """What a form brings. Raises: Problem for one that is not ours."""
    try:
        text = (await request.body()).decode("utf-8")
        given = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise Problem("bad-request") from None
    check_origin(request)
    if request.state.reader is not None and not same(request.state.csrf, next(iter(given.get("csrf", ())), "")):
        raise Problem("cross-site")
    return given


Form = Annotated[Given, Depends(_given)]
Here = Annotated[Visit, Depends(visit_of)]
Held = Annotated[Console, Depends(console_of)]


def check_origin(request: Request) -> None:
    """Raises: Problem for a form that a page of another site sent."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        if site != "same-origin":
            raise Problem("cross-site")
    elif origin is not None and not is_own(origin, request):
        raise Problem("cross-site")


def shown(request: Request, text: str, status: int = 200, *, scripted: bool = False) -> Response:
    """A page."""
    headers = {**HEADERS, "Content-Security-Policy": SCRIPTED if scripted else _ALLOWED}
    made = HTMLResponse(text, status, headers)
    chosen = request.query_params.get("lang", "")
    if chosen in LANGUAGES:
        secure = request.url.scheme == "https"
        made.set_cookie(LANGUAGE, chosen, max_age=YEAR_S, path=ROOT, secure=secure, httponly=True, samesite="lax")
    return made


def led(to: str) -> Response:
    """Another page, in the place of this one."""
    return RedirectResponse(to, 303, {**HEADERS, "Content-Security-Policy": _ALLOWED})


def told(request: Request, problem: Problem) -> Response:
    """A problem for a person: who is not signed in is led to where that is done."""
    path = request.url.path
    if problem.code == "no-token":
        back = f"{path}?{request.url.query}" if request.method == "GET" and path != ROOT else ""
        return led(address(f"{ROOT}/sign-in", back=back if len(back) <= LONGEST_BACK else ""))
    language = language_of(request)
    words = locale_of(language)
    key = f"console.problem.{problem.code}"
    says = words.say(key if key in words.messages else "console.problem.other")
    title = words.say("console.not-found" if problem.status == 404 else "console.not-done")
    frame = Frame(language, title, STYLE_AT, "", "upheld", (), (), "", leaves=False, csrf="")
    made = shown(request, written("console/problem.html.j2", language, ProblemPage(frame, says)), problem.status)
    made.headers.update({name: value for name, value in problem.headers.items() if name in _KEPT})
    assert problem.code in PROBLEMS
    return made
