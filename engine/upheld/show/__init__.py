"""Showing: a policy as a page for its readers, in the languages they read.

The page says what customers would ask of a support contract: how to reach the vendor,
what is promised and how it is counted, what is billed, and which clause says so.

The rooms, each of which imports from those before it: `page` is what a page is made of and how it is written down;
`words` puts into a language what a policy holds; `policy` says it section by section, `ticket` what became of one
ticket and what comes next, `replay` what became of many. Here are the doors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from upheld.core.policy.policy import Policy
from upheld.show.words.locale import LANGUAGES

if TYPE_CHECKING:
    from upheld.show.page.blocks import Block, Page

__all__ = ["LANGUAGES", "language_of", "policy_page", "show_markdown", "show_mermaid", "show_text"]


def language_of(policy: Policy) -> str:
    """The language in which a policy is shown unless somebody asks for another: its first that we speak."""
    return next((language for language in LANGUAGES if language in policy.languages), LANGUAGES[0])


def policy_page(policy: Policy, language: str) -> Page:
    """Everything that is said of a policy. It has to be one without errors."""
    from upheld.show.page.blocks import Page
    from upheld.show.policy.billing import billing
    from upheld.show.policy.contact import contact, contracts
    from upheld.show.policy.course import course
    from upheld.show.policy.diagram import diagram
    from upheld.show.policy.grounds import grounds
    from upheld.show.policy.handling import handling
    from upheld.show.policy.head import overview
    from upheld.show.policy.hours import hours
    from upheld.show.policy.promises import promises
    from upheld.show.policy.refusals import refusals
    from upheld.show.policy.remedies import availability, remedies
    from upheld.show.words.view import View

    view = View(policy, language)
    blocks: list[Block] = [*overview(view), *contact(view), *hours(view), *promises(view), *availability(view)]
    blocks += [*course(view, diagram(view)), *refusals(view), *handling(view)]
    blocks += [*contracts(view), *billing(view), *remedies(view), *grounds(view)]
    return Page(tuple(blocks), tuple(policy.clauses), tuple(policy.assumptions))


def show_markdown(policy: Policy, language: str | None = None) -> str:
    """The policy as a page in Markdown, with its diagram."""
    from upheld.show.page.markdown import markdown

    return markdown(policy_page(policy, language or language_of(policy)))


def show_mermaid(policy: Policy, language: str | None = None) -> str:
    """The policy's states as a Mermaid diagram."""
    from upheld.show.policy.diagram import diagram
    from upheld.show.words.view import View

    return f"{diagram(View(policy, language or language_of(policy)))}\n"


def show_text(policy: Policy, language: str | None = None, *, width: int | None = None, colour: bool = False) -> str:
    """The policy as a page for a terminal, or plainly for a pipe; ``width`` in columns. A contract is long: dense."""
    from upheld.show.page.terminal import WIDTH, text

    return text(policy_page(policy, language or language_of(policy)), width=width or WIDTH, colour=colour, dense=True)
