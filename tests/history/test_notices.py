"""Notices: every kind that the engine notes has words, in English and on pages, and names what they need."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import upheld
from upheld.history.notice import OTHER, SENTENCES, Notice, Notices
from upheld.show.words.locale import LANGUAGES, locale_of

ALWAYS = {"kind", "number", "place"}
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def noted() -> Iterator[tuple[str, set[str]]]:
    """Every kind that some module of the engine notes, and the values that it gives."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(Path(upheld.__file__).parent.rglob("*.py")))
    for text in (each for each in texts if "note" in each):  # parsing takes much longer than reading
        for node in ast.walk(ast.parse(text)):
            is_call = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("note", "note_once")
            )
            if is_call and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                yield node.args[0].value, {each.arg for each in node.keywords if each.arg}


@pytest.mark.parametrize("kind, given", [*noted()])
def test_every_kind_that_is_noted_has_its_words(kind: str, given: set[str]) -> None:
    """And what notes it gives every value that they name."""
    told = [*SENTENCES[kind], *(locale_of(each).messages[f"reading.{kind}.{how}"] for each in LANGUAGES for how in HOW)]

    assert [] == [text for text in told if set(PLACEHOLDER.findall(text)) - given - ALWAYS]


HOW = ("one", "many")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_words_for_all_that_programs_have(language: str) -> None:
    """And names the same."""
    messages = locale_of(language).messages
    for kind, sentences in {**SENTENCES, "other": OTHER}.items():
        for how, sentence in zip(HOW, sentences, strict=True):
            named = {*PLACEHOLDER.findall(messages[f"reading.{kind}.{how}"])}
            assert {*PLACEHOLDER.findall(sentence)} == named | ({"number"} & {*PLACEHOLDER.findall(sentence)}), kind


def test_one_and_several_are_told_apart() -> None:
    notices = Notices()
    notices.note("never-was", "dst.csv:2", text="29/03/2026 02:50", zone="Europe/Paris")
    (one,) = notices
    notices.note("never-was", "dst.csv:9", text="29/03/2026 02:55", zone="Europe/Paris")
    (two,) = notices

    assert "1 instant, `29/03/2026 02:50`, does not exist in Europe/Paris: the zone of the export is another" == str(
        one
    )
    assert str(two).startswith("2 instants, such as `29/03/2026 02:50`, do not exist in Europe/Paris")


def test_what_every_row_has_is_told_once() -> None:
    """Column by column, however many rows there are; the number is that of the columns."""
    notices = Notices()
    for line in range(1, 4):
        for column in ("labels", "fields.links"):
            notices.note_once("nested-objects", column, f"e.json:{line}", column=column, names="`id`")

    assert [
        "2 columns hold lists of objects, such as `labels` at e.json:1, with `id`: each list is one text, and no rows"
    ] == [str(each) for each in notices]


def test_a_kind_without_words_is_told_by_its_name() -> None:
    """As a plugin's may be."""
    assert "`odd-ink` was noticed at log.csv:7" == str(Notice("odd-ink", 1, "log.csv:7", {"colour": "green"}))
    assert "`odd-ink` was noticed 3 times, the first time at log.csv:7" == str(Notice("odd-ink", 3, "log.csv:7", {}))
