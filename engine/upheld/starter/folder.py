"""A new folder, written whole or not at all.

It is made beside its place under another name and moved there when every file in it is
on the disk. So nobody ever finds half of it, nothing that exists is touched, and what
a crash leaves behind is a hidden folder that is plainly left over.

Source: THREATS F14.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from upheld.core.errors import UpheldError
from upheld.core.nearest import quoted
from upheld.core.record.message import PRINTED_SPACES


def write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write these files, by their paths with ``/``, into the new folder ``target``.

    Raises: UpheldError for a name that does not show, when something is there already, or the folder it would be in is
        not; OSError when the disk fails, with nothing left of the attempt.
    """
    if not target.name.translate(PRINTED_SPACES).isprintable():
        raise UpheldError(f"a folder called {quoted(target.name)} could not be shown: name one without such characters")
    if os.path.lexists(target):
        raise UpheldError(f"`{target}` exists already, and nothing is written over; name a new folder")
    if not target.parent.is_dir():
        raise UpheldError(f"there is no folder `{target.parent}` to make it in; make that one first")
    made = target.parent / f".upheld-new-{secrets.token_hex(6)}"
    try:
        _fill(made, files)
        made.rename(target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    _sync(target.parent)


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    paths = {folder.joinpath(*path.split("/")): data for path, data in files.items()}
    for path, data in paths.items():
        _write(path, data)
    for each in sorted({folder, *(path.parent for path in paths)}):
        _sync(each)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Let the disk know the names in a folder, where the system can be told so."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
