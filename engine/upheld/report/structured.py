"""The report for programs: JSON, everything that is known of each finding."""

from __future__ import annotations

import json
from collections.abc import Sequence

from upheld.core.finding import Finding
from upheld.loading import Examined


def json_report(examined: Sequence[Examined]) -> str:
    """A list with one entry for each policy, findings in the order of their places."""
    return json.dumps([_policy(each) for each in examined], indent=2, ensure_ascii=False)


def _policy(examined: Examined) -> dict[str, object]:
    policy = examined.policy
    return {
        "file": examined.name,
        "policy": policy.id if policy else None,
        "version": policy.version if policy else None,
        "digest": policy.digest if policy else None,
        "errors": len(examined.errors),
        "warnings": len(examined.warnings),
        "opaque": list(examined.opaque),
        "findings": [_finding(each) for each in examined.findings],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "level": finding.level,
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "message": finding.message,
        "hint": finding.hint,
        "item": finding.item,
        "example": dict(finding.example),
        "waived": finding.waived,
    }
