"""Messages: what the engine tells people, in their language, only when somebody asks.

A policy's own texts and those of the small catalogue below are templates in which
``{name}`` stands for what a name holds. Nothing but a name is ever substituted: no
attribute, no index, no format; what is no known name stays as it was written, and a
value that holds braces is not looked at again.

    >>> fill("{event.minutes} min for {who.__class__} {{x}}", {"event.minutes": "45 {x}"}.get)
    '45 {x} min for {who.__class__} {{x}}'
    >>> close = called("close", Wording((("fr", "Fermer"),)))
    >>> refused = Message.from_catalogue("not-allowed", role="`agent`", event=close, who="`customer`")
    >>> print(refused.text("fr").replace(chr(0xA0), " "))
    `agent` n’est pas autorisé à faire « Fermer » ; y sont autorisés : `customer`

Source: THREATS F07; DESIGN section 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Final

from upheld.core.errors import ArgumentError
from upheld.core.nearest import listed, quoted
from upheld.core.policy.wording import Wording

LANGUAGES: Final = ("en", "fr")
LONGEST_VALUE: Final = 200
PRINTED_SPACES: Final = {0x00A0: " ", 0x202F: " "}
"""The no-break spaces, wide and narrow, that French print sets before high punctuation, as plain ones."""

_NAME: Final = re.compile(r"\{([a-z0-9]+(?:[-.][a-z0-9]+)*)\}", re.ASCII)

Shown = Callable[[str, str], str | None]
"""What a name holds, as people read it in a language; ``None`` for what is no name."""

CATALOGUE: Final[dict[str, tuple[str, str]]] = {
    "out-of-order": (
        "it lies before `{last}`, when something last happened to the ticket: a replay puts late records in their "
        "place with `order: by-time` in its mapping, or `--order by-time`",
        "il est antérieur à `{last}`, dernier instant connu du ticket : les enregistrements tardifs d’un historique "
        "sont remis à leur place avec `order: by-time` dans son fichier de correspondance, ou `--order by-time`",
    ),
    "unknown-event": (
        "event `{event}` is not declared: {advice}",
        "l’événement `{event}` n’est pas déclaré : {advice}",
    ),
    "did-you-mean": ("did you mean `{near}`?", "vouliez-vous dire `{near}` ?"),
    "there-are": ("there are {known}", "il y a {known}"),
    "not-allowed": (
        "{role} may not {event}; {who} may",
        "{role} n’est pas autorisé à faire {event} ; y sont autorisés : {who}",
    ),
    "unknown-role": (
        "role `{role}` is not declared: {advice}",
        "le rôle `{role}` n’est pas déclaré : {advice}",
    ),
    "no-actor": (
        "nobody is named as its actor; {who} may {event}",
        "aucun acteur n’est nommé ; peuvent {event} : {who}",
    ),
    "unknown-field": (
        "{event} takes no field `{field}`: {advice}",
        "{event} n’a pas de champ `{field}` : {advice}",
    ),
    "no-fields": ("it takes none", "il n’en a aucun"),
    "missing-field": ("field {field} is missing", "le champ {field} manque"),
    "no-word": (
        "{problem}",
        '{field} attend un mot, et {value} n’en est pas un : écrivez `"{word}"`, entre guillemets',
    ),
    "misspelt-word": ("{problem}", "{field} ne peut pas être {value} : vouliez-vous dire `{near}` ?"),
    "unknown-word": ("{problem}", "{field} ne peut pas être {value} : valeurs possibles : {known}"),
    "no-boolean": (
        "{problem}",
        "{field} est vrai ou faux, et non {value} : écrivez `true` ou `false`, sans guillemets",
    ),
    "no-text": ("{problem}", "{field} attend un texte, et {value} n’en est pas un : mettez-le entre guillemets"),
    "no-integer": (
        "{problem}",
        "{field} attend un nombre entier, et {value} n’en est pas un : écrivez des chiffres, sans guillemets",
    ),
    "too-low": ("{problem}", "{field} vaut au moins `{bound}`, et {value} est en dessous"),
    "too-high": ("{problem}", "{field} vaut au plus `{bound}`, et {value} est au-dessus"),
    "no-date": ("{problem}", "{field} attend une date, et {value} n’en est pas une : écrivez-la ainsi, `2024-12-31`"),
    "no-instant": (
        "{problem}",
        "{field} attend un instant, et {value} n’en est pas un : écrivez-le avec son décalage, `2024-03-04T08:15:00Z`",
    ),
    "no-value": ("{problem}", "de {field} on peut seulement demander s’il a une valeur"),
    "no-length": (
        "{problem}",
        "{field} attend une durée, et {value} n’en est pas une : écrivez `45s`, `30min` ou `2h`",
    ),
    "beyond-calendar": (
        "a date that {event} brings, or that something it starts falls due on, lies outside the years 1990 to 2050",
        "une date que {event} apporte, ou l’échéance de ce qui en part, tombe hors des années 1990 à 2050",
    ),
    "no-channel": ("no channel is given; {open}", "aucun canal n’est indiqué ; {open}"),
    "unknown-channel": (
        "channel `{channel}` is not declared; {open}",
        "le canal `{channel}` n’est pas déclaré ; {open}",
    ),
    "channel-refuses": (
        "channel {channel} does not take {event}; {open}",
        "le canal {channel} n’accepte pas {event} ; {open}",
    ),
    "channel-closed": (
        "channel {channel} is closed until `{opens}`; {open}",
        "le canal {channel} est fermé jusqu’au `{opens}` ; {open}",
    ),
    "channel-not-now": (
        "channel {channel} is not open to this; {open}",
        "le canal {channel} n’est pas ouvert à cela ; {open}",
    ),
    "open-channels": ("it can come by {channels}", "il peut venir par {channels}"),
    "no-open-channel": ("no channel takes it now", "aucun canal ne l’accepte à présent"),
    "rule": ("rule `{rule}` is against it: {facts}", "la règle `{rule}` s’y oppose : {facts}"),
    "no-transition": (
        "{event} is not possible in state {state}; possible are {possible}",
        "{event} n’est pas possible dans l’état {state} ; sont possibles {possible}",
    ),
    "nothing-possible": (
        "{event} is not possible in state {state}, in which the ticket has ended",
        "{event} n’est pas possible dans l’état {state}, où le ticket est terminé",
    ),
    "not-opened": (
        "{event} does not open a ticket here; tickets are opened by {possible}",
        "{event} n’ouvre pas de ticket ici ; un ticket s’ouvre par {possible}",
    ),
    "no-ticket": (
        "there is no ticket: {event} needs one that {possible} has opened",
        "il n’y a pas de ticket : {event} en demande un, ouvert par {possible}",
    ),
    "ambiguous": (
        "{event} in state {state} could take {several}",
        "{event} dans l’état {state} pourrait prendre {several}",
    ),
    "immutable": (
        "{fact} is {held}, and stays so; it cannot become {wanted}",
        "{fact} est {held} et le reste ; il ne peut devenir {wanted}",
    ),
    "last-level": (
        "the ticket is at its last level, {level}",
        "le ticket est à son dernier niveau, {level}",
    ),
    "next-level": (
        "the ticket is at level {level} and goes up one at a time: the next is {next}, not {wanted}",
        "le ticket est au niveau {level} et monte d’un niveau à la fois : le suivant est {next}, et non {wanted}",
    ),
    "escalated": ("escalated to level {level}: {name}", "escaladé au niveau {level} : {name}"),
    "warning-used": ("{commitment}: {share} of the time is used", "{commitment} : {share} du temps est écoulé"),
    "warning-left": ("{commitment}: {length} left", "{commitment} : il reste {length}"),
    "warning-breached": ("{commitment}: the time is up", "{commitment} : le délai est dépassé"),
    "warning-late": (
        "{commitment}: the time has been up for {length}",
        "{commitment} : le délai est dépassé depuis {length}",
    ),
    "outside-effective": (
        "it lies outside the days on which the policy applies: {days}",
        "il est hors des jours d’application de la politique : {days}",
    ),
    "start-ahead": (
        "{field} lies after the record: what begins with it counts from the record",
        "{field} vient après l’enregistrement : ce qui commence avec lui compte dès l’enregistrement",
    ),
    "insufficient-balance": (
        "charge {charge} needs {wanted} of account {account}, which has {there}",
        "{charge} demande {wanted} au compte {account}, qui en a {there}",
    ),
    "no-amount": (
        "charge {charge} can bill no such amount: {value}",
        "{charge} ne peut facturer un tel montant : {value}",
    ),
    "no-work": (
        "charge {charge} can bill no work from `{from}` until `{until}`: {why}",
        "{charge} ne peut facturer un travail de `{from}` à `{until}` : {why}",
    ),
    "work-half": ("both have to be known", "il faut savoir les deux"),
    "work-backwards": ("it ends before it begins", "il finit avant de commencer"),
    "work-to-come": ("it ends after it was recorded", "il finit après avoir été saisi"),
    "work-too-long": ("one entry has 31 days at most", "une saisie compte 31 jours au plus"),
    "overdrawn": (
        "charge {charge} overdraws account {account} by {amount}",
        "{charge} met le compte {account} à découvert de {amount}",
    ),
    "low-balance": ("account {account} has {amount} left", "il reste {amount} sur le compte {account}"),
    "expiry": (
        "{amount} of account {account} expire on {day} at {time}",
        "{amount} du compte {account} expirent le {day} à {time}",
    ),
    "and-more": ("{shown} and {number} more", "{shown} et {number} autres"),
    "a value of type": ("a value of type {type}", "une valeur de type {type}"),
    "a list": ("a list", "une liste"),
    "a mapping": ("a mapping", "une suite de champs"),
    "a number beyond 64 bits": ("a number beyond 64 bits", "un nombre de plus de 64 bits"),
    "since-until": ("from `{since}` to `{until}`", "du `{since}` au `{until}`"),
    "since": ("from `{since}` on", "à partir du `{since}`"),
    "until": ("up to `{until}`", "jusqu’au `{until}`"),
}
"""The engine's own texts: English and French. A test keeps their names alike."""


