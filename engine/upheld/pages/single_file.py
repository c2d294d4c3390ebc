"""The single file: a page that brings its styles, and is allowed nothing else.

Its content security policy names the digest of its styles. So a browser runs no script in it, fetches nothing for it,
sends no form from it, and takes no other style, whatever a ticket's title says (THREATS F03). Pictures are in the page.

    >>> sheet("p{margin:0}").policy.split("; ")[0], sheet("p{margin:0}").policy.split("; ")[2]
    ("default-src 'none'", 'img-src data:')
"""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Final, NamedTuple

from markupsafe import Markup

from upheld.pages.theme import variables

_SHEETS: Final = ("page.css", "figures.css")
"""The sheets of every page, in order."""


class Sheet(NamedTuple):
    """The styles of a page.

    Attributes:
        text: What stands in its ``style``.
        policy: The content security policy that allows them alone.
    """

    text: Markup
    policy: str


def sheet(text: str) -> Sheet:
    """Styles of our own, with their policy."""
    digest = b64encode(sha256(text.encode()).digest()).decode()
    allowed = (f"style-src 'sha256-{digest}'", "img-src data:", "base-uri 'none'", "form-action 'none'")
    return Sheet(Markup(text), "; ".join(("default-src 'none'", *allowed)))


@lru_cache
def styles(*more: str) -> Sheet:
    """The theme's variables and the sheets of all pages; ``more`` are the names of those of this page alone."""
    folder = files("upheld.pages").joinpath("style")
    texts = (folder.joinpath(name).read_text(encoding="utf-8") for name in (*_SHEETS, *more))
    return sheet(variables() + "".join(texts))
