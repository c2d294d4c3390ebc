"""A page as a browser's parser would find it: its elements with their attributes and texts, and its tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

NEVER = frozenset("script iframe object embed form link base foreignobject use image animate set".split())
VOID = frozenset("meta link img br hr input source path rect circle line".split())


@dataclass
class Element:
    """An element: its name, its attributes, what stands in it."""

    name: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, with single blanks."""
        parts = [each if isinstance(each, str) else each.text for each in self.children]
        return " ".join("".join(parts).split())

    def all(self, name: str = "", /, **attributes: str) -> list[Element]:
        """Every element within it of this name and with these attributes, in order."""
        found = []
        for each in self.children:
            if isinstance(each, Element):
                if name in ("", each.name) and attributes.items() <= each.attributes.items():
                    found.append(each)
                found += each.all(name, **attributes)
        return found

    def the(self, name: str = "", /, **attributes: str) -> Element:
        """The only one."""
        (found,) = self.all(name, **attributes)
        return found

    def rows(self) -> list[dict[str, str]]:
        """The rows of the first table within it, by the names of its columns."""
        table = self.all("table")[0]
        head = [each.text for each in table.all("th")]
        return [dict(zip(head, [each.text for each in row.all("td")], strict=True)) for row in table.all("tr")[1:]]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), attrs
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert tag == self._open.pop().name, tag

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def done(self) -> Element:
        self.close()
        assert [self.root] == self._open, [each.name for each in self._open]
        return self.root


def parsed(page: str) -> Element:
    """The page; every element has to be closed where it should be."""
    parser = _Parser()
    parser.feed(page)
    return parser.done()


def dangers(page: Element) -> list[Any]:
    """What could run, fetch or send something: none of it is ever in a page (THREATS F03, H04)."""
    found: list[Any] = []
    for each in page.all():
        if each.name in NEVER:
            found.append(each.name)
        if each.name == "meta" and each.attributes.get("http-equiv", "").lower() == "refresh":
            found.append(each.attributes)
        for name, value in each.attributes.items():
            address = value.strip().lower()
            if name.startswith("on") or name in ("style", "srcset", "action", "formaction", "ping", "background"):
                found.append((each.name, name))
            if name in ("href", "xlink:href") and not address.startswith(("#", "https://", "http://")):
                found.append((each.name, value))
            if name == "src" and not address.startswith("data:image/"):
                found.append((each.name, value))
    return found
