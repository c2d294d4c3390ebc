"""The templates of the console: each reads exactly the fields of its context."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib.resources import files

import pytest
from jinja2 import meta

from upheld.pages.templates import environment
from upheld.serve.console import contexts
from upheld.serve.console.visit import SCRIPT, STYLE
from upheld.show.words.locale import locale_of

PAGES = {
    "customer": contexts.CustomerPage,
    "customers": contexts.CustomersPage,
    "due_next": contexts.QueuePage,
    "kept": contexts.KeptPage,
    "new": contexts.NewPage,
    "policy": contexts.PolicyPage,
    "problem": contexts.ProblemPage,
    "sign_in": contexts.SignInPage,
    "ticket": contexts.TicketPage,
    "tried": contexts.TriedFragment,
    "try_it": contexts.TryPage,
}
FOLDER = files("upheld.pages").joinpath("template", "console")


def test_every_template_is_in_the_table() -> None:
    """But for what stands around pages, and what they are made of."""
    names = {each.name.removesuffix(".html.j2") for each in FOLDER.iterdir()}
    assert {*PAGES, "frame", "parts"} == names


@pytest.mark.parametrize("name", PAGES)
def test_a_template_reads_exactly_its_context(name: str) -> None:
    text = FOLDER.joinpath(f"{name}.html.j2").read_text(encoding="utf-8")
    imported = {"words", "caller", *re.findall(r"{% import .* as (\w+)", text)}
    read = meta.find_undeclared_variables(environment("en").parse(text)) - imported
    around = {"frame"} if "{% extends" in text else set()

    assert {each.name for each in fields(PAGES[name])} == read | around


def test_every_word_of_the_console_is_used() -> None:
    """In a template or in a view."""
    folder = files("upheld.serve").joinpath("console")
    texts = [each.read_text(encoding="utf-8") for each in (*FOLDER.iterdir(), *folder.iterdir()) if each.is_file()]
    whole = "\n".join(texts)
    made = ("console.problem.", "console.level.", "console.error.", "console.warning.", "console.failing.")
    known = [key for key in locale_of("en").messages if key.startswith("console.") and not key.startswith(made)]
    names = {"due", "promises", "customers", "policy", "try", "accepted", "remarked", "refused"}

    assert [] == [key for key in known if key not in whole and key.removeprefix("console.") not in names]


def test_nothing_of_the_console_is_fetched_from_elsewhere() -> None:
    """Neither style nor script names another place, or makes code of a text."""
    assert not re.search(rb"url\(|@import|https?:", STYLE)
    assert not re.search(rb"https?:|eval|innerHTML|Function\(|import\(", SCRIPT)
