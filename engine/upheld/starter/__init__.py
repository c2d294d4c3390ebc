"""The starter: a first policy to change, small, commented and without a fault.

The template is an ordinary policy, checked like any other by a test; a starter is its
text with the vendor's names put in their place. It extends the base policy, so that
it holds only what a vendor has to say itself.

    >>> starter_name("Café Support"), vendor_of("cafe-support")
    ('cafe-support', 'Cafe Support')
    >>> sorted(starter_files("acme", "Acme"))[-2:]
    ['policy.yaml', 'scenarios/first.yaml']
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from upheld.core.nearest import quoted
from upheld.schema.formats import check_format
from upheld.schema.resources import read_schema

TEMPLATE_NAME = "my-policy"
TEMPLATE_VENDOR = "My Company"
"""What the template calls itself; the vendor stands between double quotes wherever it does."""

TEMPLATES = ("policy.yaml", "scenarios/first.yaml", "README.md")
SCHEMAS = ("policy", "scenario")
SCHEMA_FOLDER = ".upheld"
"""Beside the policy, since an editor finds a schema by a path from the file it is named in."""

NO_TEXT = frozenset({"true", "false", "null"})
LONGEST_NAME = 64
LONGEST_VENDOR = 200


def starter_name(folder: str, wanted: str | None = None) -> str:
    """The policy's name: the one ``wanted``, else the folder's in kebab-case.

    Raises: ValueError, with what to do, when that is no name.
    """
    if wanted is not None:
        check_format("id", wanted)
        if len(wanted) > LONGEST_NAME:
            raise ValueError(f"a name has at most {LONGEST_NAME} characters, and this one {len(wanted)}")
        return wanted
    letters = unicodedata.normalize("NFKD", folder.casefold())
    name = re.sub(r"[^a-z0-9]+", "-", "".join(each for each in letters if not unicodedata.combining(each))).strip("-")
    if not name or len(name) > LONGEST_NAME:
        advice = "give it a name, such as `--name acme`"
        raise ValueError(f"no policy can be called after the folder {quoted(folder)}; {advice}")
    return name


def vendor_of(name: str) -> str:
    """The vendor that a policy of this name is probably about."""
    return " ".join(word.capitalize() for word in name.split("-"))


def starter_files(name: str, vendor: str) -> Mapping[str, bytes]:
    """Every file of a starter, by its path from the starter's folder.

    Raises: ValueError when the vendor's name does not fit on a line.
    """
    try:
        check_format("line", vendor)
    except ValueError as error:
        raise ValueError(f"the vendor's name cannot be used: {error}") from error
    if len(vendor) > LONGEST_VENDOR:
        raise ValueError(f"a vendor's name has at most {LONGEST_VENDOR} characters, and this one {len(vendor)}")
    vendor_text = json.dumps(vendor, ensure_ascii=False)[1:-1]
    template = files(__name__).joinpath("template")
    made = {}
    for path in TEMPLATES:
        text = _text(template, path).replace(TEMPLATE_NAME, _written(name, path))
        made[path] = text.replace(TEMPLATE_VENDOR, vendor_text).encode()
    return made | {f"{SCHEMA_FOLDER}/{each}.schema.json": read_schema(each) for each in SCHEMAS}


def _written(name: str, path: str) -> str:
    """The policy's name in this file: in quotes where YAML would take it for something else, as `2026` or `true`."""
    return f'"{name}"' if path.endswith(".yaml") and (name.isdigit() or name in NO_TEXT) else name


def _text(folder: Traversable, path: str) -> str:
    return folder.joinpath(*path.split("/")).read_text(encoding="utf-8").replace("\r\n", "\n")
