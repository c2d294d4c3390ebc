"""Reports of findings: for people, for programs, for code scanning and for continuous integration."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from upheld.loading import Examined
from upheld.report.github import github_report
from upheld.report.sarif import sarif_report
from upheld.report.structured import json_report
from upheld.report.text import text_report

REPORTS: dict[str, Callable[[Sequence[Examined]], str]] = {
    "text": text_report,
    "json": json_report,
    "sarif": sarif_report,
    "github": github_report,
}
"""Every format by its name: from what was examined to the text to print."""

__all__ = ["REPORTS"]
