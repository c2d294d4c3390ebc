"""Those who look at the console: signed in, with a page as a browser's parser finds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from pages.markup import Element, parsed
from serve.conftest import Service

FORM = "application/x-www-form-urlencoded"


@dataclass
class Visitor:
    """Somebody with a browser that keeps what it is told to keep; ``who`` is one of those of the service."""

    service: Service
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **named: Any) -> httpx.Response:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= named.pop("headers", {})
        self.service.client.cookies.clear()
        answer = self.service.ask(method, path, headers=headers, **named)
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        return answer

    def see(self, path: str, **named: Any) -> Element:
        """A page that is there."""
        answer = self.ask("GET", path, **named)
        assert 200 == answer.status_code, (path, answer.status_code, answer.headers.get("location"))
        return parsed(answer.text.removeprefix("<!doctype html>"))

    def send(self, path: str, given: Mapping[str, Any], **named: Any) -> httpx.Response:
        """What comes of a form."""
        headers = {"Content-Type": FORM, **named.pop("headers", {})}
        return self.ask("POST", path, content=urlencode(given, doseq=True), headers=headers, **named)

    def sign_in(self, who: str, back: str = "") -> Visitor:
        answer = self.send("/console/sign-in", {"token": self.service.tokens[who], "back": back})
        assert 303 == answer.status_code
        return self

    @property
    def csrf(self) -> str:
        return self.see("/console/try").all("input", name="csrf")[0].attributes["value"]


def form_of(page: Element, event: str) -> dict[str, str]:
    """What a browser would send of an event's form that nobody fills in."""
    form = next(
        each
        for each in page.all("form", action="/console/act")
        if each.the("input", name="event").attributes["value"] == event
    )
    sent = {each.attributes["name"]: each.attributes.get("value", "") for each in form.all("input")}
    for each in form.all("select"):
        options = each.all("option")
        chosen = [one for one in options if "selected" in one.attributes] or options[:1]
        sent[each.attributes["name"]] = chosen[0].attributes["value"]
    return sent


@pytest.fixture
def visitor(service: Service) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(service)


@pytest.fixture
def agent(service: Service) -> Visitor:
    """One who works at the desk."""
    return Visitor(service).sign_in("agent")


@pytest.fixture
def acme(service: Service) -> Visitor:
    """The customer of T-1."""
    return Visitor(service).sign_in("acme")


@pytest.fixture
def other(service: Service) -> Visitor:
    """Another customer."""
    return Visitor(service).sign_in("other")
