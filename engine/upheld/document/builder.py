"""From a parser's events to mappings and lists, with no recursion, keeping the limits as it goes.

What is refused is noted and passed over, so that one run finds all there is: of two equal keys
the first is kept, an alias stands for nothing, and an anchored or tagged value is itself.
"""

from __future__ import annotations

from array import array
from typing import Final, Literal, TypeAlias

import yaml

from upheld.document import catalogue
from upheld.document.characters import FEW_PAGES, Limits, normal_text, refuse_escapes, refuse_invisible
from upheld.document.parser import MAX_DEPTH, end_of, start_of
from upheld.document.problems import Problems, colon_refusal, tag_refusal
from upheld.document.scalars import TooLarge, plain_value
from upheld.document.source import shown
from upheld.document.tree import Mapping, Sequence, Spots, Value

Root: TypeAlias = Literal["mapping", "list", "either"]


class _Frame:
    """A mapping or list that is still open: its offsets so far, and the key that waits for a value."""

    __slots__ = ("node", "spots", "key", "key_at", "dropped")

    def __init__(self, node: Mapping | Sequence, offset: int) -> None:
        self.node = node
        self.spots: array[int] = array("I", (offset,))
        self.key: str | None = None
        self.key_at = 0
        self.dropped = False


class Builder:
    """Makes the values of one document.

    Attributes:
        done: Whether a second document began, so that nothing more is taken.
        quoted: Where the last text in quotes began, if there was any.
    """

    def __init__(self, problems: Problems, limits: Limits = FEW_PAGES) -> None:
        self._limits = limits
        self.done = False
        self.quoted: int | None = None
        self._problems = problems
        self._spots = Spots(problems.source)
        self._roots = Sequence()
        self._open = [_Frame(self._roots, 0)]
        self._nodes = 0
        self._documents = 0

    @property
    def inner(self) -> int | None:
        """Where the innermost open mapping or list begins."""
        return self._open[-1].spots[0] if len(self._open) > 1 else None

    def feed(self, event: yaml.Event) -> None:
        """Take the next event. Raises DocumentError when a limit is passed."""
        if isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.DocumentStartEvent):
            self._document(start_of(event))
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, start_of(event))

    def tree(self, wanted: Root) -> Mapping | Sequence:
        """The whole document, when it is of the wanted form. Raises DocumentError otherwise."""
        root = self._roots[0] if self._roots else None
        if root is None:
            if not self._problems:
                self._problems.add(catalogue.EMPTY_DOCUMENT, 0, "there is nothing in the document", _FORM_HINTS[wanted])
            raise self._problems.error()
        if isinstance(root, Mapping if wanted == "mapping" else Sequence if wanted == "list" else Mapping | Sequence):
            return root
        offset = self._open[0].spots[1]
        self._problems.add(catalogue.WRONG_ROOT, offset, *_wrong_root(root, wanted))
        raise self._problems.error()

    def _document(self, offset: int) -> None:
        self._documents += 1
        if self._documents == 2:
            self.done = True
            hint = "keep one document in a file: remove the `---`, or move what follows to a file of its own"
            self._problems.add(catalogue.SECOND_DOCUMENT, offset, "a second document begins here", hint)

    def _node(self, event: yaml.NodeEvent, offset: int) -> None:
        self._nodes += 1
        if self._nodes > self._limits.most_nodes:
            message = f"the document has more than {self._limits.most_nodes} keys and values"
            self._problems.add(catalogue.TOO_MANY_NODES, offset, message, self._limits.nodes_hint)
            raise self._problems.error()
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self._refuse_properties(event.anchor, event.tag, offset)
            self._scalar(event, offset)
        elif isinstance(event, yaml.CollectionStartEvent):
            if event.anchor is not None or event.tag is not None:
                self._refuse_properties(event.anchor, event.tag, offset)
            self._start(Mapping() if isinstance(event, yaml.MappingStartEvent) else Sequence(), offset)
        else:
            message = f"`*{shown(event.anchor or '')}` is an alias, which is not read"
            hint = "write the value out; text that begins with `*` needs quotes"
            self._problems.add(catalogue.ALIAS, offset, message, hint)
            if self._wants_key():
                self._drop_key()
            else:
                self._place(None, offset)

    def _refuse_properties(self, anchor: str | None, tag: str | None, offset: int) -> None:
        text = self._problems.source.text
        if anchor is not None:
            at = text.find("&", offset)
            message = f"`&{shown(anchor)}` is an anchor, which is not read"
            hint = "remove it, and write the value out where it is used; text that begins with `&` needs quotes"
            self._problems.add(catalogue.ANCHOR, at, message, hint)
        if tag is not None:
            at = text.find("!", offset)
            self._problems.add(catalogue.TAG, at, *tag_refusal(text, at))

    def _start(self, node: Mapping | Sequence, offset: int) -> None:
        if len(self._open) > MAX_DEPTH:
            message = f"more than {MAX_DEPTH} mappings and lists stand inside one another"
            self._problems.add(catalogue.TOO_DEEP, offset, message, "is a bracket missing? no policy nests so deeply")
            raise self._problems.error()
        if self._wants_key():
            message = "a key has to be text, and this is a list or a mapping"
            hint = "text that begins with `[` or `{` needs quotes"
            self._problems.add(catalogue.KEY_NOT_TEXT, offset, message, hint)
        self._open.append(_Frame(node, offset))

    def _end(self) -> None:
        frame = self._open.pop()
        node = frame.node
        node._spots = self._spots
        node._at = len(self._spots.offsets)
        self._spots.offsets.extend(frame.spots)
        if self._wants_key():
            self._drop_key()
        else:
            self._place(node, frame.spots[0])

    def _wants_key(self) -> bool:
        frame = self._open[-1]
        return frame.key is None and isinstance(frame.node, Mapping)

    def _drop_key(self) -> None:
        """Pass over the key that comes next, and its value when that comes."""
        frame = self._open[-1]
        frame.key, frame.dropped = "", True

    def _place(self, value: Value, offset: int) -> None:
        """Put ``value`` where the innermost open container has it."""
        frame = self._open[-1]
        node, key = frame.node, frame.key
        if isinstance(node, Sequence):
            node.append(value)
            frame.spots.append(offset)
            return
        assert key is not None, "a mapping takes its key first"
        if value is None and ":" in key and not frame.dropped and self._lacks_colon(frame.key_at, offset):
            self._problems.add(catalogue.COLON, frame.key_at, *colon_refusal(key))
        if not frame.dropped:
            node[key] = value
            frame.spots.append(frame.key_at)
            frame.spots.append(offset)
        frame.key, frame.dropped = None, False

    def _lacks_colon(self, start: int, end: int) -> bool:
        """Whether the key from ``start`` has no quotes and no colon of its own, as in ``{en:Open}``."""
        written = self._problems.source.text[start:end].rstrip()
        return not written.startswith(("'", '"', "|", ">")) and not written.endswith(":")

    def _scalar(self, event: yaml.ScalarEvent, offset: int) -> None:
        text = event.value
        plain = not event.style
        if not plain:
            self.quoted = offset
        if event.style == '"':
            refuse_escapes(self._problems, text, offset, end_of(event))
        if not text.isascii():
            if plain:
                refuse_invisible(self._problems, text, offset, end_of(event))
            text = normal_text(self._problems, text, offset)
        if self._wants_key():
            self._key(text, offset, plain)
        else:
            self._place(self._plain(text, offset) if plain else text, offset)

    def _plain(self, text: str, offset: int) -> Value:
        try:
            return plain_value(text)
        except TooLarge:
            message = f"`{shown(text)}` is too large for a whole number"
            hint = "the largest has 19 digits; put it in quotes if it is a name and not a number"
            self._problems.add(catalogue.INTEGER_TOO_LARGE, offset, message, hint)
            return text

    def _key(self, text: str, offset: int, plain: bool) -> None:
        frame = self._open[-1]
        if text in frame.node:
            self._duplicate(frame, text, offset)
        elif plain and text == "<<":
            hint = "write the keys out; a policy shares with `extends`, `parameters` and named conditions"
            self._problems.add(catalogue.MERGE_KEY, offset, "`<<` is a merge key, which is not read", hint)
            self._drop_key()
        elif plain and not text:
            hint = "write the key before its `:`"
            self._problems.add(catalogue.KEY_NOT_TEXT, offset, "a key is missing here", hint)
            self._drop_key()
        else:
            frame.key, frame.key_at = text, offset

    def _duplicate(self, frame: _Frame, text: str, offset: int) -> None:
        """Note a key that its mapping has already."""
        first = self._problems.source.place(frame.spots[1 + 2 * list(frame.node).index(text)])
        message = f"the key `{shown(text)}` is written twice in one mapping"
        hint = f"it stands already in line {first.line}, column {first.column}; keep one of the two"
        self._problems.add(catalogue.DUPLICATE_KEY, offset, message, hint)
        self._drop_key()


_FORM_HINTS: Final[dict[Root, str]] = {
    "mapping": "a document is made of lines `key: value`, with a space after the colon",
    "list": "a document of this kind is a list: begin each item with `- `",
    "either": "a document is made of lines `key: value`, or of items `- value`",
}


def _wrong_root(root: Value, wanted: Root) -> tuple[str, str]:
    """What is said of an outermost value that is not of the wanted form, and what to do."""
    if isinstance(root, Mapping):
        return "the document is a mapping, and a list is expected", _FORM_HINTS[wanted]
    if isinstance(root, Sequence):
        return "the document is a list, and a mapping is expected", _FORM_HINTS[wanted]
    return "the document is one single value, with no key", _FORM_HINTS[wanted]
