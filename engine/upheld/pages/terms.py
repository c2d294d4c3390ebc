"""The terms: a policy as a page that its vendor publishes, in every language that it speaks.

The reader changes the language by a link, without any script: what the address names is shown, else the first language.
So an address leads to a clause in one language, ``terms.html#clause-GM-10`` in the first and
``terms.html#fr.clause-GM-10`` in another, and every reference leads to the clause in the language that is being read.

    >>> from upheld.loading import load_policy
    >>> page = terms(load_policy("base"))
    >>> 'id="terms-fr" lang="fr"' in page, "<script" in page
    (True, False)
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from upheld.core.policy.policy import Policy
from upheld.pages.contexts import TermsInLanguage, TermsPage, Tongue
from upheld.pages.lifecycle.drawing import drawing
from upheld.pages.parts import Anchors, parted
from upheld.pages.single_file import styles
from upheld.pages.templates import written
from upheld.show import LANGUAGES, language_of, policy_page
from upheld.show.words.locale import locale_of
from upheld.show.words.view import View


def terms(policy: Policy, language: str | None = None) -> str:
    """The terms as one HTML file; in one language alone where one is asked for. The policy has no errors."""
    first = language or language_of(policy)
    others = [] if language else [each for each in LANGUAGES if each in policy.languages and each != first]
    spoken = (first, *others)
    told = [_in_language(policy, each, spoken) for each in spoken]
    style = styles("lifecycle.css", "terms.css")
    texts = tuple(Markup(written("terms_in_language.html.j2", each.language, each)) for each in told)
    return written("terms.html.j2", first, TermsPage(first, style, told[0].title, texts))


def _in_language(policy: Policy, language: str, spoken: Sequence[str]) -> TermsInLanguage:
    view, said = View(policy, language), policy_page(policy, language)
    anchors = Anchors(said.clauses, said.assumptions, "" if language == spoken[0] else f"{language}.")
    for each in spoken:
        anchors.own(_place(each))
    drawn_at = anchors.own("lifecycle")
    made = parted(said, anchors)
    tongues = [Tongue(each, locale_of(each).say("language.own"), _link(each, language)) for each in spoken]
    edition = view.say("terms.edition", policy=policy.id, version=policy.version, digest=policy.digest)
    return TermsInLanguage(
        _place(language),
        language,
        made.title,
        tuple(tongues) if len(spoken) > 1 else (),
        made.parts,
        made.sections,
        drawing(view),
        drawn_at,
        edition,
    )


def _place(language: str) -> str:
    """Where a language stands on the page."""
    return f"terms-{language}"


def _link(language: str, own: str) -> str:
    return "" if language == own else f"#{_place(language)}"
