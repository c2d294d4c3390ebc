"""Whatever strangers wrote, no page of the console has more in it than was meant (THREATS H04); see tests/browser."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from pages.hostile import PAYLOADS
from pages.markup import Element, dangers, parsed
from serve.conftest import Clock, Service
from serve.console.conftest import Visitor
from serve.console.hostile_desk import NOW, customers, hostile_desk, tickets

from upheld.serve import Settings, create_app

OURS = {f"/console/{each}" for each in ("sign-out", "ticket", "due", "act", "promises", "customer", "try", "sign-in")}
"""Where forms are sent to."""


def strange(page: Element) -> list[object]:
    """What is on a page that we did not put there."""
    found: list[object] = []
    for each in dangers(page):
        name, value = each if isinstance(each, tuple) else (each, "")
        if (name in ("form", "link", "script") and not value) or (name, value) == ("form", "action"):
            continue
        if value.startswith(("/console", "data:image/")):
            continue
        found.append(each)
    found += [each.attributes for each in page.all("form") if each.attributes["action"] not in OURS]
    for name, place in (("link", "href"), ("script", "src")):
        found += [each.attributes for each in page.all(name) if not each.attributes[place].startswith("/console/")]
    return [*found, *(each.text for each in page.all("script") if each.text), *page.all("style")]


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """One who works at this desk, and lets nobody out."""
    desk = hostile_desk(Path(tmp_path_factory.mktemp("hostile")) / "desk.db")
    clock = Clock(NOW)
    app = create_app(desk, Settings(now=clock.now, monotonic_s=clock.monotonic_s))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")
    with asyncio.Runner() as runner:
        service = Service(app, desk, client, runner, clock)
        service.tokens["agent"] = desk.tokens.make(["agent", "customer"], name="agent").text
        yield Visitor(service).sign_in("agent")
        runner.run(client.aclose())
    desk.close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_has_anything_strange_in_it(visitor: Visitor, language: str) -> None:
    """And each is whole: every element is closed where it should be."""
    paths = ["due", "new", "promises", "customers", "policy", "try"]
    paths += [f"ticket?{urlencode({'id': id})}" for id in tickets()[::4]]
    paths += [f"customer?{urlencode({'id': id})}" for id in customers()[:2]]
    for path in paths:
        page = visitor.see(f"/console/{path}", headers={"Accept-Language": language})
        assert [] == strange(page), path


def test_nothing_strange_comes_of_what_is_asked(visitor: Visitor) -> None:
    """By an address or by a form, on whatever page it is told again."""
    for text in PAYLOADS:
        for path in (
            "due?customer=",
            "due?commitment=",
            "sign-in?back=",
            "promises?customer=",
            "ticket?id=",
            "try?start=",
        ):
            answer = visitor.ask("GET", f"/console/{path}{urlencode({'': text})[1:]}")
            assert answer.status_code in (200, 303, 404)
            if answer.text:
                assert [] == strange(parsed(answer.text.removeprefix("<!doctype html>"))), (path, text)
    given = {"csrf": visitor.csrf, "ask": "due"}
    for text in PAYLOADS[:6]:
        answer = visitor.send("/console/try", {**given, "policy": text, "at": text, "known": text, "scenario": text})
        assert [] == strange(parsed(answer.text.removeprefix("<!doctype html>")))


def test_a_ticket_with_a_strange_id_is_found_by_it(visitor: Visitor) -> None:
    """And acted upon: its id comes back as it was."""
    for id in tickets()[:5]:
        page = visitor.see(f"/console/ticket?{urlencode({'id': id})}")
        sent = {each.attributes["value"] for each in page.all("input", name="ticket")}
        assert sent <= {id}
