"""The checker's second phase: whether a policy means something, before any ticket is judged by it.

A room is about one part of the contract, a module about one subject: it asks its questions and
reports what it finds; none stops another. `inspection` holds what all of them work on; `waivers` has the last word,
and `versions` asks of several policies at once.

`scenarios` looks at the scenarios beside a policy: it imports these modules, and none of them it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from upheld.check.billing.billing import check_billing
from upheld.check.billing.remedies import check_remedies
from upheld.check.commitment.changes import check_changes
from upheld.check.commitment.clocks import check_clocks
from upheld.check.commitment.commitments import check_commitments
from upheld.check.commitment.starts import check_starts
from upheld.check.condition.cases import check_cases
from upheld.check.condition.conditions import check_conditions, check_hooks
from upheld.check.condition.tables import check_tables
from upheld.check.inspection import Inspection
from upheld.check.lifecycle.lifecycle import check_ambiguity, check_channels, check_lifecycle
from upheld.check.lifecycle.paths import Paths
from upheld.check.time.business_days import check_business_days
from upheld.check.time.calendars import check_calendars
from upheld.check.versions import check_versions
from upheld.check.vocabulary.names import check_names
from upheld.check.vocabulary.provenance import check_provenance
from upheld.check.vocabulary.values import check_references, check_values
from upheld.check.vocabulary.wordings import check_messages, check_wordings
from upheld.check.waivers import waive
from upheld.core.finding import Finding
from upheld.loader import Assembled
from upheld.loader.overlay import Resolved


def check_meaning(
    assembled: Assembled,
    document: Resolved,
    *,
    hooks: Mapping[str, Sequence[str]],
    texts: Sequence[Path] = (),
    before: Iterable[Finding] = (),
) -> list[Finding]:
    """Every finding of the second phase, those of the assembly included, waivers applied.

    Args:
        assembled: The policy with its names and conditions.
        document: Its document, overlays applied.
        hooks: The conditions that installed plugins decide, with the names each reads.
        texts: Folders with the texts of the sources, against which quotes are verified.
        before: The warnings of the first phase, which may be waived as well.
    """
    found = [*before, *assembled.findings]
    inspection = Inspection(assembled.policy, document, assembled.vocabulary, hooks, found)
    paths = Paths(assembled.policy)
    check_names(inspection)
    check_values(inspection)
    check_references(inspection)
    check_messages(inspection)
    check_lifecycle(inspection, paths)
    check_channels(inspection)
    check_tables(inspection)
    check_conditions(inspection, assembled.readings)
    check_ambiguity(inspection, paths)
    check_cases(inspection)
    check_hooks(inspection, assembled.readings)
    check_commitments(inspection)
    check_changes(inspection, paths)
    check_starts(inspection)
    check_clocks(inspection, paths)
    check_calendars(inspection)
    check_business_days(inspection)
    check_billing(inspection)
    check_remedies(inspection)
    check_provenance(inspection, texts)
    check_wordings(inspection)
    return waive(assembled.policy, document, dict.fromkeys(inspection.findings))


__all__ = ["check_meaning", "check_versions"]
