"""The collector of circles: switched off while a history is decided.

What a replay makes holds nothing that leads back to itself, so it is freed the moment nobody
needs it. Python looks for circles all the same, over and over through everything that is
alive: a sixth of the time of a long replay, to find nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """No looking for circles meanwhile; afterwards as it was before."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
