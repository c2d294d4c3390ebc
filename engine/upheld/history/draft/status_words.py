"""Words for statuses: what trackers and people call the stages of a ticket, in English, German and French.

    >>> [meaning_of(text) for text in ("To Do", "2 - In Progress", "Waiting for customer", "Gelöst", "Clôturé")]
    ['new', 'in-progress', 'waiting-for-customer', 'resolved', 'closed']
    >>> [meaning_of(text) for text in ("Unresolved", "Won't Fix", "Waiting for vendor", "Awaiting Code", "Strange")]
    ['', '', '', '', '']
    >>> meaning_of("Waiting for support"), meaning_of("On hold"), meaning_of("Resovled")
    ('in-progress', 'waiting', 'resolved')

What is proposed is kept by whoever is in a hurry, so that a proposal which means the opposite is worse than none. Every
word of a text has to be known: one that is not may be the word that matters. Across a negation nothing is proposed, and
nothing where a party other than the desk and its customer has the ball.

Source: DESIGN section 5, core states; the statuses that trackers come with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, Literal

from upheld.history.draft.plain_words import Words, is_negated, is_slip_of, unnumbered, words_of

Meaning = Literal[
    "",
    "new",
    "qualified",
    "in-progress",
    "workaround",
    "waiting-for-customer",
    "waiting",
    "resolved",
    "closed",
    "cancelled",
    "reopened",
    "comment",
    "reply",
]
"""What a status says; ``waiting`` does not say for whom, and ``""`` is left to a person."""

STATUSES: Final[Mapping[Meaning, str]] = {
    "new": (
        "new|open|opened|created|submitted|received|registered|logged|reported|raised|to do|todo|backlog|queued|"
        "incoming|inbox|insert|entered|recorded|awaiting assignment|pending assignment|waiting for assignment|"
        "waiting for triage|awaiting triage|needs triage|pending triage|initial|"
        "neu|offen|geoeffnet|eroeffnet|erstellt|angelegt|erfasst|eingegangen|gemeldet|registriert|zu erledigen|eingang|"
        "nouveau|nouvelle|ouvert|ouverte|cree|creee|soumis|soumise|recu|recue|enregistre|enregistree|a faire|"
        "a traiter|a affecter|en attente d affectation|depose|deposee"
    ),
    "qualified": (
        "assigned|acknowledged|accepted|confirmed|qualified|triaged|allocated|dispatched|taken|take in charge|"
        "taken in charge|analysis|in analysis|analysing|analyzing|investigating|investigation|in investigation|"
        "under investigation|under review|under analysis|diagnosis|in diagnosis|diagnosing|triage|in triage|assessed|"
        "zugewiesen|zugeteilt|angenommen|akzeptiert|bestaetigt|qualifiziert|analyse|in analyse|in pruefung|"
        "in klaerung|uebernommen|"
        "affecte|affectee|assigne|assignee|attribue|attribuee|accepte|acceptee|confirme|confirmee|qualifie|qualifiee|"
        "pris en charge|prise en charge|pris en compte|prise en compte|en analyse|en cours d analyse|"
        "en cours de qualification|en diagnostic|planifie et affecte"
    ),
    "in-progress": (
        "in progress|progress|work in progress|wip|working|in work|being worked on|active|activated|ongoing|started|"
        "begun|processing|in process|in processing|under way|underway|doing|implementing|in implementation|"
        "fixing|in fix|being fixed|in repair|being repaired|under repair|escalated|in review|review|in test|test|"
        "testing|qa|in treatment|in handling|in bearbeitung|bearbeitung|wird bearbeitet|in arbeit|laufend|aktiv|"
        "begonnen|gestartet|angefangen|in umsetzung|in behebung|im test|eskaliert|"
        "en cours|en cours de traitement|en traitement|traitement|actif|commence|commencee|demarre|demarree|"
        "en correction|en cours de correction|en cours de resolution|en realisation|en reparation|escalade|escaladee|"
        "en test|en cours attribue|en cours planifie"
    ),
    "workaround": (
        "workaround|worked around|workaround given|workaround provided|workaround available|temporary fix|"
        "umgehungsloesung|workaround bereitgestellt|contournement|contourne|contournee|solution de contournement"
    ),
    "waiting-for-customer": (
        "feedback|needinfo|need info|needs info|need more info|needs more info|need information|needs information|"
        "more information required|more information needed|more info required|information requested|info requested|"
        "with customer|with client|with user|with requester|customer action|customer action required|"
        "action required by customer|customer pending|user pending|customer hold|input required|"
        "beim kunden|rueckfrage|rueckfrage kunde|rueckfrage an kunde|rueckfrage beim kunden|kundenantwort ausstehend|"
        "rueckmeldung kunde ausstehend|rueckmeldung kunde|auf kunde|auf kunden|"
        "chez le client|retour client|attente client|attente utilisateur|attente demandeur|attente retour client|"
        "information demandee|informations demandees|complement demande"
    ),
    "waiting": (
        "pending|on hold|hold|onhold|wait|waiting|awaiting|paused|pause|suspended|suspend|parked|stalled|blocked|"
        "deferred|postponed|snoozed|awaiting information|awaiting info|awaiting response|awaiting reply|"
        "wartend|wartet|warten|in wartestellung|wartestellung|pausiert|angehalten|zurueckgestellt|ausgesetzt|"
        "ausstehend|haengig|vertagt|blockiert|"
        "en attente|attente|suspendu|suspendue|en suspens|en pause|mis en attente|mise en attente|bloque|bloquee|"
        "reporte|reportee|differe|differee"
    ),
    "resolved": (
        "resolved|resolve|solved|solve|done|fixed|complete|completed|finished|verified|answered and solved|"
        "restored|remedied|handled|processed|"
        "geloest|erledigt|behoben|fertig|fertiggestellt|abgearbeitet|beseitigt|"
        "resolu|resolue|traite|traitee|termine|terminee|corrige|corrigee|solutionne|solutionnee|regle|reglee|fait|faite"
    ),
    "closed": (
        "closed|close|closure|archived|auto closed|autoclosed|closed automatically|closed complete|closed completed|"
        "closed incomplete|closed permanently|resolved permanently|closed skipped|closed successful|"
        "closed unsuccessful|erfolgreich geschlossen|erfolglos geschlossen|"
        "geschlossen|abgeschlossen|archiviert|automatisch geschlossen|"
        "clos|close|ferme|fermee|cloture|cloturee|archive|archivee|ferme automatiquement|clos automatiquement"
    ),
    "cancelled": (
        "cancelled|canceled|cancel|withdrawn|withdraw|aborted|abandoned|rejected|declined|dismissed|duplicate|"
        "duplicated|invalid|spam|obsolete|expired|discarded|"
        "storniert|abgebrochen|abgelehnt|zurueckgezogen|verworfen|annulliert|duplikat|"
        "annule|annulee|abandonne|abandonnee|retire|retiree|rejete|rejetee|refuse|refusee|doublon"
    ),
    "reopened": (
        "reopened|reopen|re opened|re open|open again|wiedereroeffnet|wieder eroeffnet|wieder geoeffnet|wieder offen|"
        "erneut geoeffnet|rouvert|rouverte|reouvert|reouverte|re ouvert|re ouverte"
    ),
    "comment": (
        "comment|commented|commentaire|commente|kommentar|kommentiert|note|note added|comment added|add comment|"
        "added comment|notiz|annotation"
    ),
    "reply": (
        "reply|replied|reply sent|public reply|response sent|responded|response|first response|first reply|answer sent|"
        "antwort|geantwortet|antwort gesendet|beantwortet|erste antwort|reponse|repondu|reponse envoyee|"
        "premiere reponse"
    ),
}
"""Whole texts by what they mean; words that say nothing of it (`ticket`, `status`) may stand beside them."""

FILLERS: Final = frozenset(
    "ticket tickets issue issues incident incidents case request requests call sr status state stage the an has been "
    "was is it its marked vorgang anfrage meldung stoerung auftrag der die das den dem wurde ist "
    "demande le la les l est ete du statut etat".split()
)
WAITS: Final = frozenset(
    "waiting wait waits awaiting await awaits pending hold onhold paused suspended "
    "warten wartet wartend ausstehend pausiert haengig attente attend suspendu suspendue suspens".split()
)
CUSTOMERS: Final = frozenset(
    "customer customers client clients clients user users enduser endusers requester requesters requestor requestors "
    "caller reporter submitter originator kunde kunden kundin anwender anwenderin benutzer nutzer melder anforderer "
    "antragsteller ersteller kundenantwort kundenrueckmeldung utilisateur utilisateurs demandeur demandeuse appelant "
    "declarant usager cliente customers".split()
)
DESKS: Final = frozenset(
    "support agent agents staff technician technicians helpdesk servicedesk desk us analyst operator bearbeiter "
    "techniker sachbearbeiter technicien techniciens".split()
)
OTHERS: Final = frozenset(
    "vendor vendors supplier suppliers provider third 3rd thirdparty party parties partner partners external extern "
    "externer externe manufacturer approval approver approvals approve approved authorization authorisation problem "
    "change changes rfc cab development developer developers dev code coding engineering deployment release part parts "
    "spare procurement purchase order management manager budget legal carrier reseller "
    "lieferant lieferanten hersteller dritte dritter dritten drittanbieter drittpartei partei genehmigung freigabe "
    "genehmigt problemmanagement aenderung aenderungen entwicklung entwickler beschaffung ersatzteil "
    "fournisseur fournisseurs editeur tiers prestataire prestataires sous traitant approbation validation changement "
    "probleme developpement developpeur livraison piece commande partenaire constructeur hierarchie".split()
)
"""Parties and things that somebody other than the desk and its customer has to do."""
ASKED: Final = frozenset(
    "for on from by to of reply replies response responses answer feedback information info infos input confirmation "
    "action clarification details data contact return back end "
    "auf von vom des rueckmeldung antwort rueckantwort information informationen klaerung bestaetigung durch beim "
    "seitens en de d un une retour reponse cote par confirmation informations complement mis mise".split()
)
"""What may stand beside whoever is waited for."""
BY: Final = frozenset("by durch von vom par".split())
SENT_BACK: Final = frozenset("rejected declined dismissed refused abgelehnt rejete rejetee refuse refusee".split())
"""What ends a ticket, unless it was the customer: he sends back what was proposed."""
STEPS: Final = frozenset("close closure cancel resolve solve reopen".split())
"""What is asked for and not yet done, where `request` stands before it."""
ANSWERED: Final = frozenset("responded replied answered reacted updated geantwortet beantwortet repondu".split())


def _table() -> dict[Words, Meaning]:
    found: dict[Words, Meaning] = {}
    for meaning, texts in STATUSES.items():
        for text in texts.split("|"):
            found.setdefault(tuple(text.split()), meaning)
    return found


TABLE: Final = _table()
UNENDED: Final = frozenset(
    {"new", "qualified", "in-progress", "workaround", "waiting-for-customer", "waiting", "reopened"}
)
"""Meanings of a ticket that is neither resolved nor closed."""
_LONGEST_PHRASE: Final = max(map(len, TABLE))
_ENDED: Final = ("resolved", "closed")
_BEGUN: Final = ("new", "qualified", "in-progress")


@lru_cache(maxsize=16_384)
def meaning_of(text: str) -> Meaning:
    """What a status says; ``""`` where that is not certain."""
    plain = unnumbered(words_of(text))
    if "?" in text or (plain[:1] == ("request",) and not STEPS.isdisjoint(plain)):
        return ""
    for words in (plain, tuple(word for word in plain if word not in FILLERS)):
        if words in TABLE:
            return TABLE[words]
    if not words or is_negated(words) or not OTHERS.isdisjoint(words):
        return ""
    if not WAITS.isdisjoint(words):
        return _turn(words)
    if not CUSTOMERS.isdisjoint(words) or not DESKS.isdisjoint(words):
        return _by_somebody(words)
    return _together(words) or _mended(words)


def is_unended(text: str) -> bool:
    """Whether a ticket of this status is certainly neither resolved nor closed.

    >>> [is_unended(text) for text in ("Reopened", "Pending", "Waiting for vendor", "Pending close", "Done", "Strange")]
    [True, True, True, False, False, False]
    """
    words = words_of(text)
    waits = not WAITS.isdisjoint(words) and not OTHERS.isdisjoint(words) and not is_negated(words)
    return waits or meaning_of(text) in UNENDED


def has_other_party(text: str) -> bool:
    """Whether somebody other than the desk and its customer is named, whose turn it may be."""
    return not OTHERS.isdisjoint(words_of(text))


def _turn(words: Words) -> Meaning:
    """Whose turn it is, of words that say that somebody waits."""
    rest = [word for word in words if word not in WAITS and word not in ASKED]
    if any(word not in CUSTOMERS and word not in DESKS for word in rest):
        return ""
    if not rest:
        return "waiting"
    waits = next(at for at, word in enumerate(words) if word in WAITS)
    somebody = words.index(rest[0])
    if waits > somebody or "to" in words[:somebody]:
        return ""  # `customer waiting`, `waiting for reply to customer`: it is he who waits
    if DESKS.isdisjoint(rest):
        return "waiting-for-customer"
    return "in-progress" if CUSTOMERS.isdisjoint(rest) else ""


def _by_somebody(words: Words) -> Meaning:
    """What it means that somebody is named and nobody waits: a customer answered, or either ended it."""
    by = next((at for at, word in enumerate(words) if word in BY), 0)
    meaning = _together(words[:by])
    if meaning in (*_ENDED, "cancelled", "reopened"):
        is_all = (CUSTOMERS | DESKS | ASKED).issuperset(words[by:])
        is_sent_back = not SENT_BACK.isdisjoint(words) and not CUSTOMERS.isdisjoint(words)
        return meaning if is_all and not is_sent_back else ""
    others = [word for word in words if word not in CUSTOMERS and word not in ("has", "hat", "le", "a")]
    return "in-progress" if others and ANSWERED.issuperset(others) else ""


def _together(words: Words) -> Meaning:
    """What several phrases mean together, such as `Closed - Resolved`; all have to be known, and to agree."""
    found: set[Meaning] = set()
    at = 0
    while at < len(words):
        length = next((n for n in range(_LONGEST_PHRASE, 0, -1) if words[at : at + n] in TABLE), 0)
        if not length:
            return ""
        found.add(TABLE[words[at : at + length]])
        at += length
    if len(found) < 2:
        return found.pop() if found else ""
    if found <= {*_ENDED, "cancelled"}:
        return "cancelled" if "cancelled" in found else "closed"
    return [each for each in _BEGUN if each in found][-1] if found <= set(_BEGUN) else ""


def _mended(words: Words) -> Meaning:
    """What it means if one of the words has a slip of the pen; nothing where that could be two things."""
    found = {TABLE[known] for known in _near(words)}
    return found.pop() if len(found) == 1 else ""


def _near(words: Words) -> Iterator[Words]:
    return (known for known in TABLE if is_near(words, known))


def is_near(words: Words, known: Words) -> bool:
    """Whether a text is another one with a slip of the pen in one word."""
    if len(known) != len(words):
        return False
    wrong = [(word, right) for word, right in zip(words, known) if word != right]
    return len(wrong) == 1 and is_slip_of(*wrong[0])
