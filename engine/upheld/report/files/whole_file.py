"""The whole file: an output of one file that is written whole or not at all.

It is written beside its place first, and takes it by a rename once its last byte is on the disk: whoever reads it
meanwhile reads the previous one, and a run that was killed leaves that (THREATS F14).
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from upheld.core.errors import UpheldError


def write_whole_file(path: Path, text: str) -> None:
    """Write a text in UTF-8, with the line ends that it has. What is no regular file, as a pipe, is written into.

    Raises: UpheldError for a folder; OSError.
    """
    if path.is_dir():
        raise UpheldError(f"{path} is a folder: name a file in it")
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8", newline="")
        return
    place = path.resolve()  # a link stays one
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{place.name}.upheld-new-", dir=place.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    new = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(place.stat().st_mode & 0o777 if place.exists() else 0o666 & ~_umask())
        new.replace(place)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
