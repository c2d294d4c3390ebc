"""Findings: reports on policies, for people (`text`) and for programs (`machine_readable`).

May import: `document`, `loading` and the core.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from upheld.loading import Examined
from upheld.report.findings.machine_readable import github_report, json_report, sarif_report
from upheld.report.findings.text import text_report

REPORTS: dict[str, Callable[[Sequence[Examined]], str]] = {
    "text": text_report,
    "json": json_report,
    "sarif": sarif_report,
    "github": github_report,
}
"""Every format by its name: from what was examined to the text to print."""

__all__ = ["REPORTS"]
