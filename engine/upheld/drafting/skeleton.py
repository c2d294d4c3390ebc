"""Skeletons: the smallest policy with all names of an export, by which it is read before anything is known of it."""

from __future__ import annotations

from upheld.drafting.lifecycle import usual_core
from upheld.drafting.reading import Vocabulary
from upheld.history.draft.draft_text import scalar


def skeleton_text(names: Vocabulary, zone: str, *, is_told: bool, has_cores: bool) -> str:
    """The smallest policy that has all these names, by which an export is read.

    Args:
        is_told: Whether the export tells who is a customer.
        has_cores: Whether each ticket has one row: which of its instants come after its end rests on what is an end.
    """
    lines = [
        "upheld: 1",
        "policy: skeleton",
        "version: 0.1.0",
        f"zone: {zone}",
        "vendor: {name: skeleton, language: en}",
    ]
    lines += ["assumptions: {seen: {says: as the export has it}}", "roles:", "  agent: {}"]
    lines += ["  customer: {channel: none}"] if is_told else []
    if names.scale.degrees:
        lines.append("severities:")
        for degree in names.scale.degrees:
            lines.append(f"  - {{id: {scalar(degree.id)}, label: {scalar(degree.words[0])}, assumes: [seen]}}")
    if names.channels:
        lines.append("channels:")
        lines += [f"  {scalar(each)}: {{accepts: all, assumes: [seen]}}" for each in sorted({*names.channels.values()})]
    lines.append("states:")
    for each in names.states:
        core = usual_core(each.meaning) if has_cores else "qualified"
        lines.append(f"  {scalar(each.id)}: {{core: {core}, label: {scalar(each.label)}, final: true}}")
    lines.append("events:")
    actors = "[agent, customer]" if is_told else "agent"
    lines += [f"  opened-as-{each.id}: {{by: {actors}, assumes: [seen]}}" for each in names.states]
    if names.scale.degrees:
        lines.append(severity_event("agent"))
    lines.append("transitions:")
    for each in names.states:
        event = f"opened-as-{each.id}"
        lines.append(f"  - {{id: {event}, on: {event}, opens: true, to: {scalar(each.id)}, assumes: [seen]}}")
    return "\n".join(lines) + "\n"


def severity_event(by: str) -> str:
    """The event that changes the severity of a ticket and nothing else."""
    data = "data: {severity: {required: true}}, sets: {severity: event.severity}"
    return f"  set-severity: {{by: {by}, {data}, assumes: [seen]}}"