def spoken(language: str, languages: Collection[str] = LANGUAGES) -> str:
    """The language, if it is one of these; by default those in which the engine's own texts are given.

    Raises: ArgumentError for another one.
    """
    if language not in languages:
        raise ArgumentError(f"there is no language {quoted(language)} here: there are {listed(languages)}")
    return language


def _no_name(name: str, language: str) -> None:
    """Nothing is known by any name."""


def _as_is(texts: Mapping[str, str], name: str, language: str) -> str | None:
    """What a name holds that reads alike in every language."""
    return texts.get(name)


def _as_was(texts: Mapping[tuple[str, str], str], name: str, language: str) -> str | None:
    """What a name held when it went to another process."""
    return texts.get((language, name))


def fill(template: str, shown: Callable[[str], str | None]) -> str:
    """The template with what its names hold; a name that ``shown`` does not know stays as it is written."""

    def value(match: re.Match[str]) -> str:
        said = shown(match[1])
        return match[0] if said is None else said

    return _NAME.sub(value, template)


def names_in(template: str) -> tuple[str, ...]:
    """The names that a template asks for, each once."""
    return tuple(dict.fromkeys(_NAME.findall(template)))


def printable(value: str) -> str:
    """A value as it may stand in one line: cut, and without characters that do not print (THREATS F13)."""
    if len(value) <= LONGEST_VALUE and value.isprintable():
        return value
    plain = "".join(
        letter if letter.isprintable() or ord(letter) in PRINTED_SPACES else "?" for letter in value[:LONGEST_VALUE]
    )
    return plain if len(value) <= LONGEST_VALUE else f"{plain}…"


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be told, not yet in words.

    Attributes:
        wordings: Its sentences, in order.
        shown: What the names in them hold, as people read it.
        parts: Names that stand for further messages.
    """

    wordings: tuple[Wording, ...] = ()
    shown: Shown = _no_name
    parts: tuple[tuple[str, Message], ...] = ()

    @classmethod
    def from_catalogue(cls, key: str, **values: str | Message) -> Message:
        """One of the engine's own texts; every value is a text, or another message."""
        texts = {name: printable(value) for name, value in values.items() if isinstance(value, str)}
        parts = tuple((name, value) for name, value in values.items() if isinstance(value, Message))
        return cls((Wording(tuple(zip(LANGUAGES, CATALOGUE[key]))),), partial(_as_is, texts), parts)

    def text(self, language: str) -> str:
        """In a language; sentences that are not given in it are told in English, or else as they are.

        What is filled into such a sentence is told in its own language.
        """
        parts = {name: message.text(language) for name, message in self.parts}

        def filled(wording: Wording) -> str:
            told = language_of(wording, language)
            return fill(wording.text(language), lambda name: parts[name] if name in parts else self.shown(name, told))

        return _then(language).join(map(filled, self.wordings))

    def __bool__(self) -> bool:
        return any(self.wordings)

    def __reduce__(self) -> tuple[object, ...]:
        """What it needs of the names, and no more, goes with it to another process."""
        texts = [(language, text) for wording in self.wordings for language, text in wording.texts]
        held = {(each, name): self.shown(name, each) for each, text in texts for name in names_in(text)}
        said = {key: text for key, text in held.items() if text is not None}
        return Message, (self.wordings, partial(_as_was, said), self.parts)


