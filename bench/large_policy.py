"""A large policy, for benchmarks: so many rules on a few events, each reading so many names.

Run it to see the document: ``python bench/large_policy.py 10``.
"""

from __future__ import annotations

import random
import sys

FACTS, VALUES = 12, 8
HEAD = """\
upheld: 1
policy: large
version: 1.0.0
zone: Etc/UTC
vendor: {name: Large, language: en}
assumptions: {bench: {says: made for a benchmark}}
facts:
"""
TAIL = """\
roles: {customer: {}, agent: {}}
severities: [{id: high, assumes: [bench]}, {id: medium, assumes: [bench]}, {id: low, assumes: [bench]}]
channels: {portal: {accepts: all, assumes: [bench]}, phone: {accepts: all, assumes: [bench]}}
states: {open: {core: open}, in-fix: {core: in-fix}, resolved: {core: resolved}, closed: {core: closed}}
"""


def large_policy(rules: int, names: int = 5, seed: int = 1) -> str:
    """The text of a policy with ``rules`` rules; each condition reads ``names`` names or more."""
    draw = random.Random(seed)
    values = ", ".join(f"v{value}" for value in range(VALUES))
    lines = [HEAD]
    lines += [f"  fact-{fact}: {{one-of: [{values}]}}\n" for fact in range(FACTS)]
    lines.append(TAIL)
    fields = ", ".join(f"fact-{fact}: {{}}" for fact in range(FACTS))
    sets = ", ".join(f"fact-{fact}: event.fact-{fact}" for fact in range(FACTS))
    lines.append(
        "events:\n  submit: {by: customer, data: {severity: {required: true}}, sets: {severity: event.severity}}\n"
    )
    for event in ("update", "fix", "resolve", "close"):
        lines.append(
            f"  {event}: {{by: [customer, agent], data: {{{fields}, minutes: {{integer: true}}}}, sets: {{{sets}}}}}\n"
        )
    lines.append("transitions:\n  - {id: submit, on: submit, opens: true, to: open, assumes: [bench]}\n")
    for move, origin, target in (
        ("fix", "open", "in-fix"),
        ("resolve", "in-fix", "resolved"),
        ("close", "resolved", "closed"),
    ):
        lines.append(f"  - {{id: {move}, on: {move}, from: {origin}, to: {target}, assumes: [bench]}}\n")
    lines.append("rules:\n")
    lines += [_rule(draw, number, names) for number in range(rules)]
    return "".join(lines)


def _rule(draw: random.Random, number: int, names: int) -> str:
    """One rule, somewhat unlike all others."""
    facts = draw.sample(range(FACTS), names - 1)
    parts = [f"fact-{fact}: {_comparison(draw)}" for fact in facts]
    low = draw.randrange(0, 500)
    parts.append(f"event.minutes: {{between: [{low}, {low + draw.randrange(1, 60)}]}}")
    event = ("update", "update", "fix", "close")[number % 4]
    verdict = draw.choice(("refuse", "flag"))
    return (
        f"  - {{id: rule-{number}, on: {event}, when: {{{', '.join(parts)}}}, {verdict}: always, assumes: [bench]}}\n"
    )


def _comparison(draw: random.Random) -> str:
    values = sorted(draw.sample(range(VALUES), 2))
    kind = draw.random()
    if kind < 0.5:
        return f"v{values[0]}"
    return f"[v{values[0]}, v{values[1]}]" if kind < 0.8 else f"{{not: v{values[0]}}}"


if __name__ == "__main__":
    print(large_policy(int(sys.argv[1]) if len(sys.argv) > 1 else 3000), end="")
