"""The report for people: each finding with its line, a caret, an example and what to do.

::

    policy.yaml:12:18: error[UP201]: state `in_fix` is not declared
      {id: fix, on: start-fix, from: qualified, to: in_fix}
                                                    ^
      hint: did you mean `in-fix`?
"""

from __future__ import annotations

from collections.abc import Sequence

from upheld.core.finding import Finding
from upheld.document import Source, shown
from upheld.loading import Examined

WIDTH = 110
LONGEST_LINE = 400


def text_report(examined: Sequence[Examined]) -> str:
    """Every finding that is not waived, then those that are, then one line for each policy."""
    blocks = [_finding(each, finding) for each in examined for finding in each.findings if not finding.waived]
    blocks += [_waived(finding) for each in examined for finding in each.findings if finding.waived]
    return "\n".join([*blocks, *(_summary(each) for each in examined)])


def _finding(examined: Examined, finding: Finding) -> str:
    lines = [f"{_where(finding)}: {finding.level}[{finding.code}]: {shown(finding.message, LONGEST_LINE)}"]
    source = _source(examined, finding)
    if source is not None:
        lines += [f"  {line}" for line in source.excerpt(finding.place, WIDTH).splitlines()]
    if finding.example:
        pairs = ", ".join(f"{name}: {value}" for name, value in finding.example)
        lines.append(f"  example: {shown(pairs, LONGEST_LINE)}")
    if finding.hint:
        lines.append(f"  hint: {shown(finding.hint, LONGEST_LINE)}")
    return "\n".join(lines) + "\n"


def _source(examined: Examined, finding: Finding) -> Source | None:
    """The text of the file that the finding is in, which may be that of a policy extended, or of a scenario."""
    for source in examined.scenarios:
        if source.name == finding.place.file:
            return source
    if examined.resolved is not None:
        return examined.resolved.source(finding.place.file)
    return examined.source if examined.source and examined.source.name == finding.place.file else None


def _waived(finding: Finding) -> str:
    message, reason = shown(finding.message, LONGEST_LINE), shown(finding.waived, LONGEST_LINE)
    return f"{_where(finding)}: waived[{finding.code}]: {message}: {reason}"


def _where(finding: Finding) -> str:
    """Its place; a file may have any name, and must not move the cursor with it."""
    return shown(str(finding.place), LONGEST_LINE)


def _summary(examined: Examined) -> str:
    """What was checked and what came of it, in one line."""
    policy = examined.policy
    name = f"{policy.id} {policy.version}" if policy is not None else shown(examined.name, LONGEST_LINE)
    errors, warnings = len(examined.errors), len(examined.warnings)
    waived = sum(1 for each in examined.findings if each.waived)
    counts = [f"{errors} error{'s' * (errors != 1)}"] if errors else []
    counts += [f"{warnings} warning{'s' * (warnings != 1)}"] if warnings else []
    counts += [f"{waived} waived"] if waived else []
    if policy is None or errors:
        return f"{name}: {', '.join(counts)}"
    size = f"{len(policy.clauses)} clauses, {len(policy.states)} states, {len(policy.commitments)} commitments"
    if examined.opaque:
        size += f"; plugins decide {', '.join(examined.opaque)}, which cannot be checked"
    return f"{name}: {', '.join(counts) or 'no findings'} ({size})"
