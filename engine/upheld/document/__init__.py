"""Documents: YAML and JSON read as data, every key and value with its place.

    >>> document = read_document(b"severities:\\n  - id: critical\\n", "policy.yaml")
    >>> str(document.place(["severities", 0, "id"]))
    'policy.yaml:2:9'

All texts are in Unicode's composed form (NFC). The form does not matter to a reader of the file, and so
it never decides whether a state named in one place is the state declared in another.
"""

from __future__ import annotations

from upheld.document.builder import Root
from upheld.document.catalogue import TITLES
from upheld.document.characters import MAX_BYTES, MAX_NODES, Limits
from upheld.document.parser import MAX_DEPTH
from upheld.document.reader import read_document
from upheld.document.scalars import trap_hint
from upheld.document.source import Source, shown
from upheld.document.tree import Document, Mapping, Sequence, Value

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "TITLES",
    "Document",
    "Limits",
    "Mapping",
    "Root",
    "Sequence",
    "Source",
    "Value",
    "read_document",
    "shown",
    "trap_hint",
]
