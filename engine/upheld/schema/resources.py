"""The schemas that come with upheld, found the same way from a wheel and from a checkout.

The wheel carries them as ``upheld/schemas``; in a checkout they stand at the top,
where editors and readers look for them.

    >>> schema_names()[:1]
    ('policy',)
    >>> read_schema("policy").lstrip()[:1]
    b'{'
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

_SUFFIX = ".schema.json"
# The order in which a person meets them; one that is not here yet is simply not there.
_NAMES = ("policy", "scenario", "history", "verdict", "versions", "contracts", "mapping", "rates")


def schemas() -> Traversable:
    """Return the folder that holds the JSON Schemas.

    Raises: FileNotFoundError if the installation lacks it, which only a broken wheel does.
    """
    package = files("upheld")
    for folder in (package.joinpath("schemas"), package.joinpath("..", "..", "schemas")):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("this installation of upheld lacks its schemas; install it again")


def schema_names() -> tuple[str, ...]:
    """Return the names that ``read_schema`` knows, in the order in which a person meets them."""
    present = {entry.name.removesuffix(_SUFFIX) for entry in schemas().iterdir() if entry.name.endswith(_SUFFIX)}
    return (*(name for name in _NAMES if name in present), *sorted(present.difference(_NAMES)))


def read_schema(name: str) -> bytes:
    """Return the text of one schema, such as ``policy``, in UTF-8."""
    return schemas().joinpath(name + _SUFFIX).read_bytes()
