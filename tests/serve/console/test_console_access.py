"""Who may pass each door of the console, by a table that is written from the contract and not from the doors."""

from __future__ import annotations

import pytest
from serve.conftest import Service
from serve.console.conftest import FORM, Visitor

from upheld.serve.console.doors import DOORS

OWN = {"nobody": 303, "acme": 200, "other": 404, "agent": 200}
"""A page about what is acme's."""
EACH = {"nobody": 303, "acme": 200, "other": 200, "agent": 200}
"""A page that everybody has, with what is one's own on it."""
WHO = {
    "GET /": {"nobody": 303, "acme": 303, "other": 303, "agent": 303},
    "GET /console": {"nobody": 303, "acme": 303, "other": 303, "agent": 303},
    "GET /console/": {"nobody": 303, "acme": 303, "other": 303, "agent": 303},
    "GET /console/sign-in": {"nobody": 200, "acme": 303, "other": 303, "agent": 303},
    "GET /console/due": EACH,
    "GET /console/ticket?id=T-1": OWN,
    "GET /console/ticket?id=T-404": {"nobody": 303, "acme": 404, "other": 404, "agent": 404},
    "GET /console/new": {"nobody": 303, "acme": 200, "other": 200, "agent": 404},
    "GET /console/promises": EACH,
    "GET /console/customers": EACH,
    "GET /console/customer?id=acme": OWN,
    "GET /console/policy": EACH,
    "GET /console/try": EACH,
    "POST /console/sign-in": {"nobody": 401, "acme": 401, "other": 401, "agent": 401},
    "POST /console/sign-out": {"nobody": 303, "acme": 403, "other": 403, "agent": 403},
    "POST /console/act": {"nobody": 303, "acme": 403, "other": 403, "agent": 403},
    "POST /console/try": {"nobody": 303, "acme": 403, "other": 403, "agent": 403},
}
"""What each door answers to whom; to a form without the session's secret, whoever sends it."""


def test_every_door_is_in_the_table() -> None:
    """But for the style and the script, whose addresses change."""
    doors = {str(door) for door in DOORS if not door.path.endswith((".css", ".js"))}

    assert doors == {each.partition("?")[0] for each in WHO}
    assert 2 == len(DOORS) - len(doors)


@pytest.mark.parametrize("who", ["nobody", "acme", "other", "agent"])
def test_doors_open_for_those_who_may(service: Service, who: str) -> None:
    """Who is not signed in is led to where that is done; what is another's is as what is not there."""
    visitor = Visitor(service)
    if who != "nobody":
        visitor.sign_in(who)
    found = {}
    for door in WHO:
        method, path = door.split(" ", 1)
        sent = {"content": "token=wrong", "headers": {"Content-Type": FORM}} if method == "POST" else {}
        answer = visitor.ask(method, path, **sent)
        found[door] = answer.status_code
        if answer.status_code == 303 and who == "nobody" and path not in ("/", "/console", "/console/"):
            assert answer.headers["location"].startswith("/console/sign-in")
        if answer.status_code >= 400:
            assert "text/html; charset=utf-8" == answer.headers["content-type"]
            assert "acme" not in answer.text

    assert {door: row[who] for door, row in WHO.items()} == found


def test_anothers_page_is_as_one_that_is_not_there(other: Visitor) -> None:
    """To the letter."""
    found, missing = (other.ask("GET", f"/console/ticket?id={id}") for id in ("T-1", "T-404"))

    assert (404, missing.text) == (found.status_code, found.text)


def test_a_door_has_its_method(agent: Visitor) -> None:
    for method, path in (("POST", "/console/due"), ("GET", "/console/act"), ("PUT", "/console/try")):
        answer = agent.ask(method, path)
        assert (405, "text/html; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
        assert answer.headers["allow"]
    missing = agent.ask("GET", "/console/none")
    assert (404, "text/html; charset=utf-8") == (missing.status_code, missing.headers["content-type"])


def test_an_origin_that_cannot_be_read_is_not_ours(agent: Visitor) -> None:
    """It is refused, and no mistake."""
    for origin in ("http://[", "null", "http://localhost@evil.example"):
        answer = agent.send("/console/act", {"csrf": agent.csrf}, headers={"Origin": origin})
        assert 403 == answer.status_code, origin


def test_an_address_that_is_too_long_to_go_on_to_is_left_out(visitor: Visitor) -> None:
    """So that one can sign in all the same."""
    answer = visitor.ask("GET", f"/console/due?customer={'x' * 5_000}")

    assert (303, "/console/sign-in") == (answer.status_code, answer.headers["location"])


def test_every_page_says_what_a_browser_may_do_with_it(agent: Visitor) -> None:
    """No page is framed or kept; none runs a script but the one that has ours; what is ours is kept for good."""
    for door in WHO:
        method, path = door.split(" ", 1)
        answer = agent.ask(method, path, **({"headers": {"Content-Type": FORM}} if method == "POST" else {}))
        policy = answer.headers["content-security-policy"]
        assert ("script-src" in policy) == (door == "GET /console/try"), door
        assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy.split("; "))
        assert "unsafe" not in policy
        assert ("no-store", "nosniff") == (answer.headers["cache-control"], answer.headers["x-content-type-options"])
    page = agent.see("/console/try")
    for at in (page.the("link", rel="stylesheet").attributes["href"], page.the("script").attributes["src"]):
        assert "immutable" in agent.ask("GET", at).headers["cache-control"]
