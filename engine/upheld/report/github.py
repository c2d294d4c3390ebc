"""The report for continuous integration: workflow commands that mark the lines of a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from upheld.core.finding import Finding
from upheld.loading import Examined


def github_report(examined: Sequence[Examined]) -> str:
    """One command for each finding that is not waived."""
    return "\n".join(_command(finding) for each in examined for finding in each.findings if not finding.waived)


def _command(finding: Finding) -> str:
    place = finding.place
    said = [finding.message, *(f"example: {name}: {value}" for name, value in finding.example)]
    said += [f"hint: {finding.hint}"] if finding.hint else []
    where = f"file={_property(place.file)},line={place.line},col={place.column},title={finding.code}"
    return f"::{finding.level} {where}::{_data(chr(10).join(said))}"


def _data(text: str) -> str:
    """What ends a command or a line is written out, as the runner reads it back."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
