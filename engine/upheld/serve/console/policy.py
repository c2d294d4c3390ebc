"""The policy: the page of its terms, as its vendor publishes it, within the console."""

from __future__ import annotations

from upheld.pages.lifecycle.drawing import drawing
from upheld.pages.parts import Anchors, parted
from upheld.pages.templates import written
from upheld.serve.console.contexts import Filter, Option, PolicyPage
from upheld.serve.console.visit import Visit
from upheld.show import page


def policy_page(visit: Visit) -> str:
    """The page, of the version in force or of the one asked for."""
    versions, asked = {each.digest: each for each in visit.desk.policies()}, visit.asked("policy")
    policy = visit.desk.policy(asked if asked in versions else "")
    view, said = visit.view(policy), page(policy, visit.language)
    anchors = Anchors(said.clauses, said.assumptions)
    anchors.own("lifecycle")
    made = parted(said, anchors)
    options = (Option(each.digest, f"{each.id}@{each.version}", each.digest == policy.digest) for each in versions.values())
    filters = (Filter("by-policy", "policy", visit.say("console.version"), tuple(options)),) if len(versions) > 1 else ()
    edition = view.say("terms.edition", policy=policy.id, version=policy.version, digest=policy.digest)
    context = PolicyPage(visit.frame(made.title), made.parts, made.sections, drawing(view), edition, filters)
    return written("console/policy.html.j2", visit.language, context)
