"""Findings for programs: JSON with all that is known, SARIF for code scanning, and commands for continuous integration.

SARIF 2.1.0 (OASIS) is what code hosts show beside the line; the commands mark the lines of a pull request.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final
from urllib.parse import quote

from upheld.core.finding import Finding
from upheld.core.record.json_text import json_text
from upheld.document.catalogue import TITLE_BY_CODE, level_of
from upheld.loading import Examined

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def json_report(examined: Sequence[Examined]) -> str:
    """A list with one entry for each policy, findings in the order of their places."""
    return _json([_policy(each) for each in examined])


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
    return _json({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(finding: Finding, codes: Sequence[str]) -> dict[str, object]:
    region = {"startLine": finding.place.line, "startColumn": finding.place.column}
    location = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(finding.place.file)}, "region": region},
        "logicalLocations": [{"fullyQualifiedName": finding.item}] if finding.item else [],
    }
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": finding.level,
        "message": {"text": _said(finding)},
        "locations": [location],
    }
    if finding.waived:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.waived}]
    return result


def _uri(file: str) -> str:
    """A file's name as a URI reference (RFC 3986): relative ones stay relative. Its bytes need be no UTF-8."""
    posix, windows = PurePosixPath(file), PureWindowsPath(file)
    if windows.is_absolute() and not posix.is_absolute():
        return f"file:{'' if windows.drive.startswith(BACKSLASHES) else '///'}{_escaped(windows.as_posix(), ':')}"
    return f"file://{_escaped(file)}" if posix.is_absolute() else _escaped(file.replace(os.sep, "/"))


BACKSLASHES: Final = "\\\\"
"""With which the name of a share begins."""


def _escaped(path: str, safe: str = "") -> str:
    try:
        written = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        written = path.encode("utf-8", "surrogatepass")
    return quote(written, "/" + safe)


def _json(value: object) -> str:
    return json_text(value, indent=2)


def _sound(text: str) -> str:
    """A text that is UTF-8, also where the name of a file is none: JSON reads it back as it was."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def github_report(examined: Sequence[Examined]) -> str:
    """One command for each finding that is not waived."""
    commands = (_command(finding) for each in examined for finding in each.findings if not finding.waived)
    return _sound("\n".join(commands))


def _command(finding: Finding) -> str:
    place = finding.place
    where = f"file={_property(place.file)},line={place.line},col={place.column},title={finding.code}"
    return f"::{finding.level} {where}::{_data(_said(finding))}"


def _data(text: str) -> str:
    """What ends a command or a line is written out, as the runner reads it back."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _said(finding: Finding) -> str:
    """All that a finding says, one thing a line."""
    examples = [f"example: {name}: {value}" for name, value in finding.example]
    return "\n".join([finding.message, *examples, *([f"hint: {finding.hint}"] if finding.hint else [])])