def words_of(words: Iterable[str]) -> Message:
    """Words in backticks with commas, for a message; of many only the first ones.

    >>> words_of(["open", "closed"]).text("en")
    '`open`, `closed`'
    >>> words_of("abcdefghij").text("fr")
    '`a`, `b`, `c`, `d`, `e`, `f`, `g`, `h` et 2 autres'
    """
    return all_called((each, Wording()) for each in words)


def called(id: str, label: Wording) -> Message:
    """A part of a policy in a message: by its id, between backticks, as authors know it; in French by its label.

    >>> known, unknown = called("high", Wording((("en", "High"), ("fr", "Haute")))), called("low", Wording())
    >>> known.text("en"), known.text("fr").replace(chr(0xA0), " "), unknown.text("fr")
    ('`high`', '« Haute »', '`low`')
    """
    return Message((Wording((("en", quoted(id)), ("fr", in_french(id, label)))),))


def in_french(id: str, label: Wording) -> str:
    """The label in French between quotation marks; the id between backticks where there is none."""
    text = dict(label.texts).get("fr")
    return f"«\u00a0{text}\u00a0»" if text else quoted(id)


def _to_write(id: str, label: Wording) -> str:
    told = in_french(id, label)
    return told if told == quoted(id) else f"{quoted(id)} ({told})"


