"""The logo: a picture as a part of the page.

A browser shows what an ``img`` names as a picture and as nothing else: a script in an SVG does not run there, and
nothing is fetched for it. All the same it has to be what it says it is.
"""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Final

from upheld.core.errors import UpheldError

MOST_BYTES: Final = 512 * 1024
_SIGNS: Final = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def logo_address(path: Path) -> str:
    """The picture as an address that holds it.

    Raises: UpheldError for what is no PNG, JPEG or SVG, or is larger than a logo; OSError.
    """
    with path.open("rb") as file:
        read = file.read(MOST_BYTES + 1)
    if len(read) > MOST_BYTES:
        raise UpheldError(f"{path}: this picture has more than {MOST_BYTES // 1024} KiB; save a smaller one")
    kind = next((kind for sign, kind in _SIGNS if read.startswith(sign)), "image/svg+xml" if _is_svg(read) else "")
    if not kind:
        raise UpheldError(f"{path}: this is no PNG, JPEG or SVG picture; save the logo as one")
    return f"data:{kind};base64,{b64encode(read).decode()}"


def _is_svg(read: bytes) -> bool:
    """Whether it is a document whose root is an ``svg``; entities are not read, so none can be asked for (F04)."""
    from xml.parsers import expat

    names: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _: names.append(name) if not names else None
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(read, True)
    except (expat.ExpatError, ValueError):
        return False
    return names == ["http://www.w3.org/2000/svg svg"]


def _refuse(*_: object) -> None:
    raise ValueError("a DTD")
