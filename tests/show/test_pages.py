"""The pages: word for word for one policy, and sound for every policy there is."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from upheld.core.policy.policy import Policy
from upheld.loading import Examined, load_policy
from upheld.plugins import installed_policies
from upheld.show import LANGUAGES, language_of, show_markdown, show_mermaid, show_text
from upheld.show.page.blocks import Heading, Page, Paragraph, bullets, code, line, link, strong, table
from upheld.show.page.markdown import markdown
from upheld.show.page.terminal import text

GOLDEN = {
    "harbour.en.md": lambda examined: show_markdown(examined.policy, "en"),
    "harbour.fr.md": lambda examined: show_markdown(examined.policy, "fr"),
    "harbour.en.txt": lambda examined: show_text(examined.policy, "en"),
    "harbour.fr.mmd": lambda examined: show_mermaid(examined.policy, "fr"),
}
POLICIES = [policy.id for policy in installed_policies()]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_page_is_what_somebody_read_and_found_good(name: str, examined: Examined, root: Path, update: bool) -> None:
    """Rewrite with `--update`, and read the diff as a customer would."""
    file = root / "tests" / "show" / "golden" / name
    page = GOLDEN[name](examined)
    if update:
        file.write_text(page, encoding="utf-8", newline="\n")

    assert file.read_text(encoding="utf-8") == page


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_installed_policy_has_its_pages(name: str, language) -> None:
    """Nothing is left unfilled, nothing refers to what is not there, and every clause is told."""
    policy = load_policy(name)
    page, text = show_markdown(policy, language), show_text(policy, language)

    for written in (page, text):
        assert policy.vendor.name in written
        assert "None" not in written
        for clause in policy.clauses:
            assert clause in written
        for assumption in policy.assumptions:
            assert f"≈{assumption}" in written
    assert set(re.findall(r"\]: #(\S+)", page)) <= set(re.findall(r'<a id="([^"]+)">', page))
    assert all(len(line) <= 100 for line in text.splitlines())
    assert page == show_markdown(load_policy(name), language)


def html_of(page: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(page)


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_references_lead_to_their_clauses(name: str, language) -> None:
    """Read by another program, each reference is a link, and the table is a table."""
    policy = load_policy(name)
    html = html_of(show_markdown(policy, language))

    links = set(re.findall(r'<a href="([^"]+)"', html))
    anchors = {f"#{anchor}" for anchor in re.findall(r'<a id="([^"]+)"', html)}
    assert links <= anchors | {policy.vendor.url, *(source.url for source in policy.sources.values())}
    assert not re.findall(r"^\|", html, flags=re.MULTILINE)
    assert not re.findall(r"\[[A-Z]{2}-\d\d\]", html)


HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> [click](javascript:alert(1)) ![i](x) `code` *b* _i_ "
    "~~s~~ | cell | &lt; \\ # no heading - no item {event.x} {0.__class__} $x$ <!-- x -->"
)


def everywhere(text: str) -> str:
    """A policy that says the same hostile text wherever it says anything."""
    quoted = '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text) + '"'
    return f"""
title: {quoted}
sources: {{terms: {{title: {quoted}, edition: "1", url: "javascript:alert(1)"}}}}
clauses: {{T-1: {{says: {quoted}, quote: {quoted}}}}}
assumptions: {{guess: {{says: {quoted}, of: [T-1]}}}}
facts: {{type: {{one-of: {{a: {quoted}, b: {quoted}}}, label: {quoted}}}}}
parameters: {{answer-within: {{label: {quoted}, by: severity, values: [{{from: 2024-01-01, high: 1h}}]}}}}
contracts: {{gold: {{label: {quoted}}}}}
calendars: {{desk: {{label: {quoted}, zone: Etc/UTC, weekly: {{mon-fri: ["09:00-17:00"]}}}}}}
recurrences: {{weekly: {{label: {quoted}, rrule: "FREQ=WEEKLY;BYDAY=MO", calendar: desk}}}}
roles: {{customer: {{label: {quoted}}}}}
severities: [{{id: high, label: {quoted}, says: {quoted}, clauses: [T-1]}}]
channels: {{portal: {{label: {quoted}, accepts: all, message: {quoted}, when: {{type: a}}}}}}
states: {{new: {{core: open, label: {quoted}, says: {quoted}}}, done: {{core: closed, label: {quoted}}}}}
events:
  submit:
    {{by: customer, label: {quoted}, data: {{type: {{label: {quoted}}}}}, sets: {{type: event.type, queue: desk}}}}
  finish: {{by: customer, label: {quoted}, effects: [{{kind: notify, to: customer, about: {quoted}}}]}}
