"""Signing in and out: by a token, which is told to nobody; for so long as it is good and somebody is there."""

from __future__ import annotations

import logging
import re
from itertools import product

import pytest
from serve.conftest import Serve, Service
from serve.console.conftest import FORM, Visitor

from upheld.serve.console.sessions import AWAY_S, LONGEST_S, MOST, Sessions


def test_who_signs_in_is_led_to_where_he_was_going(visitor: Visitor) -> None:
    """And nowhere else."""
    led = visitor.ask("GET", "/console/ticket?id=T-1").headers["location"]
    assert "/console/sign-in?back=%2Fconsole%2Fticket%3Fid%3DT-1" == led
    back = visitor.see(led).the("input", name="back").attributes["value"]
    token = visitor.service.tokens["agent"]

    given = {"token": token, "back": back}
    assert "/console/ticket?id=T-1" == visitor.send("/console/sign-in", given).headers["location"]
    for elsewhere in ("https://example.org", "//example.org", "/\\example.org", "/console/due\r\nX: y", "/v1/x"):
        answer = visitor.send("/console/sign-in", {"token": token, "back": elsewhere})
        assert "/console/due" == answer.headers["location"]


def test_the_cookie_is_for_this_console_alone(serve: Serve) -> None:
    """Scripts cannot read it, other sites cannot send it; where the page is secure, nobody else can set it."""
    service = serve()
    service.client.base_url = "https://localhost"  # type: ignore[assignment]  # httpx takes a text
    plain, secure = Visitor(serve()), Visitor(service)
    found = []
    for each in (plain, secure):
        answer = each.send("/console/sign-in", {"token": each.service.tokens["agent"]})
        found.append(re.sub(r"=[\w-]{43};", "=…;", answer.headers["set-cookie"]))

    assert [
        "upheld-session=…; HttpOnly; Path=/console; SameSite=lax",
        "__Host-upheld-session=…; HttpOnly; Path=/; SameSite=lax; Secure",
    ] == found
    assert 200 == secure.ask("GET", "/console/due").status_code


def test_each_session_is_a_new_one(visitor: Visitor) -> None:
    """One that somebody brings along is not made his."""
    visitor.cookies["upheld-session"] = "fixed"
    visitor.sign_in("agent")
    first = visitor.cookies["upheld-session"]
    visitor.sign_in("agent")

    assert "fixed" != first != visitor.cookies["upheld-session"]
    visitor.cookies["upheld-session"] = first
    assert 303 == visitor.ask("GET", "/console/due").status_code


def test_who_signs_out_is_out(agent: Visitor) -> None:
    """Also with the old cookie."""
    cookie = agent.cookies["upheld-session"]
    answer = agent.send("/console/sign-out", {"csrf": agent.csrf})
    agent.cookies["upheld-session"] = cookie

    assert (303, "/console/sign-in") == (answer.status_code, answer.headers["location"])
    assert 303 == agent.ask("GET", "/console/due").status_code


def test_a_token_that_is_revoked_opens_no_page_any_more(agent: Visitor) -> None:
    """From the next page on."""
    assert 200 == agent.ask("GET", "/console/due").status_code
    tokens = agent.service.desk.tokens
    tokens.revoke(next(each.id for each in tokens.list() if each.name == "agent"))

    assert 303 == agent.ask("GET", "/console/due").status_code


@pytest.mark.parametrize("passes_s, is_in", [(AWAY_S, True), (AWAY_S + 1, False)])
def test_a_session_ends_by_itself(agent: Visitor, passes_s: int, is_in: bool) -> None:
    """Where nobody is there for long."""
    agent.service.clock.passed_s += passes_s
    assert (200 if is_in else 303) == agent.ask("GET", "/console/due").status_code


def test_no_session_lasts_for_ever(agent: Visitor) -> None:
    """However much it is used."""
    for _ in range(LONGEST_S // AWAY_S):
        agent.service.clock.passed_s += AWAY_S
        assert 200 == agent.ask("GET", "/console/due").status_code
    agent.service.clock.passed_s += 1
    assert 303 == agent.ask("GET", "/console/due").status_code


def test_what_is_remembered_is_bounded() -> None:
    """The one that was not used for longest ends."""
    sessions = Sessions(lambda: 0.0)
    first, *others = [sessions.begin("token") for _ in range(MOST + 1)]

    assert sessions.of(first) is None
    assert sessions.of(others[0]) is not None


def test_wrong_tokens_lock_their_address_out(serve: Serve) -> None:
    """For a time, and the right one with them."""
    service = serve(failures_max=3, failures_s=60)
    visitor = Visitor(service)
    statuses = [visitor.send("/console/sign-in", {"token": f"uph_{each}"}).status_code for each in range(4)]
    right = visitor.send("/console/sign-in", {"token": service.tokens["agent"]})

    assert [401, 401, 401, 429] == statuses
    assert (429, "60") == (right.status_code, right.headers["retry-after"])
    service.clock.passed_s += 61
    visitor.sign_in("agent")


ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://a.example"},
    {"Origin": "null"},
)


def test_another_site_sends_no_form(agent: Visitor) -> None:
    """Not even one that knows the secret, nor to sign somebody in as somebody else."""
    given = {"csrf": agent.csrf, "token": agent.service.tokens["acme"]}
    for path, headers in product(("/console/act", "/console/sign-in"), ELSEWHERE):
        assert 403 == agent.send(path, given, headers=headers).status_code


def test_a_form_without_the_secret_of_its_session_does_nothing(agent: Visitor) -> None:
    """Wherever it comes from."""
    given = {"ticket": "T-1", "event": "ask", "role": "agent", "key": "k" * 16}
    same = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    for csrf in ("", "wrong", "é"):
        assert 403 == agent.send("/console/act", {**given, "csrf": csrf}, headers=same).status_code
    assert 2 == len(agent.service.desk.story("T-1").episodes)


def test_without_any_token_whoever_is_on_this_machine_looks(serve: Serve) -> None:
    """With a secret of its own in its forms, since every page in a browser is on this machine."""
    visitor = Visitor(serve(tokens=False))
    given = {"ticket": "T-1", "event": "ask", "role": "agent", "key": "k" * 16}

    assert 403 == visitor.send("/console/act", given).status_code
    assert 303 == visitor.send("/console/act", {**given, "csrf": visitor.csrf}).status_code
    assert 303 == Visitor(serve(tokens=False, host="192.0.2.7")).ask("GET", "/console/due").status_code


def test_no_token_is_written_down(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """Neither on a page nor in a log, right or wrong; in an address it is refused."""
    caplog.set_level(logging.DEBUG)
    visitor = Visitor(service).sign_in("agent")
    token = service.tokens["agent"]
    told = [visitor.ask("GET", path).text for path in ("/console/due", "/console/ticket?id=T-1", "/console/customers")]
    told.append(visitor.send("/console/sign-in", {"token": token[:-1] + "_", "back": token}).text)

    assert not any(token[:-1] in each for each in (*told[:-1], caplog.text))
    assert 400 == visitor.ask("GET", f"/console/due?token={token}").status_code


def test_a_form_is_no_longer_than_it_need_be(agent: Visitor) -> None:
    """And of the one type that forms have."""
    assert 413 == agent.send("/console/act", {"x": "a" * 200_000}).status_code
    assert 400 == agent.send("/console/act", {f"x{each}": "" for each in range(1_000)}).status_code
    assert 400 == agent.ask("POST", "/console/act", content=b"csrf=%ff", headers={"Content-Type": FORM}).status_code
    assert 415 == agent.ask("POST", "/console/act", json={}).status_code
