"""Open files: how many a process may have, which bounds the connections that a service can hold at once.

Whoever runs out of them is told in a line a minute, and no connection that is there is harmed: those that come are not
taken until others go.
"""

from __future__ import annotations

import errno
import logging
import sys
import time
from typing import Final

OWN: Final = 40
"""Those of the service itself: its database, its files and the room of *try it*."""
FEW: Final = 1_000
PAUSE_S: Final = 60.0
NONE_LEFT: Final = "no file is left to open, so no connection is taken: let `ulimit -n` allow more"


def allowed() -> int | None:
    """How many this process may have, as many as its limit can be raised to; ``None`` where there is no limit."""
    if sys.platform == "win32":
        return None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (OSError, ValueError):  # some systems have one that is lower still
            pass
    return None if soft == resource.RLIM_INFINITY else soft


def warning(files: int | None) -> str:
    """What there is to say of so many; ``""`` where they are enough for a thousand pages."""
    if files is None or files >= FEW:
        return ""
    most = max(files - OWN, 1)
    return f"this process may have {files} files open, so some {most} connections at once: `ulimit -n` allows more"


class OneLine(logging.Filter):
    """What the loop of events logs, each in a line and without a trace; of no file left to open a line a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._told_s = -PAUSE_S

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        said = record.getMessage().partition("\n")[0]
        record.exc_info, record.args = None, ()
        record.msg = f"internal: {said}: {type(error).__name__}" if error is not None else f"internal: {said}"
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            record.msg = NONE_LEFT
            if time.monotonic() - self._told_s < PAUSE_S:
                return False
            self._told_s = time.monotonic()
        return True
