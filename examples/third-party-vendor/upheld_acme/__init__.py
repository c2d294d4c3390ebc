"""What Acme promises its customers: ``policy.yaml`` and its scenarios, as a plugin of upheld."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files

from upheld import ProvidedCondition, ProvidedImporter, ProvidedPolicy, Value, hookimpl
from upheld.history.file import HistoryFile
from upheld.history.importer import Bad, Row

COLUMNS = ("when", "number", "what", "who")


@hookimpl
def upheld_policies() -> list[ProvidedPolicy]:
    """Provide the one policy that lies in this package."""
    return [ProvidedPolicy(id="acme", folder=files(__name__))]


@hookimpl
def upheld_conditions() -> list[ProvidedCondition]:
    """Provide what the policy asks for as ``{hook: acme.looks-automatic}``."""
    return [ProvidedCondition(name="acme.looks-automatic", reads=["event.subject"], holds=looks_automatic)]


@hookimpl
def upheld_importers() -> list[ProvidedImporter]:
    """Provide the log that Acme's own desk writes: ``upheld replay desk.acmelog --policy acme --map desk.yaml``."""
    return [ProvidedImporter("acme-log", "the log of Acme's desk", (".acmelog",), desk_log)]


def desk_log(file: HistoryFile) -> Iterator[Row | Bad]:
    """Read ``2026-03-02T09:00Z|1842|submitted|kim`` as one row; what it means is for the mapping to say.

    >>> from io import BytesIO
    >>> [row.cells["what"] for row in desk_log(HistoryFile("desk.acmelog", BytesIO(b"2026-03-02|7|submitted|kim")))]
    ['submitted']
    """
    for number, line in file.lines():
        place, cells = f"{file.name}:{number}", line.split("|")
        if len(cells) == len(COLUMNS):
            yield Row(place, dict(zip(COLUMNS, cells)))
        else:
            yield Bad(place, f"this line has {len(cells)} parts between `|`, and {len(COLUMNS)} are expected")


def looks_automatic(facts: Mapping[str, Value]) -> bool:
    """Tell an out-of-office reply from a request: text has to be looked into, which data cannot say.

    >>> looks_automatic({"event.subject": "Automatic reply: away until Monday"})
    True
    >>> looks_automatic({"event.subject": None})
    False
    """
    subject = facts["event.subject"]
    return isinstance(subject, str) and subject.casefold().startswith(("automatic reply", "out of office"))