transitions:
  - {{id: submit, on: submit, opens: true, to: new, label: {quoted}, clauses: [T-1]}}
  - {{id: finish, on: finish, from: new, to: done, when: {{type: a}}, clauses: [T-1]}}
rules: [{{id: no, on: finish, require: {{type: b}}, otherwise: refuse, message: {quoted}, clauses: [T-1]}}]
commitments:
  - {{id: answer, label: {quoted}, start: {{on: submit}}, stop: {{on: finish}}, calendar: desk,
      within: {{parameter: answer-within}}}}
objectives: [{{id: most, label: {quoted}, of: answer, share: 90%, within: 1h}}]
timers: [{{id: end, label: {quoted}, in: new, after: 2h, calendar: desk, to: done}}]
accounts: {{hours: {{label: {quoted}, unit: min, overdraft: warn}}}}
charges: [{{id: work, label: {quoted}, on: finish, debit: {{account: hours, amount: 5}}}}]
escalation: {{levels: {{one: {quoted}, two: {quoted}}}, on: finish}}
queue: [{{by: received}}]
"""


HARMFUL = [HOSTILE, "# heading", "- item", "1. item", "> quote", "    code", "---", "a\n\n<b>"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("written", HARMFUL)
def test_what_authors_write_stays_text(written: str, language, tiny: Callable[[str], Policy]) -> None:
    """No HTML, link, image or format comes from a policy: the page is built as of harmless words (THREATS F03)."""
    html, harmless = (html_of(show_markdown(tiny(everywhere(words)), language)) for words in (written, "words"))

    assert re.findall(r"<[^>]*>", harmless) == re.findall(r"<[^>]*>", html)
    assert "<b>" not in html
    assert "<script" not in html


def test_placeholders_stay_as_they_were_written(tiny: Callable[[str], Policy]) -> None:
    """Nothing is filled in, and nothing looked up, in what an author wrote (THREATS F07)."""
    policy = tiny(everywhere(HOSTILE))

    assert "{event.x} {0.__class__}" in show_text(policy, "en", width=4000)
    assert r"{event.x} {0.\_\_class\_\_}" in show_markdown(policy, "en")


@pytest.mark.parametrize("write", [markdown, partial(text, width=80, colour=False)])
def test_nothing_moves_the_cursor_or_hides(write: Callable[[Page], str]) -> None:
    """Readers of documents refuse such characters; a page that has them all the same shows them (THREATS F13)."""
    words = "a\x1b[31mb\u202ec\u2028d\x07e\rf\u00a0g\x9bh"
    lines = (line(words), line(strong(words)), line(code(words)), line(link(words)))
    blocks = (Heading(1, words), *(Paragraph(each) for each in lines), *bullets(lines), table([words], [lines[:1]]))
    page = write(Page((*blocks, Paragraph(lines[0], loud=True)), (), ()))

    assert [each for each in page if not each.isprintable() and each not in "\n\u00a0"] == []
    assert page.count("1b") >= len(blocks)


def test_a_policy_that_says_nothing_has_a_page(tiny: Callable[[str], Policy]) -> None:
    """Sections of which a policy says nothing are left out."""
    page = show_markdown(tiny(), "en")

    assert page.startswith("# Tiny\n")
    assert "##" not in page
    assert "\n" == show_mermaid(tiny(), "en")


def test_statuses_are_loud(tiny: Callable[[str], Policy]) -> None:
    """A draft, or a policy that no longer applies, says so before anything else."""
    second = {
        status: show_markdown(tiny(f"status: {status}"), "en").split("\n")[2]
        for status in ("draft", "active", "retired")
    }

    assert "> **DRAFT. Tiny has not issued this policy: it binds nobody.**" == second["draft"]
    assert "> **RETIRED. This policy no longer applies.**" == second["retired"]
    assert second["active"].startswith("- **Vendor:**")


@pytest.mark.parametrize(
    ("calendars", "said"),
    [
        (["desk", "desk"], "Only the opening hours of “desk” count."),
        (["always"], "Every hour of every day counts."),
        (["desk", "always"], ""),
    ],
)
def test_which_hours_count_is_said_beside_the_times(calendars, said, tiny: Callable[[str], Policy]) -> None:
    """Where it is the same for all promises; "4 h" alone would mislead."""
    commitments = ", ".join(
        f"{{id: c{at}, start: {{on: ask}}, stop: {{on: do}}, calendar: {calendar}, within: 4h}}"
        for at, calendar in enumerate(calendars)
    )
    page = show_markdown(
        tiny(
            f"""
