"""Messages: names are filled in and nothing else, in two languages, when somebody asks."""

from __future__ import annotations

import pickle
from functools import partial
from string import Formatter

import pytest
from small_desk import engine, event, submit, tell

from upheld.core.policy.wording import Wording
from upheld.core.record.message import CATALOGUE, LANGUAGES, LONGEST_VALUE, Message, fill, joined, names_in, printable

KNOWN = {"type": "fault", "event.minutes": "45", "contract.gold.sites": "lyon"}


@pytest.mark.parametrize(
    "template",
    [
        "{0.__class__.__mro__}",
        "{type.__class__}",
        "{type!r}",
        "{type:>1000000000}",
        "{type[0]}",
        "{}",
        "{0}",
        "{{unknown}}",
        "{ type }",
        "{TYPE}",
        "{type.}",
        "{.type}",
        "{type..x}",
        "{__import__('os')}",
        "{type\n}",
        "{typë}",
        "{unknown}",
        "{event.unknown}",
        "{" * 10_000,
        "%(type)s $type",
    ],
)
def test_nothing_but_a_known_name_is_substituted(template: str) -> None:
    """THREATS F07: no attribute, index, conversion or format; what is no name stays as it is written."""
    assert template == fill(template, KNOWN.get)


def test_names_are_substituted_once() -> None:
    """A value that looks like a name is not looked at again."""
    assert "a fault of 45 min in lyon" == fill("a {type} of {event.minutes} min in {contract.gold.sites}", KNOWN.get)
    assert "{b}" == fill("{a}", {"a": "{b}", "b": "c"}.get)
    assert ("a", "b.c") == names_in("{a} {b.c} {a} {B}")


def test_values_fit_into_one_line() -> None:
    """THREATS F13: what does not print is shown as such, and what is too long is cut."""
    assert "a?b?[31m" == printable("a\nb\x1b[31m")
    assert "l’écran\u00a0: bloqué\u202f!" == printable("l’écran\u00a0: bloqué\u202f!")
    assert f"{'x' * LONGEST_VALUE}…" == printable("x" * 10_000)


def test_what_a_record_says_cannot_write_into_a_message() -> None:
    """A field that holds a template, or an escape, is shown as it is."""
    decision = tell(submit(customer="sited", data={"summary": "{customer}\x1b[2J{0.__class__}"}))[0]

    assert decision.refusal is not None
    assert "no contract for {customer}?[2J{0.__class__}" == decision.refusal.message


@pytest.mark.parametrize("key", CATALOGUE)
def test_both_languages_name_the_same(key: str) -> None:
    """A text of the catalogue and its translation ask for the same names, all of which are plain.

    Why a value is none a domain says itself in English, so that authors and users read the same.
    """
    english, french = CATALOGUE[key]
    fields = [{name for _, name, _, _ in Formatter().parse(text) if name is not None} for text in (english, french)]

    assert set(names_in(english)) == fields[0]
    assert fields[0] == fields[1] or (fields[0] == {"problem"} and "field" in fields[1])


def test_a_message_is_told_in_the_language_asked_for() -> None:
    """The policy's own text in its languages, else in English; parts are told in the same language."""
    refused = tell(submit(), event("04T11:00", "clsoe"))[1].refusal
    assert refused is not None

    assert "event `clsoe` is not declared: did you mean `close`?" == refused.text("en")
    assert "l’événement `clsoe` n’est pas déclaré : vouliez-vous dire `close` ?" == refused.text("fr")
    assert refused.text("en") == refused.text("de") == refused.message
    assert engine().language == "en"
    assert ("en", "fr") == LANGUAGES


def test_several_messages_make_one() -> None:
    """In order; empty ones are left out."""
    one, other = (Message((Wording.of(text, "en"),)) for text in ("one", "other"))

    assert "one; other" == joined([one, Message(), other]).text("en")
    assert "one\u00a0; other" == joined([one, Message(), other]).text("fr")
    assert "one" == joined([one]).text("fr")
    assert not joined([])


def held(texts: dict[str, str], name: str, language: str) -> str | None:
    return texts.get(name)


def test_a_message_goes_to_another_process_with_what_it_needs() -> None:
    """Only the names in it go along."""
    message = Message((Wording.of("{a} and {c}", "en"),), partial(held, {"a": "1", "b": "2"}))

    assert "1 and {c}" == pickle.loads(pickle.dumps(message)).text("en")
    assert b"2" not in pickle.dumps(message)[-40:]
