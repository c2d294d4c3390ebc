"""Showing: a policy as a page for its readers, in the languages they read.

The page says what customers would ask of a support contract: how to reach the vendor,
what is promised and how it is counted, what is billed, and which clause says so.

``page`` says what stands on it, section by section; ``markdown`` and ``terminal``
write it down; ``diagram`` draws the states; ``resolved`` shows the policy itself, with
the origin of every value.
"""

from __future__ import annotations

from upheld.core.policy.policy import Policy
from upheld.show.page import Block, Page
from upheld.show.tongue import LANGUAGES, Language
from upheld.show.view import View

__all__ = ["LANGUAGES", "Language", "language_of", "page", "show_markdown", "show_mermaid", "show_text"]


def language_of(policy: Policy) -> Language:
    """The language in which a policy is shown unless somebody asks for another: its first that we speak."""
    spoken: tuple[Language, ...] = tuple(language for language in LANGUAGES if language in policy.languages)
    return spoken[0] if spoken else "en"


def page(policy: Policy, language: Language) -> Page:
    """Everything that is said of a policy. It has to be one without errors."""
    from upheld.show.billing import billing
    from upheld.show.contact import contact, contracts
    from upheld.show.course import course
    from upheld.show.diagram import diagram
    from upheld.show.grounds import grounds
    from upheld.show.handling import handling
    from upheld.show.hours import hours
    from upheld.show.overview import overview
    from upheld.show.promises import promises
    from upheld.show.refusals import refusals

    view = View(policy, language)
    blocks: list[Block] = [*overview(view), *contact(view), *hours(view), *promises(view)]
    blocks += [*course(view, diagram(view)), *refusals(view), *handling(view)]
    blocks += [*contracts(view), *billing(view), *grounds(view)]
    return Page(tuple(blocks), tuple(policy.clauses), tuple(policy.assumptions))


def show_markdown(policy: Policy, language: Language | None = None) -> str:
    """The policy as a page in Markdown, with its diagram."""
    from upheld.show.markdown import markdown

    return markdown(page(policy, language or language_of(policy)))


def show_mermaid(policy: Policy, language: Language | None = None) -> str:
    """The policy's states as a Mermaid diagram."""
    from upheld.show.diagram import diagram

    return f"{diagram(View(policy, language or language_of(policy)))}\n"


def show_text(
    policy: Policy, language: Language | None = None, *, width: int | None = None, colour: bool = False
) -> str:
    """The policy as a page for a terminal, or plainly for a pipe; ``width`` in columns."""
    from upheld.show.terminal import WIDTH, text

    return text(page(policy, language or language_of(policy)), width=width or WIDTH, colour=colour)
