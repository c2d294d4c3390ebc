"""The doors of webhooks, out and in."""

from __future__ import annotations

from typing import Final

from upheld.serve.door import Door

DOORS: Final[tuple[Door, ...]] = ()
