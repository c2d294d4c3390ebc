"""What a page says: its words in order, and its tags, read by a parser that knows nothing of how it was made."""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Final

VOID: Final = frozenset({"meta", "link", "br", "img", "hr", "input", "rect", "path", "circle"})


class Tag:
    """An element: its name, its attributes, where it stands, and all text in it."""

    def __init__(self, name: str, attributes: dict[str, str], parent: Tag | None) -> None:
        self.name, self.attributes, self.parent = name, attributes, parent
        self.text = ""

    def within(self, name: str, **attributes: str) -> bool:
        """Whether it is one of these, or stands in one."""
        if self.name == name and attributes.items() <= self.attributes.items():
            return True
        return self.parent is not None and self.parent.within(name, **attributes)

    def within_anchor(self, anchor: str) -> bool:
        """Whether it is the element of an anchor, or stands in it."""
        return self.attributes.get("id") == anchor or (self.parent is not None and self.parent.within_anchor(anchor))

    @property
    def words(self) -> str:
        """Its text with single blanks."""
        return " ".join(self.text.split())


class Reading(HTMLParser):
    """A page as it was read; every element has to be closed in the right order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self._open: list[Tag] = []
        self._said: list[tuple[str, Tag]] = []
        self.feed(page)
        self.close()
        assert not self._open, [tag.name for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notice an element."""
        assert len(dict(attrs)) == len(attrs), attrs
        found = Tag(tag, {name: value or "" for name, value in attrs}, self._open[-1] if self._open else None)
        self.tags.append(found)
        if tag not in VOID:
            self._open.append(found)

    def handle_endtag(self, tag: str) -> None:
        """Notice its end."""
        if tag in VOID:
            return
        assert self._open
        assert tag == self._open.pop().name

    def handle_data(self, data: str) -> None:
        """Add a text to all that it stands in."""
        for tag in self._open:
            tag.text += data
        if self._open:
            self._said.append((data, self._open[-1]))

    def said(self, inside: str, *, without: Iterable[str] = ()) -> str:
        """All text in the element of this anchor, but for what stands in elements of these names."""
        return "".join(
            text
            for text, tag in self._said
            if tag.within_anchor(inside) and not any(tag.within(name) for name in without)
        )

    @property
    def ids(self) -> list[str]:
        """All anchors."""
        return [tag.attributes["id"] for tag in self.tags if "id" in tag.attributes]

    @property
    def links(self) -> list[str]:
        """Where all links lead to."""
        return [tag.attributes["href"] for tag in self.tags if "href" in tag.attributes]

    def one(self, name: str, **attributes: str) -> Tag:
        """The element that is alone in being so."""
        found = self.all(name, **attributes)
        assert len(found) == 1, (name, attributes, len(found))
        return found[0]

    def all(self, name: str, **attributes: str) -> list[Tag]:
        """All elements that are so; ``class_`` is one of their classes."""
        kind = attributes.pop("class_", "")
        return [
            tag
            for tag in self.tags
            if tag.name == name
            and attributes.items() <= tag.attributes.items()
            and (not kind or kind in tag.attributes.get("class", "").split())
        ]
