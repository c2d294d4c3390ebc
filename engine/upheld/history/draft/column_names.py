"""Names of columns: what trackers and people call the parts of an export, in English, German and French.

    >>> names = ColumnNames(["inc_number", "inc_sys_updated_on", "inc_opened_at", "inc_sla_due", "inc_state"])
    >>> names.of(TICKET), names.of(STATUS), names.instant("inc_opened_at"), names.instant("inc_sla_due")
    ('inc_number', 'inc_state', 'created', '')
    >>> ColumnNames(["CaseID", "ActivityID", "CompleteTimestamp"]).of(TICKET)
    'CaseID'

Names are compared without case, accents and separators, and without what tools put before them; words that say nothing
of their own (`at`, `date`) are left out of those of instants. A column of what shall be, a deadline, is no instant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Literal

from upheld.history.draft.plain_words import Words, words_of

Role = Literal[
    "created",
    "assigned",
    "first-response",
    "in-progress",
    "waiting",
    "resolved",
    "closed",
    "cancelled",
    "reopened",
]

TICKET: Final = (
    "trace concept name|case concept name|ticket|ticket id|ticketid|ticket number|ticket no|ticket nr|ticket key|"
    "ticketnummer|ticketnr|case id|caseid|case number|case|case key|incident id|incident number|incident no|incident|"
    "issue key|issue number|bug id|bug number|bug|issue id|issue|issue iid|request id|request number|request|"
    "service request id|sr number|sr id|call number|callnumber|call id|ticket num|ticket ref|ticket reference|"
    "work item id|task id|task number|id readable|"
    "vorgangsschluessel|"
    "vorgang|vorgangsnummer|vorgangsnr|vorgang nr|vorgang nummer|ticket nummer|vorgang id|vorgangs id|meldungsnummer|"
    "stoerungsnummer|anfragenummer|auftragsnummer|"
    "cle ticket|cle demande|cle|schluessel|"
    "numero ticket|n ticket|no ticket|id ticket|numero demande|n demande|no demande|id demande|numero incident|"
    "n incident|no incident|id incident|numero dossier|n dossier|numero|dossier|demande|reference|documentkey|"
    "record id|"
    "unique key|unique id|identifier|identifiant|conversation id|"
    "key|number|nummer|ref|iid|o id|id"
)
SCOPE: Final = (
    "project|project id|project key|project name|project path|project path with namespace|repository|repository id|"
    "repository name|repository full name|repository name with owner|repo|repo id|repo name|repo full name|product|"
    "product id|product name|projekt|projet|produkt|produit"
)
"""Within what a tracker may count its tickets anew."""
AT: Final = (
    "time timestamp|timestamp|at|sys updated at|sys updated on|updated at|updated on|updated|last updated|last update|"
    "update time|update date|changed at|changed on|changed|changed date|change date|change time|modified at|"
    "modified date|modified on|modified|last modified|"
    "modification date|event time|event date|event timestamp|event at|complete timestamp|completion timestamp|"
    "end timestamp|date time|datetime|date|time|when|occurred at|logged at|"
    "created at|created on|created|sys created on|"
    "zeitstempel|zeitpunkt|zeit|datum|geaendert am|geaendert|aktualisiert am|aktualisiert|aenderungsdatum|"
    "letzte aenderung|horodatage|date et heure|date heure|heure|modifie le|mis a jour le|date de modification|"
    "derniere modification|date de mise a jour|date d evenement"
)
ACTOR: Final = (
    "org resource|case org resource|resource|author|actor|sys updated by|updated by|changed by|modified by|"
    "last modified by|who|by|performed by|done by|user|user id|author id|agent|agent name|assignee|assigned to|"
    "assigned agent|owner|handler|technician|geaendert von|aktualisiert von|bearbeiter|bearbeitet von|benutzer|"
    "zugewiesen an|techniker|agent en charge|modifie par|auteur|utilisateur|technicien|intervenant|assigne a|"
    "affecte a|attribue a"
)
STATUS: Final = (
    "concept name|status|state|to state|new state|nach status|neuer status|statut apres|incident state|ticket status|"
    "ticket state|issue status|case status|request status|processing status|processing status name|"
    "current status|status name|new status|to status|activity|activity id|activity name|action|event|event type|"
    "event name|step|stage|phase|workflow state|zustand|aktivitaet|vorgangsstatus|"
    "activity status|statut|etat|etape|nouveau statut|activite"
)
SUB_STATUS: Final = "lifecycle transition|sub status|sub state|substatus|substate|status reason|unterstatus|sous statut"
CUSTOMER: Final = (
    "customer|customer id|customer name|customer company|company|company name|account|account name|organization|"
    "organisation|organization id|client|client id|client name|ticket project|caller id|caller|requester|requester id|"
    "kunde|kundennummer|firma|melder|anforderer|societe|entreprise|nom du client|demandeur"
)
CHANNEL: Final = (
    "channel|via|contact type|contact channel|source|origin|entry type|ticket source|ticket channel|"
    "kanal|kontaktart|eingangskanal|canal|origine|source de la demande"
)
SEVERITY: Final = (
    "severity|severity level|activity priority|"
    "ticket priority|ticket priority id|priority|priority name|priority level|prio|criticality|"
    "seriousness 2|seriousness|schweregrad|prioritaet|gravite|priorite|criticite|niveau gravite|niveau priorite"
)
IMPACT: Final = "urgency|impact|dringlichkeit|auswirkung|urgence"
"""What a severity may be made of, and may be taken for where there is no other column."""
REVISION: Final = "sys mod count|mod count|revision|revision number|update count|record version|history index"
"""Columns that count how often a record was saved: each row is the whole of it."""
KIND_OF_ACTOR: Final = (
    "author role|actor role|role|user role|author type|actor type|user type|actor kind|public type|rolle|"
    "type d utilisateur|author is requester"
)
CHANGED_FIELD: Final = (
    "field|field name|fieldname|field id|changed field|attribute|attribute name|property|what|"
    "feld|feldname|attribut|eigenschaft|merkmal|champ|nom du champ|propriete|rubrique|element"
)
CHANGED_TO: Final = (
    "to|added|after|new value|newvalue|new|to string|to value|value to|new val|value|neuer wert|wert neu|nach|"
    "nouvelle valeur|valeur apres|apres"
)

INSTANTS: Final[dict[Role, str]] = {
    "created": (
        "created|creation|create|opened|open|opening|submitted|submission|submit|reported|registered|"
        "registration|logged|call|received|raised|sys created|issue created|"
        "erstellt|erstellung|erstellungsdatum|erstelldatum|angelegt|anlagedatum|eroeffnet|eroeffnung|eroeffnungsdatum|"
        "erstell|anlage|eroeffnungs|eingang|eingangs|eingangsdatum|gemeldet|melde|meldedatum|erfasst|erfassungs|"
        "erfassungsdatum|"
        "erstellungs|geoeffnet|cree|creee|ouvert|ouverte|ouverture|reception|recu|recue|soumis|soumise|depot|"
        "enregistrement|enregistre|"
        "saisi|saisie|declare|declaree|declaration|signale|signalee"
    ),
    "assigned": (
        "assigned|assignment|first assigned|initially assigned|first assignment|accepted|acceptance|taken|picked up|"
        "zugewiesen|zugeteilt|zuweisung|zuweisungsdatum|angenommen|uebernommen|uebernahme|affecte|affectation|"
        "attribue|attribution|attribue initialement|initialement attribue|assigne|"
        "assignation|prise en charge|pris en charge|prise en compte"
    ),
    "first-response": (
        "first response|first reply|first responded|first replied|first answer|responded|response|replied|answered|"
        "acknowledged|acknowledge|ack|acknowledgement|acknowledgment|initial response|initially responded|"
        "first contact|"
        "first agent response|first public reply|first agent reply|first admin reply|agent first response|"
        "first reaction|reaction|"
        "erste antwort|ersten antwort|erstantwort|erste reaktion|erstreaktion|reaktion|antwort|beantwortet|"
        "reaktionsdatum|reaktions|"
        "premiere reponse|reponse|premier contact|repondu|accuse reception"
    ),
    "in-progress": (
        "in progress|activated|activation|aktiviert|work started|work start|actual start|started|begun|work begun|"
        "in bearbeitung|bearbeitungsbeginn|bearbeitung begonnen|begonnen|en cours|debut traitement|debut intervention"
    ),
    "waiting": (
        "hold|held|onhold|hold since|onhold since|pending|pending since|waiting since|paused|paused since|"
        "wartend seit|in wartestellung seit|angehalten|pausiert|mis en attente|en attente depuis|mise en attente"
    ),
    "resolved": (
        "resolved|resolution|resolve|solved|fixed|completed|completion|done|finished|issue resolved|actual end|"
        "geloest|loesung|loesungs|loesungsdatum|behebungs|erledigungs|behoben|erledigt|erledigungsdatum|fertiggestellt|"
        "resolu|resolue|solutionne|solution|traite|termine|corrige"
    ),
    "closed": (
        "closed|close|closing|closure|issue closed|geschlossen|schliessung|schliess|schliessungs|abgeschlossen|"
        "abschluss|abschlussdatum|"
        "ferme|fermee|fermeture|clos|close|cloture|cloturee"
    ),
    "cancelled": "cancelled|canceled|cancellation|withdrawn|rejected|storniert|abgebrochen|annule|annulation|rejete",
    "reopened": "reopened|re opened|reopen|reopening|wiedereroeffnet|rouvert|reouvert|reouverture",
}
"""Instants of a ticket's life by what happened at them, in the order in which it usually does."""
ENDS: Final = ("resolved", "closed", "cancelled")
"""What ends a ticket."""
BESIDE_INSTANTS: Final = frozenset(
    "ist reel reelle effectif effective tatsaechlich tatsaechliche at of on am um ms epoch unix date dates dated "
    "datetime time timestamp ts dt utc gmt sys actual datum zeit "
    "zeitpunkt uhrzeit "
    "wann le la l de du d des heure horodatage quand".split()
)
"""What the name of an instant may say besides."""
PLANNED: Final = frozenset(
    "target targets due deadline deadlines planned plan expected expect sla ola slo followup follow next warranty "
    "birth birthday dob scheduled schedule estimated estimate promised promise until expiry expires expired expiration "
    "reminder remind requested desired wanted limit breach breached by "
    "before commitment committed goal agreed eta etr latest must future upcoming "
    "faellig faelligkeit frist geplant soll solldatum ziel zieldatum termin spaetestens zugesagt vereinbart ablauf "
    "erwartet voraussichtlich gewuenscht bis "
    "echeance avant delai max promis promesse engagement prochain prochaine prevu prevue prevision limite objectif "
    "cible butoir planifie planifiee souhaite souhaitee attendu "
    "attendue estimee estimation relance rappel".split()
)
"""Words by which a column tells what shall be, and not what was."""
STARTS: Final = frozenset({"start", "started", "begin", "begun", "beginn", "begonnen", "debut"})
"""What some trackers call the opening of a ticket, and others when work begins; so the opening comes first."""
OF_EVENTS: Final = frozenset(
    "start end begin beginn ende debut fin status state step event action activity ereignis evenement vorgang row "
    "entry entered moved snapshot log history".split()
)
"""What the name of the one instant of a row may say besides."""
OF: Final = frozenset("of the de d du des la le l der".split())
"""Words in names that may be left out."""
FIRST: Final = frozenset("first initial initially erste erster erstes premier premiere".split())
RESPONSES: Final = frozenset("response reply responded replied answer answered antwort reaktion reponse".split())
ANSWERERS: Final = frozenset(
    "agent email mail public customer support admin team rep staff message outbound human".split()
)
"""Who or what answers first, as the name of the instant may say."""
PREFIXES: Final = frozenset(
    "inc incident case ticket issue fields field data attributes attribute trace record request req call sr task bug "
    "tkt system microsoft vsts common champs personnalises benutzerdefiniertes feld u "
    "custom chart stats metric metrics set vorgang demande".split()
)
"""What tools put before the names of columns."""


