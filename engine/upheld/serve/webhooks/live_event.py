"""Live events: what a tracker sends at once, in the shape in which its exports say the same.

So there is one reading of each tracker, and one mapping for its exports and its events. What an export has and an event
has not is told by the module of the tracker.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from upheld.history.file import HistoryFile
from upheld.history.format.api_object import ApiObject
from upheld.history.format.tracker import jira as jira_export
from upheld.history.format.tracker import zendesk as zendesk_export
from upheld.history.importer import Bad, Row

Rows = Callable[[HistoryFile], Any]
PLACE: Final = "event"


class Ignored(Exception):
    """Nothing in the event is of concern; the text says why."""


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """An event as an export would have it.

    Attributes:
        key: Of what happened: the same when it is sent again.
        document: An export that holds it, and what has to stand around it.
        is_new: Whether a row of that export is of the event.
    """

    key: str
    document: Mapping[str, Any]
    is_new: Callable[[Row], bool]

    def rows(self, tracker: str) -> list[Row | Bad]:
        """The rows of what happened."""
        file = HistoryFile(PLACE, BytesIO(json.dumps(self.document).encode()))
        return [row for row in _EXPORTS[tracker](file) if isinstance(row, Bad) or self.is_new(row)]


def plain(held: ApiObject) -> dict[str, Any]:
    """An object as it came."""
    return {name: held.value(name) for name in held}


_EXPORTS: Final[Mapping[str, Rows]] = {"jira": jira_export.rows, "zendesk": zendesk_export.rows}
