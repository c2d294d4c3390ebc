"""Reading a document: from bytes to a tree that knows its places, or to everything that is wrong.

PyYAML only cuts the text into events; its composer, resolvers and constructors are never used. What YAML
offers beyond plain data (anchors, tags, merge keys, directives, more documents) is refused, and the
limits are kept while events arrive, before anything can grow.

    >>> document = read_document(b"zone: Europe/Paris\\ncountry: NO\\n", "policy.yaml")
    >>> document.root["country"], str(document.root.value_place("country"))
    ('NO', 'policy.yaml:2:10')
"""

from __future__ import annotations

import yaml

from upheld.document.builder import Builder, Root
from upheld.document.characters import FEW_PAGES, Limits, read_text, refuse_characters, stands_in
from upheld.document.parser import Stopped, events, refuse_directives
from upheld.document.problems import Problems
from upheld.document.syntax import explain
from upheld.document.tree import Document


def read_document(
    data: bytes,
    name: str,
    *,
    root: Root = "mapping",
    libyaml: bool = yaml.__with_libyaml__,
    limits: Limits = FEW_PAGES,
) -> Document:
    """Read one YAML or JSON document.

    Args:
        data: The bytes of the file; more than the limits allow are refused, so nobody need read further.
        name: What reports call the file.
        root: What the document has to be at its outermost.
        libyaml: Whether the parser in C cuts the text, or the one in Python. They differ in speed, and hardly in words.
        limits: How much is read.

    Raises: DocumentError with everything that is wrong, up to the first place where the text is no YAML.
    """
    problems = Problems(read_text(data, name, limits))
    text = refuse_directives(problems, refuse_characters(problems))
    builder = Builder(problems, limits)
    try:
        for event in events(text, libyaml=libyaml):
            builder.feed(event)
            if builder.done:
                break
        tree = builder.tree(root)
    except Stopped as stop:
        found = explain(stop.complaint, text, builder.inner, builder.quoted)
        begin = text.rfind("\n", 0, min(found.offset, stop.complaint.at)) + 1
        if not problems or not stands_in(text, begin, stop.complaint.at):
            problems.add(found.code, found.offset, found.message, found.hint)
    if problems:
        raise problems.error()
    return Document(problems.source, tree)
