"""Provenance: whether everything that decides says on what grounds, and every clause has a say.

Source: DESIGN section 5, "Everything that decides carries clauses or assumes".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path as FilePath

from upheld.check.inspection import Inspection
from upheld.check.vocabulary.names import citations
from upheld.core.policy.commitment import Commitment
from upheld.core.policy.parameter import Parameter
from upheld.core.policy.provenance import Grounds, Item
from upheld.core.policy.rule import Rule

NAMES = {"escalation": "the escalation", "queue": "this line of the queue", "excuses": "this excuse"}


def check_provenance(inspection: Inspection, texts: Sequence[FilePath]) -> None:
    """Grounds that are missing, clauses that nothing cites, quotes that their source does not contain."""
    for part in inspection.policy.deciding():
        if not part.grounded and not _grounded_by_parts(part):
            name = f"`{part.id}`" if isinstance(part, Item) and part.id else NAMES.get(str(part.path[0]), "this")
            message = f"{name} decides, and does not say on what grounds"
            hint = "add `clauses:` with what the contract says, or `assumes:` where it is silent"
            inspection.report("UP702", part.path, message, hint, key=True)
    _routing(inspection)
    cited = {word for path, word in citations(inspection.document.root) if path[-2] == "clauses"}
    for clause in inspection.policy.clauses.values():
        if clause.id not in cited:
            message = f"clause `{clause.id}` is cited by nothing that decides"
            inspection.report("UP701", clause.path, message, "cite it where it is executed, or leave it out", key=True)
    _quotes(inspection, texts)


def _routing(inspection: Inspection) -> None:
    """What sets the queue, or decides between values, says so too: at each case, or at its event."""
    for setter in inspection.policy.setters():
        for setting in setter.sets:
            decides = setting.fact == "queue" or any(case.when is not None for case in setting.cases)
            if decides and not setter.grounded and not all(case.grounded for case in setting.cases):
                message = (
                    f"what `{setter.id}` sets `{setting.fact}` to is decided here, and does not say on what grounds"
                )
                hint = "add `clauses:` or `assumes:` to each case, or to what holds them"
                inspection.report("UP702", setting.path, message, hint, key=True)


def _grounded_by_parts(part: Grounds) -> bool:
    """A table may be grounded row by row, a target case by case, a rule requirement by requirement."""
    parts: Sequence[Grounds] = ()
    if isinstance(part, Parameter):
        parts = part.rows
    elif isinstance(part, Commitment):
        parts = part.within
    elif isinstance(part, Rule):
        parts = part.requires
    return bool(parts) and all(each.grounded for each in parts)


def _quotes(inspection: Inspection, texts: Sequence[FilePath]) -> None:
    """Quotes are looked up where the text of their source is at hand; spaces and line breaks do not count."""
    known: dict[str, str] = {}
    for source in inspection.policy.sources.values():
        found = [folder / source.file for folder in texts if source.file and (folder / source.file).is_file()]
        if found:
            known[source.id] = _plain(found[0].read_text(encoding="utf-8", errors="replace"))
    for clause in inspection.policy.clauses.values():
        if clause.quote and clause.source in known and _plain(clause.quote) not in known[clause.source]:
            message = f"the source `{clause.source}` does not contain this quote of `{clause.id}`"
            inspection.report("UP704", (*clause.path, "quote"), message, "copy it letter by letter, or leave it out")


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u2019", "'")).strip()
