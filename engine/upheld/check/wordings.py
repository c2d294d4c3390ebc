"""Wordings: whether everything that a customer may read is given in every language of the policy.

Which texts those are stands in one table, so that a new text of the language needs one
line here. The clauses and assumptions are for those who check the policy, and may be
given in any language.

Source: DESIGN section 5, "labels missing in a declared language".
"""

from __future__ import annotations

from collections.abc import Mapping

from upheld.check.inspection import Inspection
from upheld.core.policy.wording import Wording

LABELLED = (
    "facts",
    "parameters",
    "contracts",
    "calendars",
    "recurrences",
    "roles",
    "severities",
    "channels",
    "states",
    "events",
    "transitions",
    "commitments",
    "objectives",
    "timers",
    "accounts",
    "charges",
)
LISTS = frozenset({"severities", "transitions", "rules", "commitments", "objectives", "timers", "charges"})
DECLARING = (("facts",), ("contracts", "*", "attributes"), ("events", "*", "data"))
"""Where something is declared with its values, which may have labels of their own."""

TEXTS: tuple[tuple[str, ...], ...] = (
    ("title",),
    *((section, "label") if section in LISTS else (section, "*", "label") for section in LABELLED),
    *((*section, "*", "label") for section in DECLARING[1:]),
    *((*section, "*", "one-of", "*") for section in DECLARING),
    ("severities", "says"),
    ("states", "*", "says"),
    ("channels", "*", "message"),
    ("rules", "message"),
    ("rules", "requires", "message"),
    ("events", "*", "effects", "about"),
    *((holder, "effects", "about") for holder in ("transitions", "rules", "timers")),
    ("escalation", "levels", "*"),
)
"""The keys that lead to each text that customers may read."""


def check_wordings(inspection: Inspection) -> None:
    """Texts that lack a language of the policy, and labels that are missing altogether where languages are declared."""
    languages = inspection.policy.languages
    example = f"`{{{', '.join(f'{language}: …' for language in languages)}}}`"
    for pattern in TEXTS:
        for path, value in inspection.spots(*pattern):
            if isinstance(value, str | Mapping):
                given = Wording.of(value, inspection.policy.vendor.language).languages
                missing = [f"`{language}`" for language in languages if language not in given]
                if missing:
                    message = f"this text is not given in {' and '.join(missing)}"
                    inspection.report("UP703", path, message, f"write it as {example}")
    if "languages" in inspection.document.root:
        _labels(inspection, example)


def _labels(inspection: Inspection, example: str) -> None:
    policy = inspection.policy
    for section in (policy.severities, policy.channels.values(), policy.states.values(), policy.commitments):
        for item in section:
            if not item.label:
                message = f"`{item.id}` has no label, and customers read it"
                inspection.report("UP703", item.path, message, f"add `label:` with {example}", key=True)