class ColumnNames:
    """The columns of an export by their names.

    Args:
        columns: The names as they are written, in the order of the file.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        bare = {name: _OF_WHAT.sub("", name) for name in columns}
        words = {name: _parted(words_of(bare[name])) or (("number",) if "#" in name else ()) for name in columns}
        common = {each[:1] for each in words.values() if each}
        own = PREFIXES | ({each[0] for each in common} if len(common) == 1 < len(columns) else set())
        self._spellings: dict[str, tuple[Words, ...]] = {
            name: tuple(_spellings(each, own)) for name, each in words.items()
        }

    def called(self, stems: Mapping[str, str], left: Collection[str]) -> ColumnNames:
        """The same without some columns, and with others that are called by a part of their names."""
        found = ColumnNames([stems.get(name, name) for name in self._spellings if name not in left])
        known = {stem: name for name, stem in stems.items()}
        found._spellings = {known.get(name, name): each for name, each in found._spellings.items()}
        return found

    def of(self, names: str, among: Iterable[str] | None = None) -> str:
        """The first of these names that a column has; one without anything before it comes first."""
        return next(iter(self.every(names, among)), "")

    def every(self, names: str, among: Iterable[str] | None = None) -> list[str]:
        """All columns that have one of these names, the likeliest first."""
        wanted = {tuple(name.split()): rank for rank, name in enumerate(names.split("|"))}
        found: list[tuple[int, int, int, str]] = []
        known = self._spellings if among is None else [name for name in self._spellings if name in set(among)]
        for place, name in enumerate(known):
            ranks = [(cut, wanted[each]) for cut, each in enumerate(self._spellings[name]) if each in wanted]
            found += [(*ranks[0], place, name)] if ranks else []
        return [name for _, _, _, name in sorted(found)]

    def instant(self, name: str) -> Role | Literal[""]:
        """What happened at a column's instants, by its name; ``""`` for a deadline, and where that is not known."""
        if self.is_planned(name):
            return ""
        for words in self._spellings.get(name, ()):
            bare = tuple(word for word in words if word not in BESIDE_INSTANTS)
            for role, texts in INSTANTS.items():
                if bare and " ".join(bare) in texts.split("|"):
                    return role
        said = set(_parted(words_of(name))) - BESIDE_INSTANTS
        is_first = not (FIRST.isdisjoint(said) or RESPONSES.isdisjoint(said)) and said <= FIRST | RESPONSES | ANSWERERS
        return "first-response" if is_first else ""

    def is_start(self, name: str) -> bool:
        """Whether a column tells when something began, and not of what."""
        bare = [{word for word in words if word not in BESIDE_INSTANTS} for words in self._spellings.get(name, ())]
        return any(words and words <= STARTS for words in bare) and not self.is_planned(name)

    def is_when(self, name: str) -> bool:
        """Whether every word of a name is one that tells when something happened to a ticket."""
        return any(_WHEN.issuperset(words) for words in self._spellings.get(name, ())) and not self.is_planned(name)

    def is_first(self, name: str) -> bool:
        """Whether the name says that the column tells the first time, of what may happen several times."""
        return not FIRST.isdisjoint(words_of(name))

    def is_planned(self, name: str) -> bool:
        """Whether the name says that the column tells what shall be: a deadline, a plan, a date of birth."""
        words = _parted(words_of(name))
        return not PLANNED.isdisjoint(words) or any(word.endswith(("frist", "termin", "ziel")) for word in words)


