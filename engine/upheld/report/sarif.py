"""The report for code scanning: SARIF 2.1.0 (OASIS), which code hosts show beside the line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import PurePosixPath
from urllib.parse import quote

from upheld.core.finding import Finding
from upheld.document.catalogue import TITLE_BY_CODE, level_of
from upheld.loading import Examined

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_report(examined: Sequence[Examined]) -> str:
    """One run with all policies; waived findings are there, suppressed with their reason."""
    findings = [finding for each in examined for finding in each.findings]
    codes = sorted({finding.code for finding in findings})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": TITLE_BY_CODE[code]},
            "defaultConfiguration": {"level": level_of(code)},
        }
        for code in codes
    ]
    driver = {"name": "upheld", "version": version("upheld"), "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, codes) for finding in findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _result(finding: Finding, codes: Sequence[str]) -> dict[str, object]:
    parts = [finding.message, *(f"example: {name}: {value}" for name, value in finding.example)]
    parts += [f"hint: {finding.hint}"] if finding.hint else []
    region = {"startLine": finding.place.line, "startColumn": finding.place.column}
    location = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(finding.place.file)}, "region": region},
        "logicalLocations": [{"fullyQualifiedName": finding.item}] if finding.item else [],
    }
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": finding.level,
        "message": {"text": "\n".join(parts)},
        "locations": [location],
    }
    if finding.waived:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.waived}]
    return result


def _uri(file: str) -> str:
    """A file's name as a URI reference: relative ones stay relative."""
    path = PurePosixPath(file)
    return path.as_uri() if path.is_absolute() else quote(file)
