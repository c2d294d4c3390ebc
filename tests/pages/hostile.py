"""A policy and a history of strangers: every text in them tries to be more than a text (THREATS F03, H04)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

FIRED = "window.fired=1"
PAYLOADS = (
    f"<script>{FIRED}</script>",
    f"</style></title></head><script>{FIRED}</script>",
    f'"><img src=x onerror="{FIRED}">',
    f"' onmouseover='{FIRED}' autofocus onfocus='{FIRED}",
    f"javascript:{FIRED}",
    f"<svg/onload={FIRED}>",
    f"</svg><svg><animate onbegin={FIRED} attributeName=x dur=1s>",
    f"<iframe srcdoc='<script>parent.{FIRED}</script>'>",
    f"<a href=javascript:{FIRED}>x</a>",
    "{{ 7 * 7 }}{% for x in cycler.__init__.__globals__ %}{{ x }}{% endfor %}",
    "-->]]><!--<![CDATA[",
    "\u202eright to left\u2066",
    "&lt;b&gt;&#x3c;script&#x3e;",
    "<base href=https://example.org/><link rel=stylesheet href=https://example.org/a.css>",
    "<meta http-equiv=refresh content=0;url=https://example.org>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={FIRED}>",
    "@import 'https://example.org/a.css'; } * { background: url(https://example.org/p) }",
    "a" * 200,
    "é" * 50 + " 日本語のとても長い題名" * 6,
)

HOURS = {"zone": "Europe/Paris", "weekly": {"mon-fri": ["09:00-17:00"]}}


def policy() -> dict[str, Any]:
    """Every text that an author may write is one of them."""
    evil = cycle(each for each in PAYLOADS if each.isprintable())  # what hides is refused in a policy
    label = {"label": next(evil)}
    grounds = {"clauses": ["C-1"], "assumes": ["guess"]}
    states = {"open": "open", "fixing": "in-fix", "asked": "qualified", "resolved": "resolved", "closed": "closed"}
    return {
        "upheld": 1,
        "policy": "hostile",
        "version": "1.0.0",
        "zone": "Europe/Paris",
        "vendor": {"name": next(evil), "language": "en", "url": "https://example.org/?a=b&c"},
        "title": next(evil),
        "sources": {"terms": {"title": next(evil), "edition": next(evil)}},
        "clauses": {"C-1": {"source": "terms", "section": next(evil), "says": next(evil), "quote": next(evil)}},
        "assumptions": {"guess": {"says": next(evil), "confidence": "low"}},
        "facts": {"topic": {"text": True, **label}},
        "calendars": {"office": {"label": next(evil), **HOURS, "assumes": ["guess"]}},
        "roles": {"customer": {"label": next(evil)}, "agent": {"label": next(evil)}},
        "severities": [{"id": id, "label": next(evil), "says": next(evil), **grounds} for id in ("high", "low")],
        "channels": {"portal": {"accepts": "all", "label": next(evil), **grounds}},
        "states": {id: {"core": core, "label": next(evil)} for id, core in states.items()},
        "events": {
            "submit": {
                "by": "customer",
                "label": next(evil),
                "data": {"severity": {"required": True}, "topic": {}, "note": {"text": True, "label": next(evil)}},
                "sets": {"severity": "event.severity", "topic": "event.topic"},
            },
            **{id: {"by": "agent", "label": next(evil)} for id in ("fix", "ask", "resolve", "close")},
        },
        "transitions": [
            {"id": "submit", "on": "submit", "opens": True, "to": "open", "label": next(evil), **grounds},
            {"id": "fix", "on": "fix", "from": "open", "to": "fixing", **grounds},
            {"id": "ask", "on": "ask", "from": "fixing", "to": "asked", **grounds},
            {"id": "go-on", "on": "fix", "from": "asked", "to": "fixing", **grounds},
            {"id": "resolve", "on": "resolve", "from": ["open", "fixing"], "to": "resolved", **grounds},
            {"id": "close", "on": "close", "from": "resolved", "to": "closed", **grounds},
        ],
        "rules": [
            {"id": "no-topic", "on": "submit", "require": {"event.topic": {"set": True}}, "otherwise": "refuse",
             "message": next(evil).replace("{", "(").replace("}", ")"), **grounds},
            {"id": "noted", "on": "submit", "require": {"event.note": {"set": False}}, "otherwise": "flag",
             "message": next(evil).replace("{", "(").replace("}", ")"), **grounds},
        ],
        "commitments": [
            {"id": id, "label": next(evil), "start": {"on": "submit"}, "stop": {"enters": state}, "calendar": "office",
             "within": within, "on-change": "keep", "on-reopen": "ignore", **grounds}
            for id, state, within in (("first", ["fixing", "resolved"], "1h"), ("whole", ["resolved"], "4h"))
        ],
    }  # fmt: skip


def records() -> Iterator[dict[str, Any]]:
    """A ticket a payload, which is its id, its customer, its topic, and what was noted."""
    steps = ("fix", "ask", "fix", "resolve", "close")
    for number, text in enumerate(PAYLOADS):
        name = "".join(each for each in text if each.isprintable())  # what hides is refused in ids
        id, day = f"{number}{name}"[:200], f"2026-03-{2 + number % 5:02}"
        data = {"severity": ("high", "low")[number % 2], "topic": text, **({"note": text} if number % 3 else {})}
        asked = {"ticket": id, "customer": name[:100], "actor": f"customer:{name[:60]}", "channel": "portal"}
        yield {**asked, "at": f"{day}T{8 + number % 3:02}:30:00Z", "event": "submit", "data": {**data, "topic": ""}}
        yield {**asked, "at": f"{day}T{8 + number % 3:02}:31:00Z", "event": "submit", "data": data}
        for hour, event in enumerate(steps[: 2 + number % 4]):
            yield {
                "ticket": id,
                "at": f"{day}T{10 + hour:02}:{number:02}:00Z",
                "event": event,
                "actor": f"agent:{name[:60]}",
            }


def files(folder: Path) -> tuple[str, ...]:
    """The arguments that name both, written into a folder."""
    history, terms = folder / "history.jsonl", folder / "policy.yaml"
    history.write_text("".join(f"{json.dumps(each)}\n" for each in records()), encoding="utf-8")
    terms.write_text(json.dumps(policy(), ensure_ascii=False, indent=1), encoding="utf-8")
    return str(history), "--policy", str(terms)