def _parted(words: Words) -> Words:
    """The words of a name, with those parted that tools write in one: `resolutiondate`, `createdat`, `Meldezeit`."""
    found: list[str] = []
    for word in words:
        end = next((each for each in _ENDS if word.endswith(each) and word.removesuffix(each) in _STEMS), "")
        found += [word.removesuffix(end), end] if end else [word]
    return tuple(found)


def _spellings(words: Words, prefixes: Iterable[str]) -> list[Words]:
    """The words of a name, then what is left of them without what may stand before."""
    found = [words]
    while len(words) > 1 and words[0] in prefixes:
        words = words[1:]
        found.append(words)
    short = (tuple(word for word in each if word not in OF) for each in tuple(found))
    return [*found, *(each for each in short if each and each not in found)]


_OF_WHAT: Final = re.compile(r"(?<=[^\s(]) *\((?:ticket|case|incident|request|issue)s?\)\Z", re.IGNORECASE)
"""What some reports put behind each of their columns: whose it is."""
_ENDS: Final = ("datetime", "date", "datum", "zeitpunkt", "time", "zeit", "at", "on")
_STEMS: Final = PLANNED | frozenset(
    text for texts in (*INSTANTS.values(), "changed|change|updated|update|modified") for text in texts.split("|")
)
_WHEN: Final = frozenset(
    {*"|".join([AT, *INSTANTS.values()]).replace("|", " ").split(), *BESIDE_INSTANTS, *OF_EVENTS, *PREFIXES}
)
