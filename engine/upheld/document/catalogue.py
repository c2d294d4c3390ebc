"""The catalogue of findings: every code with its level and its title.

A code is stable and never used again for something else. What to avoid, what to
prefer and why stands in ``docs/findings.md``, one entry for each code here; a
test keeps the two alike. Hundreds: 0 reading, 1 shape, 2 names, 3 lifecycle,
4 conditions and tables, 5 time and commitments, 6 billing, 7 provenance and
labels, 8 scenarios and mappings, 9 overlays, waivers and plugins. The reader's own codes have
names here, since several of its modules use them.

    >>> TITLES[DUPLICATE_KEY], level_of(DUPLICATE_KEY)
    ('key written twice', 'error')
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from upheld.core.finding import Finding, Level, Place

NOT_UTF8: Final = "UP001"
TOO_LARGE: Final = "UP002"
TOO_DEEP: Final = "UP003"
TOO_MANY_NODES: Final = "UP004"
TOO_MANY_PROBLEMS: Final = "UP005"

REFUSED_CHARACTER: Final = "UP010"
INVISIBLE_SPACE: Final = "UP011"

SYNTAX: Final = "UP020"
TAB: Final = "UP021"
QUOTE: Final = "UP022"
BRACKET: Final = "UP023"
COLON: Final = "UP024"
INDENTATION: Final = "UP025"
RESERVED_START: Final = "UP026"
ESCAPE: Final = "UP027"

ANCHOR: Final = "UP030"
ALIAS: Final = "UP031"
MERGE_KEY: Final = "UP032"
TAG: Final = "UP033"
DIRECTIVE: Final = "UP034"
SECOND_DOCUMENT: Final = "UP035"

DUPLICATE_KEY: Final = "UP040"
KEY_NOT_TEXT: Final = "UP041"
INTEGER_TOO_LARGE: Final = "UP042"

EMPTY_DOCUMENT: Final = "UP050"
WRONG_ROOT: Final = "UP051"

TITLES: Final[Mapping[str, str]] = {
    NOT_UTF8: "file is not UTF-8",
    TOO_LARGE: "file too large",
    TOO_DEEP: "nested too deeply",
    TOO_MANY_NODES: "too many values",
    TOO_MANY_PROBLEMS: "too many problems to go on",
    REFUSED_CHARACTER: "character that cannot be read",
    INVISIBLE_SPACE: "invisible space where a space was meant",
    SYNTAX: "cannot be read as YAML",
    TAB: "tab in the indentation",
    QUOTE: "quote not closed, or closed too early",
    BRACKET: "bracket not closed, or one too many",
    COLON: "colon missing, or one too many",
    INDENTATION: "line not indented like its neighbours",
    RESERVED_START: "unquoted text begins with a reserved character",
    ESCAPE: "unknown escape in double quotes",
    ANCHOR: "anchor",
    ALIAS: "alias",
    MERGE_KEY: "merge key",
    TAG: "tag",
    DIRECTIVE: "directive",
    SECOND_DOCUMENT: "second document in the file",
    DUPLICATE_KEY: "key written twice",
    KEY_NOT_TEXT: "key that is not text",
    INTEGER_TOO_LARGE: "whole number too large",
    EMPTY_DOCUMENT: "empty document",
    WRONG_ROOT: "document of the wrong form",
}
"""What can be wrong in the reading of a document, before any schema is asked."""

ERRORS = {
    **TITLES,
    "UP101": "unknown key",
    "UP102": "missing key",
    "UP103": "value of the wrong kind",
    "UP104": "value that cannot stand here",
    "UP105": "badly written value",
    "UP106": "too little given",
    "UP107": "too much given",
    "UP108": "number out of range",
    "UP109": "text cut by a comma",
    "UP201": "name that is not declared",
    "UP203": "name declared twice",
    "UP204": "unknown name in a condition",
    "UP205": "unknown value in a condition",
    "UP206": "condition that cannot be understood",
    "UP207": "unknown name in a message",
    "UP208": "reserved word used as a name",
    "UP209": "value that the fact or field cannot hold",
    "UP210": "fact or field that does not say what it holds",
    "UP301": "ambiguous transitions",
    "UP302": "state that cannot be reached",
    "UP303": "dead end",
    "UP304": "no way to a final state",
    "UP305": "move against the core lifecycle",
    "UP306": "loop of timers",
    "UP307": "automatic closing while the vendor has the ball",
    "UP308": "invariant that a path breaks",
    "UP309": "no event opens a ticket",
    "UP310": "transition that says too little or too much",
    "UP401": "gap in a table",
    "UP402": "overlap in a table",
    "UP403": "condition that never holds",
    "UP406": "dates with a gap, or the wrong way round",
    "UP408": "rule, channel or line of the queue that says too little or too much",
    "UP409": "table whose columns do not fit",
    "UP411": "versions in force on the same days",
    "UP412": "no version of the policy beside it",
    "UP501": "severity without a target",
    "UP503": "clock that cannot stop",
    "UP505": "business time without a calendar",
    "UP506": "business days without a meaning",
    "UP507": "opening times that make no sense",
    "UP508": "second start not provided for",
    "UP509": "change not provided for",
    "UP510": "reopening not provided for",
    "UP511": "trigger, pause or warning that says too little or too much",
    "UP512": "recurrence that makes no sense",
    "UP513": "days or weeks on a calendar with closed time",
    "UP514": "value that is no target",
    "UP515": "instant read from something that is none",
    "UP526": "length that depends on dates, where hours are needed",
    "UP527": "escalation that leads nowhere",
    "UP560": "correction of what is not told",
    "UP602": "unit that the account does not count in",
    "UP603": "charge or account that says too little or too much",
    "UP605": "number read from something that holds none",
    "UP610": "grant that recurs outside its contract",
    "UP611": "split of work that leaves something out or is never reached",
    "UP612": "overage that comes back to its account",
    "UP640": "remedy, cap or availability that says too little or too much",
    "UP641": "remedy of something that cannot be broken",
    "UP642": "amount that the account of a remedy cannot hold",
    "UP643": "account on which no remedy can be booked",
    "UP644": "share of something that is no amount",
    "UP645": "steps out of order, or that overlap",
    "UP702": "nothing cited by what decides",
    "UP704": "quote that the source does not contain",
    "UP801": "unknown name in a scenario",
    "UP802": "scenario that says too little or too much",
    "UP803": "file of scenarios that is not read",
    "UP810": "mapping that says too little or too much",
    "UP901": "extends a policy that is not there",
    "UP902": "override or addition that does not fit what is there",
    "UP903": "removal of what is not there",
    "UP904": "overlay word without `extends`",
    "UP906": "waiver of what cannot be waived",
    "UP907": "plugin's condition that is not installed",
    "UP908": "plugin's condition that finds nothing to read",
}
WARNINGS = {
    "UP110": "key by its former name",
    "UP202": "declared and never used",
    "UP312": "overlap that a plugin's condition decides",
    "UP404": "condition that always holds",
    "UP405": "shadowed: never reached",
    "UP407": "conditions too intricate to decide",
    "UP410": "days between two versions",
    "UP502": "target not monotonic in severity",
    "UP504": "clock that can stop before it starts",
    "UP520": "day of every year that opens a closed weekday",
    "UP521": "night that is two business days",
    "UP522": "window that seems turned round",
    "UP523": "promises of which only one follows a change",
    "UP525": "clock that stops the moment it starts",
    "UP528": "timer that never fires",
    "UP529": "promise that a missing plan takes away",
    "UP530": "clock that begins where it is fulfilled",
    "UP561": "rhythm that nothing ends",
    "UP565": "promise that can no longer be fulfilled or ended",
    "UP566": "fact that nothing reads",
    "UP567": "correction of what a rhythm reads",
    "UP568": "rhythm or reminder of less than a minute",
    "UP569": "pause that moves nothing",
    "UP571": "recurrence on days that are closed",
    "UP601": "two charges for one effort",
    "UP604": "hold that nothing settles or releases",
    "UP646": "hole between steps",
    "UP647": "remedy without an end",
    "UP648": "cap that never binds",
    "UP649": "account of what is owed that no remedy books on",
    "UP701": "clause cited nowhere",
    "UP703": "text missing in a declared language",
    "UP905": "waiver that waives nothing",
}
TITLE_BY_CODE: Mapping[str, str] = dict(sorted({**ERRORS, **WARNINGS}.items()))


def level_of(code: str) -> Level:
    """Whether findings of this code are errors or warnings. Raises KeyError for a code that is not here."""
    assert code in TITLE_BY_CODE, code
    return "warning" if code in WARNINGS else "error"


def finding(
    code: str, place: Place, message: str, hint: str = "", *, example: Mapping[str, str] | None = None, item: str = ""
) -> Finding:
    """A finding of this code, at its level."""
    return Finding(code, place, message, hint, level_of(code), tuple((example or {}).items()), item)
