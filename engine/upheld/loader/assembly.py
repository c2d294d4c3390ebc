"""Assembly: a document with the schema's shape becomes a policy."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from upheld.core.finding import Finding
from upheld.core.policy.policy import Policy, Status, Vendor
from upheld.core.policy.provenance import Grounds
from upheld.document.tree import Data, mapping, text, words
from upheld.loader import billing, commitments, declarations, lifecycle, remedies
from upheld.loader.declarations import day
from upheld.loader.draft import Draft, Reading
from upheld.loader.overlay import Resolved
from upheld.loader.vocabulary import Vocabulary


def digest(root: Data) -> str:
    """``sha256:`` of a policy's content as canonical JSON, in the order written: layout and comments do not count.

    Order counts, since it decides which rule or case comes first and in which order verdicts list things.
    """
    return "sha256:" + hashlib.sha256(content_of(root).encode()).hexdigest()


def content_of(root: Data) -> str:
    """The canonical JSON of which a digest is taken."""
    return json.dumps(root, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Assembled:
    """A policy made from its document.

    Attributes:
        policy: The policy. A wrong name stays in it as it was written, so that every check can still run.
        vocabulary: The names that its conditions may read.
        readings: Its conditions where they stand.
        findings: What is wrong with single values in it.
    """

    policy: Policy
    vocabulary: Vocabulary
    readings: tuple[Reading, ...]
    findings: tuple[Finding, ...]


def assemble(document: Resolved) -> Assembled:
    """Make the policy that a document with the schema's shape says."""
    draft = Draft(document)
    root = draft.root
    vendor = mapping(root.get("vendor"))
    title = draft.wording(root.get("title"))
    statuses: dict[str, Status] = {"draft": "draft", "active": "active", "retired": "retired"}
    effective = mapping(root.get("effective"))
    policy = Policy(
        id=text(root, "policy"),
        version=text(root, "version"),
        digest=digest(root),
        document=content_of(root),
        extends=text(root, "extends"),
        status=statuses.get(text(root, "status"), "active"),
        since=day(effective, "from"),
        until=day(effective, "until"),
        effective=Grounds(**draft.grounds(("effective",), effective)),
        zone=text(root, "zone"),
        title=title,
        languages=words(root.get("languages")) or title.languages or (draft.language,),
        vendor=Vendor(text(vendor, "name"), text(vendor, "country"), draft.language, text(vendor, "url")),
        sources=declarations.sources(draft),
        clauses=declarations.clauses(draft),
        assumptions=declarations.assumptions(draft),
        facts=declarations.facts(draft),
        parameters=declarations.parameters(draft),
        conditions=declarations.named_conditions(draft),
        contracts=declarations.contracts(draft),
        calendars=declarations.calendars(draft),
        recurrences=declarations.recurrences(draft),
        roles=declarations.roles(draft),
        severities=declarations.severities(draft),
        channels=lifecycle.channels(draft),
        states=lifecycle.states(draft),
        events=lifecycle.events(draft),
        transitions=lifecycle.transitions(draft),
        rules=lifecycle.rules(draft),
        commitments=commitments.commitments(draft),
        excuses=commitments.excuses(draft),
        objectives=commitments.objectives(draft),
        timers=commitments.timers(draft),
        availability=remedies.availability(draft),
        accounts=billing.accounts(draft),
        charges=billing.charges(draft),
        remedies=remedies.remedies(draft),
        escalation=billing.escalation(draft),
        queue=billing.queue(draft),
        invariants=billing.invariants(draft),
        waivers=declarations.waivers(draft),
    )
    return Assembled(policy, draft.vocabulary, tuple(draft.readings), tuple(draft.findings))