def all_called(parts: Iterable[tuple[str, Wording]], most: int = 8, *, to_write: bool = False) -> Message:
    """Several of them with commas; of many only the first ones.

    Args:
        to_write: Whether somebody is to choose and write one, so that its id has to be told besides.
    """
    every = list(parts)
    french = _to_write if to_write else in_french
    texts = (
        ("en", ", ".join(quoted(id) for id, _ in every[:most])),
        ("fr", ", ".join(french(*each) for each in every[:most])),
    )
    shown = Message((Wording(texts),))
    if len(every) <= most:
        return shown
    return Message.from_catalogue("and-more", shown=shown, number=str(len(every) - most))


def language_of(wording: Wording, language: str) -> str:
    """The language in which a text is told to whoever reads this one."""
    languages = wording.languages
    return language if language in languages or not languages else "en" if "en" in languages else languages[0]


def value_of(shown: str) -> str | Message:
    """A value that somebody gave, for a message: what has no short form is named in the reader's language.

    >>> value_of("a mapping").text("fr"), value_of("`7`")
    ('une suite de champs', '`7`')
    """
    plain = shown.strip("`")
    if plain.startswith(_OF_TYPE):
        return Message.from_catalogue(_OF_TYPE, type=plain.removeprefix(_OF_TYPE).strip())
    return Message.from_catalogue(plain) if plain in _NAMED else shown


_OF_TYPE: Final = "a value of type"
_NAMED: Final = ("a list", "a mapping", "a number beyond 64 bits")


def joined(messages: Iterable[Message]) -> Message:
    """Several messages as one, in order; empty ones are left out."""
    kept = [message for message in messages if message]
    if len(kept) < 2:
        return kept[0] if kept else Message()
    names = [f"part{index}" for index in range(len(kept))]
    templates = ((language, _then(language).join(f"{{{name}}}" for name in names)) for language in LANGUAGES)
    return Message((Wording(tuple(templates)),), parts=tuple(zip(names, kept)))


def _then(language: str) -> str:
    """What stands between two sentences; in French a semicolon keeps a space before it that does not break."""
    return "\u00a0; " if language == "fr" else "; "


def percent(share: Fraction) -> str:
    """A share for programs, rounded down to a tenth of a per cent, so that 89.96 % never reads as 90 %.

    >>> percent(Fraction(9, 10)), percent(Fraction(8996, 10000))
    ('90%', '89.9%')
    """
    whole, tenth = divmod(int(share * 1000), 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"
