"""The visit: who looks, in which language, and where; and the frame that stands around what is shown.

>>> address("/console/ticket", id="a/b?<", page="")
'/console/ticket?id=a%2Fb%3F%3C'
>>> preferred("fr-CA;q=0.9, de, en;q=0.2"), preferred("*"), preferred("fr;q=0, en;q=x")
('fr', 'en', 'en')
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from typing import Final
from urllib.parse import parse_qsl, urlencode

from upheld.core.policy.policy import Policy
from upheld.desk import Desk
from upheld.pages.contexts import Tongue
from upheld.pages.single_file import styles
from upheld.serve.console.contexts import Filter, Frame, Link, Option, Pager
from upheld.serve.request.access import ON_THIS_MACHINE, Reader
from upheld.show.words.locale import LANGUAGES, locale_of
from upheld.show.words.view import View

ROOT: Final = "/console"
AT_ONCE: Final = 50
"""Rows of a page of a list."""

STYLE: Final = str(styles("report.css", "lifecycle.css", "terms.css", "console.css").text).encode()
SCRIPT: Final = files("upheld.serve.console").joinpath("try_it.js").read_bytes()
STYLE_AT: Final = f"{ROOT}/style-{sha256(STYLE).hexdigest()[:16]}.css"
SCRIPT_AT: Final = f"{ROOT}/try-it-{sha256(SCRIPT).hexdigest()[:16]}.js"
"""Their addresses change with what they say, so a browser may keep them for good."""

_ACCEPTED: Final = re.compile(
    r"\s*([a-zA-Z]{2,3})(?:-[\w-]*)?\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*", re.ASCII
)


def address(path: str, **values: str) -> str:
    """An address with what is asked there; nothing is asked by an empty text."""
    asked = urlencode({name: value for name, value in values.items() if value})
    return f"{path}?{asked}" if asked else path


def at_ticket(ticket: str, **values: str) -> str:
    """Where a ticket is told of."""
    return address(f"{ROOT}/ticket", id=ticket, **values)


def preferred(accepted: str) -> str:
    """The language that a browser asks for (``Accept-Language``), of those that there are; else the first of ours."""
    weighed = [_ACCEPTED.fullmatch(each) for each in accepted[:500].split(",")]
    found = [(-float(each[2] or 1), each[1].lower()) for each in weighed if each and float(each[2] or 1) > 0]
    return next((language for _, language in sorted(found, key=lambda each: each[0]) if language in LANGUAGES), "en")


@dataclass(frozen=True, slots=True)
class Visit:
    """Whoever looks at a page.

    Attributes:
        desk: What is looked at.
        at: The time, by which what is due is told.
        language: The reader's.
        here: The path of the page, with what is asked there but for the language.
        reader: As whom it is looked at; ``None`` before signing in.
        csrf: That of the session, or ``""``.
        called: What the reader's token is called, by which records name who acted; ``""`` for none.
    """

    desk: Desk
    at: datetime
    language: str
    here: str
    reader: Reader | None = None
    csrf: str = ""
    called: str = ""

    @property
    def known(self) -> Reader:
        """The reader of a page that nobody else sees."""
        assert self.reader is not None, self.here
        return self.reader

    def asked(self, name: str) -> str:
        """What is asked at the address by a name; ``""`` for nothing."""
        return dict(parse_qsl(self.here.partition("?")[2])).get(name, "")

    def number(self, name: str, least: int = 1) -> int:
        """The same as a whole number; the least where it is none."""
        text = self.asked(name)
        return max(least, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else least

    def view(self, policy: Policy) -> View:
        """A policy as this reader is told of it."""
        return View(policy, self.language)

    def say(self, key: str, **values: object) -> str:
        """One of the console's own messages."""
        return locale_of(self.language).say(key, **values)

    def elsewhere(self, **values: str) -> str:
        """This page with something else asked."""
        path, _, asked = self.here.partition("?")
        return address(path, **{**dict(parse_qsl(asked)), **values})

    def pager(self, total: int, at_once: int = AT_ONCE) -> tuple[slice, Pager]:
        """Which part of a list the page shows, and the way to the others."""
        last = max(1, -(-total // at_once))
        page = min(self.number("page"), last)
        first, until = (page - 1) * at_once, min(page * at_once, total)
        says = self.say("console.part", first=first + 1 if total else 0, last=until, of=total)
        before = self.elsewhere(page=str(page - 1)) if page > 1 else ""
        after = self.elsewhere(page=str(page + 1)) if page < last else ""
        return slice(first, until), Pager(says, before, after)

    def version(self) -> str:
        """The policy that is asked for, by its digest; that in force where none is."""
        asked = self.asked("policy")
        return asked if asked in {each.digest for each in self.desk.policies()} else self.desk.edition().policy

    def versions(self, digest: str) -> tuple[Filter, ...]:
        """The policies to choose from, since each ticket goes on under the one that it was opened under."""
        known = self.desk.policies()
        options = (Option(each.digest, f"{each.id}@{each.version}", each.digest == digest) for each in known)
        return (Filter("by-policy", "policy", self.say("policy"), tuple(options)),) if len(known) > 1 else ()

    def frame(self, title: str, script: str = "") -> Frame:
        """What stands around a page of this title."""
        return Frame(
            language=self.language,
            title=title,
            style=STYLE_AT,
            script=script,
            vendor=locale_of(self.language).tidy(self.desk.policy().vendor.name),
            links=tuple(self._links()) if self.reader is not None else (),
            tongues=tuple(
                Tongue(each, locale_of(each).say("language.own"), "" if each == self.language else self._in(each))
                for each in LANGUAGES
            ),
            who="" if self.reader is None else self._who(self.reader),
            leaves=self.reader is not ON_THIS_MACHINE,
            csrf=self.csrf,
        )

    def _in(self, language: str) -> str:
        return self.elsewhere(lang=language)

    def _who(self, reader: Reader) -> str:
        roles = View(self.desk.policy(), self.language).naming
        named = [*map(roles.role, sorted(reader.roles))] if reader.roles is not None else []
        if reader is ON_THIS_MACHINE:
            return self.say("console.this-machine")
        return ", ".join(filter(None, [self.called, reader.customer, *named])) or reader.name

    def _links(self) -> list[Link]:
        path = self.here.partition("?")[0]
        pages = {"due": ("due", "ticket", "new"), "promises": ("promises",), "customers": ("customers", "customer")}
        pages |= {"policy": ("policy",), "try": ("try",)}
        return [
            Link(self.say(f"console.{name}"), f"{ROOT}/{name}", path in {f"{ROOT}/{each}" for each in among})
            for name, among in pages.items()
        ]
