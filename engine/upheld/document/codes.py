"""The codes of what can be wrong in the reading of a document, before any schema is asked.

A code is never used twice. ``TITLES`` names each one in a few words; what to avoid, what to
write instead and why stands in ``docs/findings.md``, one entry for each.

    >>> TITLES[DUPLICATE_KEY]
    'key written twice'
"""

from __future__ import annotations

from typing import Final

NOT_UTF8: Final = "UP001"
TOO_LARGE: Final = "UP002"
TOO_DEEP: Final = "UP003"
TOO_MANY_NODES: Final = "UP004"
TOO_MANY_PROBLEMS: Final = "UP005"

REFUSED_CHARACTER: Final = "UP010"
INVISIBLE_SPACE: Final = "UP011"

SYNTAX: Final = "UP020"
TAB: Final = "UP021"
QUOTE: Final = "UP022"
BRACKET: Final = "UP023"
COLON: Final = "UP024"
INDENTATION: Final = "UP025"
RESERVED_START: Final = "UP026"
ESCAPE: Final = "UP027"

ANCHOR: Final = "UP030"
ALIAS: Final = "UP031"
MERGE_KEY: Final = "UP032"
TAG: Final = "UP033"
DIRECTIVE: Final = "UP034"
SECOND_DOCUMENT: Final = "UP035"

DUPLICATE_KEY: Final = "UP040"
KEY_NOT_TEXT: Final = "UP041"
INTEGER_TOO_LARGE: Final = "UP042"

EMPTY_DOCUMENT: Final = "UP050"
WRONG_ROOT: Final = "UP051"

TITLES: Final[dict[str, str]] = {
    NOT_UTF8: "file is not UTF-8",
    TOO_LARGE: "file too large",
    TOO_DEEP: "nested too deeply",
    TOO_MANY_NODES: "too many values",
    TOO_MANY_PROBLEMS: "too many problems to go on",
    REFUSED_CHARACTER: "character that cannot be read",
    INVISIBLE_SPACE: "invisible space where a space was meant",
    SYNTAX: "cannot be read as YAML",
    TAB: "tab in the indentation",
    QUOTE: "quote not closed, or closed too early",
    BRACKET: "bracket not closed, or one too many",
    COLON: "colon missing, or one too many",
    INDENTATION: "line not indented like its neighbours",
    RESERVED_START: "unquoted text begins with a reserved character",
    ESCAPE: "unknown escape in double quotes",
    ANCHOR: "anchor",
    ALIAS: "alias",
    MERGE_KEY: "merge key",
    TAG: "tag",
    DIRECTIVE: "directive",
    SECOND_DOCUMENT: "second document in the file",
    DUPLICATE_KEY: "key written twice",
    KEY_NOT_TEXT: "key that is not text",
    INTEGER_TOO_LARGE: "whole number too large",
    EMPTY_DOCUMENT: "empty document",
    WRONG_ROOT: "document of the wrong form",
}
