"""Serialization: what one process tells another, as bytes.

What both have is not sent but named: the policy, its schedule and its calendars. The rest is pickled; only processes
that one replay has started itself ever read it.
"""

from __future__ import annotations

import io
import pickle
from typing import Any, Final

from upheld.core.decision.engine import Engine

_PROTOCOL: Final = 5


class Serializer:
    """Packs and opens messages; the process on the other side has an engine of the same policy and contracts."""

    def __init__(self, engine: Engine) -> None:
        calendars = {f"calendar {name}": calendar for name, calendar in engine.schedule.calendars.items()}
        self._known: dict[str, object] = {"policy": engine.policy, "schedule": engine.schedule, **calendars}
        self._names = {id(part): name for name, part in self._known.items()}

    def packed(self, content: object) -> bytes:
        """The bytes that are sent. Raises: whatever pickling raises for what cannot be."""
        file = io.BytesIO()
        pickler = _Pickler(file, _PROTOCOL)
        pickler.names = self._names
        pickler.dump(content)
        return file.getvalue()

    def opened(self, message: bytes) -> Any:  # whatever was packed
        """What was packed, on the other side."""
        unpickler = _Unpickler(io.BytesIO(message))
        unpickler.known = self._known
        return unpickler.load()


class _Pickler(pickle.Pickler):
    names: dict[int, str]

    def persistent_id(self, obj: object) -> str | None:
        """The name of what the other side has, too."""
        return self.names.get(id(obj))


class _Unpickler(pickle.Unpickler):
    known: dict[str, object]

    def persistent_load(self, pid: str) -> object:
        """What this side has under a name."""
        return self.known[pid]
