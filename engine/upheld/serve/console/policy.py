"""The policy: the page of its terms, as its vendor publishes it, within the console."""

from __future__ import annotations

from upheld import show
from upheld.pages.lifecycle.drawing import drawing
from upheld.pages.parts import Anchors, parted
from upheld.pages.templates import written
from upheld.serve.console.contexts import PolicyPage
from upheld.serve.console.visit import Visit


def policy_page(visit: Visit) -> str:
    """The page, of the version in force or of the one asked for."""
    policy = visit.desk.policy(visit.version())
    view, said = visit.view(policy), show.policy_page(policy, visit.language)
    anchors = Anchors(said.clauses, said.assumptions)
    anchors.own("lifecycle")
    made = parted(said, anchors)
    edition = view.say("terms.edition", policy=policy.id, version=policy.version, digest=policy.digest)
    context = PolicyPage(
        visit.frame(made.title), made.parts, made.sections, drawing(view), edition, visit.versions(policy.digest)
    )
    return written("console/policy.html.j2", visit.language, context)
