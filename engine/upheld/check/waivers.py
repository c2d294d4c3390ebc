"""Waivers: warnings that a policy accepts, with its reason.

Only warnings can be waived, only in the policy's own file, and a waiver that waives
nothing is a finding: it would hide the next warning of its kind. Those of a policy
extended still hold for what is inherited, whether or not there is anything left to waive.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from upheld.core.finding import Finding
from upheld.core.nearest import meant
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Waiver
from upheld.document.catalogue import TITLE_BY_CODE, finding, level_of
from upheld.loader.overlay import Resolved


def waive(policy: Policy, document: Resolved, findings: Iterable[Finding]) -> list[Finding]:
    """The findings, those that a waiver accepts with its reason, and what is wrong with the waivers themselves."""
    used: set[int] = set()
    result = []
    for each in findings:
        index = next((i for i, waiver in enumerate(policy.waivers) if _accepts(waiver, each)), None)
        if index is not None:
            used.add(index)
            each = replace(each, waived=policy.waivers[index].reason)
        result.append(each)
    for index, waiver in enumerate(policy.waivers):
        inherited = waiver.place.file != document.document.source.name
        items = [each.item for each in result if each.code == waiver.code and not each.waived]
        problem = _problem(waiver, inherited or index in used, items)
        if problem is not None:
            code, key, message, hint = problem
            result.append(finding(code, document.place((*waiver.path, key)), message, hint, item="checks"))
    return result


def _accepts(waiver: Waiver, each: Finding) -> bool:
    return each.level == "warning" and waiver.code == each.code and waiver.of in ("", each.item)


def _problem(waiver: Waiver, used: bool, items: Iterable[str]) -> tuple[str, str, str, str] | None:
    """Code, key, message and hint of what is wrong with a waiver, or ``None``; ``items`` have its warning unwaived."""
    if waiver.code not in TITLE_BY_CODE:
        hint = meant(waiver.code, TITLE_BY_CODE, "`upheld check` prints the code of each warning")
        return "UP906", "waive", f"there is no finding `{waiver.code}`", hint
    if level_of(waiver.code) == "error":
        return (
            "UP906",
            "waive",
            f"`{waiver.code}` is an error, and only warnings can be waived",
            "mend what it is about",
        )
    if not used:
        what = f"`{waiver.code}` of `{waiver.of}`" if waiver.of else f"`{waiver.code}`"
        return (
            "UP905",
            "waive",
            f"this waives {what}, and there is no such warning",
            meant(waiver.of, items, "leave it out"),
        )
    return None