calendars: {{desk: {{zone: Etc/UTC, weekly: {{mon-fri: ["09:00-17:00"]}}}}}}
events: {{ask: {{by: customer}}, do: {{by: agent}}}}
commitments: [{commitments}]
"""
        ),
        "en",
    )

    times = page.partition("## Promised times\n\n")[2].partition("\n\n## ")[0]
    which = {"desk": " of opening time", "always": " round the clock"} if not said else {}
    promised = [f"- **c{at}:** 4\u00a0h{which.get(calendar, '')}" for at, calendar in enumerate(calendars)]
    assert [*([said, ""] if said else []), *promised] == times.split("\n")


def test_a_country_has_its_article_within_a_sentence(tiny: Callable[[str], Policy]) -> None:
    """And none where it stands alone; a day that closes otherwise than every year says so."""
    policy = tiny(
        'calendars:\n  desk:\n    zone: Etc/UTC\n    weekly: {mon-fri: ["09:00-17:00"]}\n'
        "    holidays: [{country: US}, {country: GB, subdivision: ENG}, {country: FR}]\n"
        '    special: {"*-12-24": {closes: "12:00"}, "2026-12-24": {closes: "16:00"}}\n'
    )
    english, french = (show_text(policy, each).replace("\u00a0", " ") for each in ("en", "fr"))

    assert "closed on those of the United States, the United Kingdom (England) and France" in english
    assert "fermé ces jours-là – États-Unis, Royaume-Uni (Angleterre) et France" in french
    assert "24 December 2026: closes at 16:00 at the latest (this once instead of 12:00)" in english
    assert "24 décembre 2026 : ferme à 16 h au plus tard (cette fois au lieu de 12 h)" in french


def test_the_language_is_the_policys_own(tiny: Callable[[str], Policy]) -> None:
    """The first of its languages that we speak; English where we speak none of them."""
    assert "fr" == language_of(tiny("languages: [fr]"))
    assert "en" == language_of(tiny("languages: [fr, en]"))
    assert "en" == language_of(tiny("languages: [de]"))
    assert show_text(tiny("languages: [fr]")) == show_text(tiny("languages: [fr]"), "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_decides_is_on_the_page_with_its_grounds(language, harbour: Policy) -> None:
    """Each clause and assumption that something cites is cited on the page too."""
    page = show_markdown(harbour, language).partition("\n## Hypothèses" if language == "fr" else "\n## Assumptions")[0]

    cited = {clause for grounds in harbour.deciding() for clause in grounds.clauses}
    assumed = {assumption for grounds in harbour.deciding() for assumption in grounds.assumes}
    assert cited | {*harbour.effective.clauses} == set(re.findall(r"\[(HB-\d\d)\]", page))
    assert assumed <= set(re.findall(r"\[≈([\w-]+)\]", page))


def test_severity_has_one_word_on_a_page(tiny: Callable[[str], Policy]) -> None:
    """The vendor's own, in every sentence, where its events have one."""
    policy = tiny(
        """
severities: [{id: high, label: High}, {id: low, label: Low}]
events:
  ask: {by: customer, data: {severity: {label: {en: Priority, fr: Priorité}}}, sets: {severity: event.severity}}
  do: {by: agent}
commitments:
  - id: one
    start: {on: ask}
    stop: {on: do}
    within: [{when: {severity: high}, is: 1h}, {is: 2h}]
    on-change: keep
  - {id: two, start: {on: ask}, stop: {on: do}, within: 4h}
queue: [{by: severity}]
"""
    )
    pages = {language: show_markdown(policy, language) for language in ("en", "fr")}

    assert "severity" not in pages["en"].lower()
    assert "gravité" not in pages["fr"].lower()
    assert "Whatever “Priority” is:" in pages["en"]
    assert "## Priorité\n" in pages["fr"]


def test_a_factor_below_one_is_a_share(tiny: Callable[[str], Policy]) -> None:
    policy = tiny(
        """
events: {ask: {by: customer}}
accounts: {fees: {unit: EUR, per: customer, overdraft: allow}}
charges: [{id: fee, on: ask, debit: {account: fees, amount: 10000, factor: 0.15}}]
"""
    )

    assert "15\u00a0% of 100.00\u00a0EUR" in show_markdown(policy, "en")
