"""XML: what every format made of it reads with: expat, element by element, and no document type.

A file comes from a stranger. Without a document type there is no entity, so nothing is fetched and
nothing grows; a format bounds its own depth and lengths.

Source: THREATS F04, F05.
"""

from __future__ import annotations

from typing import Final, NoReturn
from xml.parsers import expat

from upheld.core.errors import HistoryError

_FAULTS: Final = {
    expat.errors.codes[message]: told
    for message, told in (
        (expat.errors.XML_ERROR_TAG_MISMATCH, "an element ends here that did not begin last"),
        (expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT, "a second {called} begins here: put each in a file of its own"),
        (expat.errors.XML_ERROR_INVALID_TOKEN, "a character cannot stand here"),
        (expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE, "an attribute is given twice"),
        (expat.errors.XML_ERROR_UNDEFINED_ENTITY, "an entity was never declared"),
        (expat.errors.XML_ERROR_UNBOUND_PREFIX, "a prefix was never declared"),
    )
}
"""In our words: those of the library change with its releases."""


def xml_fault(error: expat.ExpatError, called: str) -> str:
    """Why a text is no XML; ``called`` is what it should be."""
    return _FAULTS.get(error.code, "something cannot stand here").format(called=called)


class XmlReader:
    """Reads one file; a format says in `_start` and `_end` what its elements are.

    Args:
        name: What places in the file are called.
        called: What it is, for messages: ``log``.
        encoding: The one that counts, whatever the file declares; by default what it declares.
        separator: What stands between the namespace of a name and the name; ``None`` where namespaces do not count.

    Attributes:
        depth: How many elements are open.
        parser: Is fed the bytes of the file.
    """

    def __init__(self, name: str, called: str, encoding: str | None = None, separator: str | None = None) -> None:
        self.depth = 0
        self._name = name
        self._called = called
        self.parser = expat.ParserCreate(encoding, separator)
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.EntityDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def fail(self, problem: str) -> NoReturn:
        """End the reading here."""
        raise HistoryError(f"{self._name}:{self.parser.CurrentLineNumber}", problem)

    def _refuse_doctype(self, *declared: object) -> None:
        told = "this file declares a document type or an entity"
        self.fail(f"{told}, which no {self._called} needs: remove the declaration")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        raise AssertionError("a format reads its elements")

    def _end(self, name: str) -> None:
        """An element ends."""
        raise AssertionError("a format reads its elements")
