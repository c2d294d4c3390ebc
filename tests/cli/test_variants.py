"""One small history in very many forms: each gives the verdicts of the plain file, or says what is wrong.

The history has 6 tickets in 20 rows, in UTC, with French and German words and cells that need quotes. A form is right
when its verdicts are those of the plain file, and what was noticed is what stands beside it; else the command ends
with status 2 and a message that names what to do, or the verdicts come with a notice of what may be wrong with them.
The same holds for the draft of each form, accepted without an edit.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import re
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from table_files.old_workbook import xls
from table_files.workbooks import DATE_TIME, ods, xlsx

from upheld.cli import main
from upheld.cli.failure import DONE, MISUSED

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HEAD = ("Ticket", "Changed", "By", "Status", "Priority", "Company", "Summary")
SAID = {
    "V-1": ("Haute", "Müller & Söhne", 'Drucker sagt "Papierstau", es gibt keinen'),
    "V-2": ("Dringend", "Crédit d'Ain, Sàrl", "VPN coupé; toujours à 9:30"),
    "V-3": ("Niedrig", "Müller & Söhne", "Ça marche\nmais lentement, très lentement"),
    "V-4": ("Normal", "Naïve | Größe", "  =1+1 est-ce écrit ?  "),
    "V-5": ("Haute", "Crédit d'Ain, Sàrl", ""),
    "V-6": ("Basse", "Müller & Söhne", "'t is \\ kaputt\tganz"),
}
COURSE = """\
V-1 2026-03-02T09:12 c-101 Nouveau
V-1 2026-03-02T09:40 a-7 En cours
V-1 2026-03-02T11:05 a-7 En attente du client
V-1 2026-03-02T15:30 c-101 En cours
V-1 2026-03-03T10:20 a-7 Résolu
V-2 2026-03-06T16:30 c-102 Nouveau
V-2 2026-03-09T09:10 a-9 In Bearbeitung
V-2 2026-03-09T11:59 a-9 Gelöst
V-3 2026-03-10T08:05 c-103 Nouveau
V-3 2026-03-10T13:20 a-7 In Bearbeitung
V-3 2026-03-12T16:45 a-7 Geschlossen
V-1 2026-03-13T10:21 batch Fermé
V-4 2026-03-16T10:00 c-102 Nouveau
V-4 2026-03-17T09:00 a-7 En cours
V-4 2026-03-24T17:00 a-7 Résolu
V-5 2026-03-27T15:00 c-101 Nouveau
V-5 2026-03-30T09:30 a-9 En cours
V-5 2026-03-30T12:00 a-9 Résolu
V-6 2026-03-31T11:11 c-103 Nouveau
V-6 2026-03-31T12:12 a-7 In Bearbeitung
"""

Cells = list[str]
Date = Callable[[datetime], str]


def iso(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def cells(date: Date = iso) -> list[Cells]:
    """The rows below the head."""
    found = []
    for line in COURSE.splitlines():
        ticket, at, by, status = line.split(" ", 3)
        found.append([ticket, date(datetime.fromisoformat(f"{at}Z")), by, status, *SAID[ticket]])
    return found


def table(
    rows: Sequence[Sequence[str]] | None = None,
    head: Sequence[str] = HEAD,
    separator: str = ",",
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL,
    date: Date = iso,
    **more: Any,
) -> str:
    """Rows as CSV, each line ended by a line feed."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=separator, quoting=quoting, lineterminator="\n", **more)
    writer.writerows([head, *(cells(date) if rows is None else rows)])
    return target.getvalue()


def one_line(separator: str = ",", date: Date = iso) -> list[str]:
    """The lines of the file, in which each row is one."""
    return table([[cell.replace("\n", " ") for cell in row] for row in cells(date)], separator=separator).splitlines()


def changed(at: int, column: str, text: str, rows: list[Cells] | None = None) -> list[Cells]:
    """The rows, of which one holds something else."""
    rows = cells() if rows is None else rows
    rows[at][HEAD.index(column)] = text
    return rows


PLAIN = table()
WORDS = {
    "Nouveau": "open",
    "En cours": "in-fix",
    "In Bearbeitung": "in-fix",
    "En attente du client": "waiting-for-customer",
    "Résolu": "resolved",
    "Gelöst": "resolved",
    "Fermé": "closed",
    "Geschlossen": "closed",
}
SEVERITIES = {"Dringend": "urgent", "Haute": "high", "Normal": "normal", "Basse": "low", "Niedrig": "low"}
COLUMNS = {"ticket": "Ticket", "at": "Changed", "actor": "By", "customer": "Company", "severity": "Priority"}


def mapping(
    dates: Sequence[str] = ("iso",), zone: str = "Etc/UTC", status: str = "Status", more: str = "", **columns: str
) -> str:
    """What whoever has the file says of it."""
    given = {**COLUMNS, **columns}
    severity = {"column": given.pop("severity"), "words": SEVERITIES}
    return (
        f"upheld: 1\nmapping: variants\naudit: true\n{more}dates: {json.dumps(list(dates))}\n"
        + (f"zone: {{assume: {zone}}}\n" if zone else "")
        + f"columns: {json.dumps({**given, 'data': {'severity': severity}}, ensure_ascii=False)}\n"
        + f"roles: [{{when: {{{json.dumps(given['actor'])}: batch}}, role: system}}, {{role: agent}}]\n"
        + f"statuses: [state: {json.dumps({'column': status, 'words': WORDS}, ensure_ascii=False)}]\n"
    )


class Variant(NamedTuple):
    """The history in some form.

    Attributes:
        name: What is special about it.
        data: The file, or the files of a folder.
        noticed: What is noticed in it, and how often.
        error: What ends the command, where something does.
        file: What it is called.
        mapping: What its author says of it.
        options: More of what they say.
        differs: Whether its verdicts are others than the plain ones, which a notice or a warning has to tell.
        warned: A part of the warning of a replay.
        of: Which history it is: the ``rows`` of what happened, or the ``tickets`` with an instant in each column.
        draft: Whether its draft is ``right`` or says what is wrong, ``told``, where ``asked`` is to be answered in any
            draft: the zone. By default as its mapping.
    """

    name: str
    data: str | bytes | Mapping[str, str | bytes]
    noticed: Mapping[str, int] = {}
    error: str = ""
    file: str = "tickets.csv"
    mapping: str = mapping()
    options: Sequence[str] = ()
    differs: bool = False
    warned: str = ""
    of: str = "rows"
    draft: str = ""


GUESSED = {"guessed-encoding": 1}


def encodings() -> Iterator[Variant]:
    def said(name: str, called: str = "") -> Variant:
        return Variant(f"{name}, said", PLAIN.encode(name), options=("--encoding", called or name))

    yield Variant("UTF-8", PLAIN.encode())
    yield Variant("UTF-8 with a mark", PLAIN.encode("utf-8-sig"))
    yield Variant("UTF-16 with a mark", PLAIN.encode("utf-16"))
    yield Variant("UTF-16, big end first, with a mark", b"\xfe\xff" + PLAIN.encode("utf-16-be"))
    yield Variant("UTF-16 without a mark", PLAIN.encode("utf-16-le"), GUESSED)
    yield Variant("UTF-16, big end first, without a mark", PLAIN.encode("utf-16-be"), GUESSED)
    yield Variant("UTF-16 with tabs, as a spreadsheet's text", table(separator="\t").encode("utf-16"), file="t.txt")
    yield Variant("UTF-16 cut in the middle of a letter", PLAIN.encode("utf-16")[:-1], error="utf-16")
    yield Variant("UTF-32", PLAIN.encode("utf-32"), error="--encoding utf-32")
    yield Variant("cp1252", PLAIN.encode("cp1252"), GUESSED)
    yield Variant("Latin-1", PLAIN.encode("latin-1"), GUESSED)
    yield from map(said, ("utf-32", "cp1252", "cp850", "mac-roman", "iso-8859-15", "utf-16-le"))
    yield said("latin-1", "ISO_8859-1")
    yield Variant("Mac Roman, not said", PLAIN.encode("mac-roman"), error="0x8f is not cp1252.*--encoding")
    yield Variant(
        "UTF-8 that is said to be cp1252", PLAIN.encode(), error="`RÃ©solu`", options=("--encoding", "cp1252")
    )
    yield Variant("UTF-8 taken for cp1252 and written again", PLAIN.encode().decode("cp1252"), error="`RÃ©solu`")
    yield Variant("UTF-8 with a letter of Latin-1", PLAIN.encode().replace("ö".encode(), b"\xf6", 1), error="0xf6")
    yield Variant("no encoding there is", PLAIN, error="no encoding of text", options=("--encoding", "utf-9"))


def separators() -> Iterator[Variant]:
    hours = [[*row[:6], "1,5"] for row in cells()]
    yield Variant("semicolons", table(separator=";"))
    yield Variant("tabs", table(separator="\t"))
    yield Variant("tabs, called so", table(separator="\t"), file="tickets.tsv")
    yield Variant("bars", table(separator="|"))
    yield Variant("a name without an ending", table(separator=";"), file="tickets")
    yield Variant("a line that says semicolons", "sep=;\n" + table(separator=";"))
    yield Variant("a line that says tabs, in quotes", '"sep=\t"\n' + table(separator="\t"))
    yield Variant("a line that says commas", "sep=,\n" + PLAIN)
    yield Variant("a line that says tabs, in UTF-16", ("sep=\t\n" + table(separator="\t")).encode("utf-16"))
    yield Variant("a line that says what is not so", "sep=;\n" + PLAIN, error="Ticket")
    yield Variant("commas in decimals, between semicolons", table(hours, separator=";"))
    yield Variant("commas in decimals, in quotes", table(hours))
    yield Variant("commas in decimals, as they are", table(hours).replace('"1,5"', "1,5"), error="8 cells")
    yield Variant("spaces behind", table([row[:6] for row in cells()], HEAD[:6], ";").replace(";", "; "))
    yield Variant("spaces behind, and quotes", "\n".join(one_line(";")).replace(";", "; "), error="8 cells")
    yield Variant("two at a time", "\n".join(one_line(";")).replace(";", ";;"))


LINES = one_line()


def line_ends() -> Iterator[Variant]:
    mixed = "".join(line + ("\n", "\r\n", "\r")[number % 3] for number, line in enumerate(LINES))
    yield Variant("CRLF", PLAIN.replace("\n", "\r\n"))
    yield Variant("CR", PLAIN.replace("\n", "\r"))
    yield Variant("CR twice and LF", PLAIN.replace("\n", "\r\r\n"))
    yield Variant("all kinds in turn", mixed)
    yield Variant("no last one", PLAIN.rstrip("\n"))
    yield Variant("many last ones", PLAIN + "\n\n\n")
    yield Variant("an end as of old (Ctrl-Z)", PLAIN + "\x1a")
    yield Variant("a form feed at the end", PLAIN + "\f")
    yield Variant("a form feed above the head", "\f" + PLAIN)
    yield Variant("a form feed between pages", "\n".join([*LINES[:9], "\f", *LINES[9:]]))
    yield Variant("lines of blanks between", "\n   \n".join(LINES))
    yield Variant("other ends of lines within cells", table(changed(3, "Summary", "a\u2028b\x85c\x0bd")))
    yield Variant("bytes of nothing", PLAIN.replace("toujours", "tou\0jours"), error=r":7: .*bytes of nothing")
    yield Variant("bytes of nothing behind", PLAIN + "\0" * 512, error=r":25: .*bytes of nothing")
    far = table([row for row in cells() for _ in range(80)])
    yield Variant("bytes of nothing behind, further on", far + "\0" * 512, error="bytes of nothing")


def quotes() -> Iterator[Variant]:
    stray = [line.replace("VPN coupé", 'VPN "coupé"') for line in one_line("\t")]
    first = [line.replace("VPN coupé", '"VPN" coupé') for line in one_line("\t")]
    opened = [*LINES]
    opened[3] = opened[3].replace("a-7", '"a-7')
    never = [*LINES[:-1], LINES[-1].replace("'t is", "\"'t is")]
    simple = [row[:6] for row in cells()]
    closed = [";".join(HEAD)]
    for number, row in enumerate(simple):
        closed.append(";".join([*row, '"VPN' if number == 4 else 'coupé"' if number == 9 else "x"]))
    yield Variant("everywhere", table(quoting=csv.QUOTE_ALL))
    yield Variant("escaped", table(doublequote=False, escapechar="\\"), {"escaped-quotes": 6})
    yield Variant("within cells without any", "\n".join(stray))
    yield Variant("at the beginning of a cell that goes on", "\n".join(first), error="no row of CSV")
    yield Variant("opened in the last row", "\n".join(never), error="a quote is not closed")
    yield Variant("opened, and closed rows later", "\n".join(closed), {"swallowed-rows": 1}, differs=True)
    yield Variant("opened, and closed where another opens", "\n".join(opened), error="8 cells|no row of CSV")
    yield Variant("of typographers", "\n".join(LINES).replace('"', "”"), error="cells")
    yield Variant("single", table(quoting=csv.QUOTE_ALL).replace('"', "'"), error="'Ticket'|cells")
    yield Variant("as formulas", re.sub("^V-.", '="\\g<0>"', PLAIN, flags=re.MULTILINE))


def heads() -> Iterator[Variant]:
    def named(*names: str) -> str:
        return table(head=names)

    rest = HEAD[1:]
    titled = {"title-lines": 1}
    wide = [[*row, "", ""] for row in cells()]
    two = [[*row, "x"] for row in cells()]
    yield Variant("below a title", "Tickets de mars\n" + PLAIN, titled)
    yield Variant("below a title and a blank line", "Tickets de mars\n\n" + PLAIN, titled)
    yield Variant("below three lines of one cell", "Tickets\nCompany: all\nMarch 2026\n\n" + PLAIN, titled)
    yield Variant("below a title that is filled up", "Tickets de mars,,,,,,\n,,,,,,\n" + PLAIN, titled)
    yield Variant("below a comment", "# exported 31/03/2026 12:30\n" + PLAIN, titled)
    yield Variant("below a title of two cells", "Exported,31/03/2026\n" + PLAIN, error="head: 2")
    yield Variant("below blank lines", "\n\n  \n" + PLAIN)
    yield Variant("names twice", table(two, (*HEAD, "Status")), {"repeated-column": 1})
    yield Variant(
        "a name twice, the first empty",
        table([["", *row] for row in cells()], ("Status", *HEAD)),
        error="none of its rows .20 passed over",
    )
    yield Variant("a column without a name", table([[row[0], "x", *row[1:]] for row in cells()], ("Ticket", "", *rest)))
    yield Variant("separators at the ends", table(wide, (*HEAD, "", "")))
    yield Variant("separators at the ends of rows alone", table(wide))
    yield Variant("separators at the end of the head alone", table(head=(*HEAD, "", "")))
    yield Variant("spaces around names", named(*(f"  {name} " for name in HEAD)))
    yield Variant("blanks that do not break around names", named(*(f"\u00a0{name}\u00a0" for name in HEAD)))
    yield Variant("a mark in the first name", ("\ufeff" + PLAIN).encode("utf-8-sig"))
    yield Variant("capitals", named(*map(str.upper, HEAD)), error="did you mean `TICKET`", draft="right")
    yield Variant(
        "a prefix", named(*(f"inc_{name.lower()}" for name in HEAD)), error="did you mean `inc_ticket`", draft="right"
    )
    yield Variant("none", "\n".join(LINES[1:]), error="Ticket")
    yield Variant("once more in the middle", "\n".join([*LINES[:9], LINES[0], *LINES[9:]]))
    yield Variant("alone", LINES[0], error="no record")
    yield Variant("nothing at all", "", error="empty|no head")


def rows() -> Iterator[Variant]:
    by_time = mapping(more="order: by-time\n")
    shuffled = [cells()[number * 7 % 20] for number in range(20)]
    sorted_ = sorted(cells())
    twice = [*cells()[:3], cells()[2], *cells()[3:]]
    dropped = mapping(more="duplicates: drop\n")
    late = {"newest-first": 1}
    ragged = [[*row[:6], *row[6:]][: 7 if row[6] else 6] for row in cells()]
    yield Variant("newest first", table(cells()[::-1]), late)
    yield Variant("newest first, taken so", table(cells()[::-1]), mapping=by_time)
    yield Variant("ticket by ticket", table(sorted_))
    yield Variant("shuffled", table(shuffled), differs=True, warned="came after a later one", draft="right")
    yield Variant("shuffled, and taken by time", table(shuffled), mapping=by_time)
    yield Variant("one is there twice", table(twice), mapping=dropped, draft="told")
    yield Variant("one is there twice, and counts", table(twice), differs=True)
    yield Variant(
        "all are there twice", table([each for row in cells() for each in (row, row)]), mapping=dropped, draft="told"
    )
    yield Variant(
        "one is short",
        table([row[:6] if number == 4 else row for number, row in enumerate(cells())]),
        {"short-rows": 1},
    )
    yield Variant(
        "one lacks its company, too",
        table([*cells()[:18], cells()[18][:5], cells()[19]]),
        {"short-rows": 1},
        differs=True,
    )
    yield Variant(
        "one is short by its status",
        table([*cells()[:19], cells()[19][:3]]),
        {"short-rows": 1, "nothing-said": 1},
        differs=True,
    )
    yield Variant("those without a summary are short", table(ragged), {"short-rows": 3})
    yield Variant("one is long", table([*cells()[:4], [*cells()[4], "x"], *cells()[5:]]), error="8 cells")
    yield Variant("blank ones between", table([*cells()[:4], [], *cells()[4:]]))
    yield Variant("empty cells alone between", table([*cells()[:4], [""] * 7, *cells()[4:], [""] * 7, [""] * 7]))
    yield Variant("a sum at the end", table([*cells(), ["Total: 20"]]), error="`Changed`")
    yield Variant("cut off in an instant", "\n".join(LINES)[: -len(LINES[-1]) + 10], error="no instant")
    yield Variant(
        "cut off behind an instant",
        "\n".join(LINES)[: -len(LINES[-1]) + 23],
        {"short-rows": 1, "nothing-said": 1},
        differs=True,
    )
    yield Variant("cut off in a cell in quotes", PLAIN[: PLAIN.rindex("mais")], error="a quote is not closed")
    yield Variant("no ticket in one", table(changed(7, "Ticket", "")), error="`Ticket` holds nothing")
    yield Variant("no instant in one", table(changed(7, "Changed", "")), error="`Changed` holds nothing")
    yield Variant("a word for nothing as instant", table(changed(7, "Changed", "NULL")), error="`NULL` is no instant")
    yield Variant("a status that nobody knows", table(changed(7, "Status", "Verschoben")), error="`Verschoben`")
    yield Variant("spaces around words", table([[f" {cell} " for cell in row[:6]] + row[6:] for row in cells()]))
    yield Variant(
        "blanks that do not break", table([[f"\u00a0{cell}\u202f" for cell in row[:6]] for row in cells()], HEAD[:6])
    )
    composite = [[*row[0].split("-"), *row[1:]] for row in cells()]
    joined = mapping().replace('"ticket": "Ticket"', '"ticket": ["Project", "No"]')
    late = PLAIN.replace('"Crédit d\'Ain, Sàrl",\n', "Crédit d'Ain, Sàrl,\n")
    yield Variant("a separator without quotes, and room for it", late, {"long-rows": 3}, differs=True)
    yield Variant("ends of lines without quotes", PLAIN.replace('"', ""), error="cells|holds nothing|no `Changed`")
    yield Variant("no status in one", table(changed(7, "Status", "")), {"nothing-said": 1}, differs=True)
    small, alike = table(changed(2, "Ticket", "v-1")), {"alike-ids": 1}
    yield Variant("an id in small letters", small, alike, differs=True, warned="unpromised: ")
    yield Variant("ids in two columns", table(composite, ("Project", "No", *HEAD[1:])), mapping=joined, draft="told")


def lettered(form: str, months: Sequence[str] = ()) -> Date:
    """A form in which months have names; their numbers are from 1."""
    return lambda at: at.strftime(form).replace("MONTH", months[at.month - 1] if months else "")


def counted(per_s: int) -> Date:
    return lambda at: str(int(at.timestamp()) * per_s)


def serial(at: datetime) -> float:
    return (at - datetime(1899, 12, 30, tzinfo=UTC)) / timedelta(days=1)


def paris(at: datetime) -> str:
    return iso(at.astimezone(ZoneInfo("Europe/Paris")))


def named(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo('Europe/Paris')):%Y-%m-%d %H:%M:%S %Z}"


def half(at: datetime) -> str:
    return f"{at.day:02}-{at:%b}-{at.year} {at.hour % 12 or 12}:{at:%M %p}"


def dates() -> Iterator[Variant]:
    def form(name: str, date: Date, *forms: str, zone: str = "", **more: Any) -> Variant:
        return Variant(name, table(date=date), mapping=mapping(forms or ("iso",), zone), **more)

    german = "Jan Feb März April Mai Juni Juli Aug Sept Okt Nov Dez".split()
    french = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
    mixed = [row if number % 2 else other for number, (row, other) in enumerate(zip(cells(), cells(half)))]
    midnight = changed(15, "Changed", "2026-03-27 00:00:00")
    gap = changed(16, "Changed", "2026-03-29 02:30:00", cells(paris))
    utc = "Etc/UTC"
    yield form("ISO with a T", lambda at: f"{at:%Y-%m-%dT%H:%M}", zone=utc)
    yield form("ISO with an offset", lambda at: at.astimezone(ZoneInfo("Europe/Paris")).isoformat())
    yield form("ISO with a short offset", lambda at: f"{iso(at)}+00")
    yield form("ISO with a fraction and an offset", lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.000+0000")
    yield form("ISO with Z", lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}")
    yield form("ISO with UTC", lambda at: f"{iso(at)} UTC")
    yield form("ISO with a comma", lambda at: f"{iso(at)},000", zone=utc)
    yield form(
        "the month first, with points",
        lambda at: (
            f"{at:%m/%d/%Y %I:%M} {'ap'[at.hour < 12]}.m.".replace("p.m", "x").replace("a.m", "p.m").replace("x", "a.m")
        ),
        "MM/DD/YYYY hh:mm A",
        zone=utc,
    )
    yield form(
        "two orders of day and month",
        lambda at: f"{at:%d/%m/%Y %H:%M}" if at.day < 20 else f"{at:%m/%d/%Y %H:%M}",
        "DD/MM/YYYY HH:mm",
        zone=utc,
        error="no instant",
    )
    yield form("ISO with CET", lambda at: f"{iso(at)} CET", error="in any zone")
    yield form("ISO with the name of the zone's time", named, zone="Europe/Paris")
    yield form("digits alone", lambda at: f"{at:%Y%m%d%H%M%S}", "YYYYMMDDHHmmss", zone=utc, draft="told")
    yield form("the day first", lambda at: f"{at:%d/%m/%Y %H:%M}", "DD/MM/YYYY HH:mm", zone=utc)
    yield form(
        "the day first, without zeros",
        lambda at: f"{at.day}.{at.month}.{at:%y} {at.hour}:{at:%M}",
        "D.M.YY H:mm",
        zone=utc,
    )
    yield form("the month first", lambda at: f"{at:%m/%d/%Y %I:%M %p}", "MM/DD/YYYY hh:mm A", zone=utc)
    yield form(
        "the month first, said otherwise",
        lambda at: f"{at:%m/%d/%Y %H:%M}",
        "DD/MM/YYYY HH:mm",
        zone=utc,
        error="no instant",
        draft="right",
    )
    yield form("an English month", half, "DD-MMM-YYYY h:mm A", zone=utc)
    yield form("a German month", lettered("%d. MONTH %Y %H:%M", german), "DD. MMM YYYY HH:mm", zone=utc)
    yield form(
        "a French month", lettered("%d MONTH %Y à %Hh%M", french), "DD MMMM YYYY [à] HH[h]mm", zone=utc, draft="told"
    )
    yield form("seconds since 1970", counted(1), "epoch-s")
    yield form("thousandths since 1970", counted(1000), "epoch-ms")
    yield form("days of a spreadsheet", lambda at: f"{serial(at):.10f}", "excel", zone=utc)
    yield form(
        "days of a spreadsheet, with commas", lambda at: f"{serial(at):.10f}".replace(".", ","), "excel", zone=utc
    )
    yield form("digits of Paris", paris, zone="Europe/Paris", draft="asked")
    yield form("without a zone, and none said", iso, error="zone: {assume", draft="right")
    yield form(
        "days alone", lambda at: f"{at:%Y-%m-%d}", "YYYY-MM-DD", zone=utc, noticed={"dates-only": 20}, differs=True
    )
    yield form(
        "midnights",
        lambda at: f"{at:%d.%m.%Y} 00:00",
        "DD.MM.YYYY HH:mm",
        zone=utc,
        noticed={"dates-only": 20},
        differs=True,
    )
    yield Variant("a midnight", table(midnight), {"midnight": 1}, differs=True)
    yield Variant("two forms", table(mixed), mapping=mapping(("iso", "DD-MMM-YYYY h:mm A")))
    yield Variant("two forms, and one said", table(mixed), error="no instant", draft="right")
    yield Variant(
        "a time that never was",
        table(gap),
        {"never-was": 1},
        mapping=mapping(zone="Europe/Paris"),
        differs=True,
        draft="asked",
    )
    yield Variant("a day that never was", table(changed(4, "Changed", "2026-02-30 09:00:00")), error="no instant")
    yield Variant("the year 0026", table(changed(4, "Changed", "0026-03-03 10:20:00")), error="too far away")
    yield Variant(
        "seconds for thousandths",
        table(date=counted(1)),
        mapping=mapping(["epoch-ms"], ""),
        error="too far away",
        draft="right",
    )


WIDE = ("Ticket", "Priority", "Company", "Created", "First response", "Resolved", "Closed", "Due date")
SPANS = """\
V-1 2026-03-02T09:12 2026-03-02T09:40 2026-03-03T10:20 2026-03-13T10:21
V-2 2026-03-06T16:30 2026-03-09T09:10 2026-03-09T11:59 -
V-3 2026-03-10T08:05 2026-03-10T13:20 2026-03-12T16:45 2026-03-12T17:00
V-4 2026-03-16T10:00 2026-03-17T09:00 2026-03-24T17:00 -
V-5 2026-03-27T15:00 2026-03-30T09:30 2026-03-30T12:00 2026-03-31T12:00
V-6 2026-03-31T11:11 2026-03-31T12:12 - -
"""
UNFOLDED = (
    "upheld: 1\nmapping: tickets\naudit: true\ndates: [FORM]\nzone: {assume: Etc/UTC}\n"
    "columns: {ticket: Ticket, customer: Company, data: {severity: {column: Priority, words: "
    f"{json.dumps(SEVERITIES)}}}}}}}\nroles: [{{role: agent}}]\n"
    "rows-from: {Created: open, First response: in-fix, Resolved: resolved, Closed: closed}\n"
)


def spans(date: Date = iso) -> list[Cells]:
    """A row for each ticket, with its instants; the last is what was due."""
    found = []
    for line in SPANS.splitlines():
        ticket, *instants = line.split()
        told = ["" if at == "-" else date(datetime.fromisoformat(f"{at}Z")) for at in instants]
        due = date(datetime.fromisoformat(f"{instants[0]}Z") + timedelta(days=2))
        found.append([ticket, *SAID[ticket][:2], *told, due])
    return found


def tickets() -> Iterator[Variant]:
    def wide(name: str, rows: list[Cells], form: str = "iso", **more: Any) -> Variant:
        data = more.pop("data", None) or table(rows, WIDE, ";")
        return Variant(name, data, mapping=UNFOLDED.replace("FORM", form), of="tickets", **more)

    def with_one(number: int, column: str, text: str) -> list[Cells]:
        rows = spans()
        rows[number][WIDE.index(column)] = text
        return rows

    late = [row[:] for row in spans()]
    late[4][5] = "2026-03-27 14:00:00"
    objects = [{name: cell or None for name, cell in zip(WIDE, row)} for row in spans()]
    other = [*spans(), [*spans()[2][:1], "Haute", *spans()[2][2:]]]
    yield wide("as they are", spans())
    yield wide("newest first", spans()[::-1])
    yield wide("shuffled", [spans()[each] for each in (3, 0, 5, 1, 4, 2)])
    yield wide("the day first", spans(lambda at: f"{at:%d.%m.%Y %H:%M}"), '"DD.MM.YYYY HH:mm"')
    yield wide("the month first", spans(lambda at: f"{at:%m/%d/%Y %I:%M %p}"), '"MM/DD/YYYY hh:mm A"')
    yield wide("days alone", spans(lambda at: f"{at:%d/%m/%Y}"), "DD/MM/YYYY", noticed={"dates-only": 20}, differs=True)
    yield wide("one is there twice", [*spans(), spans()[2]], noticed={"repeated-id": 1}, draft="told")
    yield wide("one is there again, and otherwise", other, error="has a row already")
    yield wide("one was answered before it was opened", late, noticed={"backwards": 1}, differs=True)
    yield wide("one without an instant", [*spans()[:5], [*spans()[5][:3], "", "", "", "", ""]], error="no instant")
    yield wide("one with a word for an instant", with_one(4, "Closed", "gestern"), error="`gestern` is no instant")
    yield wide(
        "words for nothing",
        [[cell or "-" for cell in row] for row in spans()],
        error="`-` is no instant",
        draft="right",
    )
    yield wide("without quotes where some are needed", [], data=table(spans(), WIDE).replace('"', ""), error="9 cells")
    yield wide("in a workbook", [], data=xlsx({"S": [WIDE, *spans()]}), file="t.xlsx")
    yield wide("as objects", [], data=json.dumps({"value": objects}), file="t.json")
    yield wide(
        "names in capitals",
        [],
        data=table(spans(), [*map(str.upper, WIDE)]),
        error="`Ticket`",
        draft="right",
    )


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def tarred(name: str) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(PLAIN.encode())
        archive.addfile(entry, io.BytesIO(PLAIN.encode()))
    return target.getvalue()


def packings() -> Iterator[Variant]:
    plain = PLAIN.encode()
    halves = {"page-2.csv": table(cells()[:12]), "page-10.csv": table(cells()[12:])}
    packed = gzip.compress(plain)
    yield Variant("gzip", packed, file="t.csv.gz")
    yield Variant("gzip without its name", packed)
    yield Variant("gzip with something behind", packed + b"what is this", file="t.csv.gz", error="damaged|behind")
    yield Variant("gzip with nothing behind", packed + bytes(512), file="t.csv.gz")
    yield Variant("gzip in two parts", gzip.compress(plain[:700]) + gzip.compress(plain[700:]), file="t.csv.gz")
    yield Variant("gzip of another encoding", gzip.compress(PLAIN.encode("utf-16")), file="t.csv.gz")
    yield Variant("bzip2", bz2.compress(plain), file="t.csv.bz2")
    yield Variant("xz", lzma.compress(plain), file="t.csv.xz")
    yield Variant("zstd", zstd.compress(plain), file="t.csv.zst")
    yield Variant("ZIP", zipped({"export/tickets.csv": plain}), file="t.zip")
    yield Variant("ZIP without its name", zipped({"tickets.csv": plain}))
    yield Variant("ZIP of a Mac", zipped({"tickets.csv": plain, "__MACOSX/._tickets.csv": b"\0\5\26\7"}), file="t.zip")
    yield Variant("ZIP of several", zipped(halves), file="t.zip")
    yield Variant("ZIP of a ZIP", zipped({"t.zip": zipped({"tickets.csv": plain})}), file="t.zip", error="ZIP")
    yield Variant("ZIP of a packed one", zipped({"tickets.csv.gz": packed}), file="t.zip", error="unpack it once")
    yield Variant("ZIP of none", zipped({"a/": ""}), file="t.zip", error="no file in this ZIP")
    yield Variant("a folder", halves)
    yield Variant("a folder with other things", {**halves, "README.txt": "Exported by hand.\n"}, {"left-out": 1})
    yield Variant(
        "a folder with one packed",
        {"1.csv.gz": gzip.compress(table(cells()[:12]).encode()), "2.csv": halves["page-10.csv"]},
    )
    other = table([[row[1], row[0], *row[2:]] for row in cells()[12:]], ("Changed", "Ticket", *HEAD[2:]), ";")
    renamed = table(cells()[12:], [name.replace("Status", "State") for name in HEAD])
    yield Variant("a folder of several forms", {"1.csv": halves["page-2.csv"], "2.csv": other.encode("utf-16")})
    yield Variant(
        "a folder of several encodings",
        {"1.csv": halves["page-2.csv"], "2.csv": halves["page-10.csv"].encode("cp1252")},
        GUESSED,
    )
    yield Variant(
        "a folder with other names",
        {"1.csv": halves["page-2.csv"], "2.csv": renamed},
        {"nothing-said": 8},
        differs=True,
    )
    yield Variant(
        "a folder of which some is there twice",
        {"1.csv": table(cells()[:13]), "2.csv": halves["page-10.csv"]},
        differs=True,
        warned="identical",
    )
    yield Variant(
        "a folder, the last first",
        {"1.csv": halves["page-10.csv"], "2.csv": halves["page-2.csv"]},
    )
    yield Variant("a folder with the same twice", {"1.csv": plain, "1.csv.gz": packed}, error="packed and not")
    yield Variant("packed twice", gzip.compress(packed), file="t.csv.gz", error="packed|gzip|unpack")
    yield Variant("gzip cut short", packed[:-30], file="t.csv.gz", error="cut short|damaged")
    yield Variant(
        "gzip with a wrong bit", packed[:90] + bytes([packed[90] ^ 8]) + packed[91:], file="t.csv.gz", error="damaged"
    )
    yield Variant("ZIP cut short", zipped({"tickets.csv": plain})[:-30], file="t.zip", error="cut short|damaged")
    yield Variant("tar", tarred("tickets.csv"), file="t.tar", error="unpack")
    yield Variant("tar, packed", gzip.compress(tarred("tickets.csv")), file="t.tar.gz", error="unpack")
    yield Variant("7z", b"7z\xbc\xaf\x27\x1c" + bytes(range(200)), file="t.7z", error="unpack|7")


def page(rows: Sequence[Sequence[str]]) -> str:
    lines = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    return (
        f"<html><meta charset=utf-8><body><table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table></body></html>"
    )


def spreadsheet(rows: Sequence[Sequence[str]]) -> str:
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    lines = ("".join(f'<Cell><Data ss:Type="String">{escape(cell)}</Data></Cell>' for cell in row) for row in rows)
    body = "".join(f"<Row>{line}</Row>" for line in lines)
    sheet = f'<Worksheet ss:Name="S"><Table>{body}</Table></Worksheet>'
    return f'<?xml version="1.0"?>\n<Workbook xmlns="{name}" xmlns:ss="{name}">{sheet}</Workbook>'


def log() -> str:
    traces = ""
    for ticket in SAID:
        events = ""
        for row in cells(lambda at: at.isoformat()):
            if row[0] == ticket:
                told = zip(("org:resource", "concept:name", "priority", "company"), row[2:6])
                texts = "".join(f'<string key="{key}" value="{escape(text)}"/>' for key, text in told)
                events += f'<event><date key="time:timestamp" value="{row[1]}"/>{texts}</event>'
        traces += f'<trace><string key="concept:name" value="{ticket}"/>{events}</trace>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">{traces}</log>'


def columns(file: str, *, instants: bool = False) -> bytes:
    """The table as a file of columns."""
    arrow = pytest.importorskip("pyarrow")
    import pyarrow.feather
    import pyarrow.parquet

    listed: dict[str, Any] = {name: [row[number] for row in cells()] for number, name in enumerate(HEAD)}
    if instants:
        at = [datetime.fromisoformat(f"{each}Z") for each in listed["Changed"]]
        listed["Changed"] = arrow.array(at, arrow.timestamp("ms", "Europe/Paris"))
    made = arrow.table(listed)
    target = io.BytesIO()
    write = pyarrow.parquet.write_table if file == "parquet" else pyarrow.feather.write_feather
    write(made, target)
    return target.getvalue()


def _turned(row: Cells) -> list[Any]:
    """A row as a spreadsheet has it that takes days for months where it can."""
    at = datetime.fromisoformat(f"{row[1]}Z")
    if at.day > 12:
        return [row[0], f"{at:%d/%m/%Y %H:%M}", *row[2:]]
    return [row[0], (round(serial(at.replace(day=at.month, month=at.day)), 9), DATE_TIME), *row[2:]]


def containers() -> Iterator[Variant]:
    all_rows = [HEAD, *cells()]
    dated = [
        HEAD,
        *([row[0], (round(serial(datetime.fromisoformat(f"{row[1]}Z")), 9), DATE_TIME), *row[2:]] for row in cells()),
    ]
    objects = [dict(zip(HEAD, row)) for row in cells()]
    names = {"ticket": "trace concept:name", "at": "time:timestamp", "actor": "org:resource"}
    xes = mapping(zone="", status="concept:name", severity="priority", customer="company", **names)
    serials = mapping(["excel"])
    book = xlsx({"Tickets": all_rows})
    two = {"Tickets": all_rows, "Agents": [("id", "name"), ("a-7", "x")]}

    def dump(value: Any, **more: Any) -> str:
        return json.dumps(value, ensure_ascii=False, **more)

    yield Variant("xlsx", book, file="t.xlsx")
    yield Variant("xlsx with instants", xlsx({"Tickets": dated}), file="t.xlsx")
    yield Variant(
        "xlsx with a title", xlsx({"Tickets": [("Tickets de mars",), (), *all_rows]}), {"title-lines": 1}, file="t.xlsx"
    )
    yield Variant("xlsx of two sheets", xlsx(two), file="t.xlsx", error="sheet: Tickets", draft="right")
    turned = [HEAD, *(_turned(row) for row in cells())]
    both = mapping(["iso", "DD/MM/YYYY HH:mm"])
    yield Variant(
        "xlsx of which a spreadsheet took days for months",
        xlsx({"T": turned}),
        {"text-dates": 9},
        file="t.xlsx",
        mapping=both,
        differs=True,
        draft="told",
    )
    yield Variant("xlsx of two sheets, one said", xlsx(two), file="t.xlsx", mapping=mapping(more="sheet: Tickets\n"))
    yield Variant("xlsx called csv", book)
    yield Variant("xlsx cut short", book[:-200], file="t.xlsx", error="damaged|cut short")
    yield Variant("csv called xlsx", PLAIN, file="t.xlsx")
    yield Variant("ods", ods({"Tickets": all_rows}), file="t.ods")
    yield Variant("xls", xls({"Tickets": all_rows}), file="t.xls")
    yield Variant("xls with instants", xls({"Tickets": dated}), file="t.xls")
    yield Variant("xls that is a page", page(all_rows), file="t.xls")
    yield Variant("xls that is XML", spreadsheet(all_rows), file="t.xls")
    yield Variant("xls that is lines with tabs", table(separator="\t").encode("cp1252"), GUESSED, file="t.xls")
    yield Variant(
        "xlsx with numbers for instants",
        xlsx(
            {
                "T": [
                    [*row[:1], each[1][0] if number else each[1], *row[2:]]
                    for number, (row, each) in enumerate(zip(all_rows, dated))
                ]
            }
        ),
        file="t.xlsx",
        mapping=serials,
    )
    yield Variant("parquet", columns("parquet"), file="t.parquet")
    yield Variant("parquet with instants", columns("parquet", instants=True), file="t.parquet")
    yield Variant("feather", columns("feather"), file="t.feather")
    yield Variant("a list of objects", dump(objects), file="t.json")
    yield Variant("a list of objects, laid out", dump(objects, indent=2), file="t.json")
    yield Variant("objects as an answer", dump({"result": objects, "total": 20}), file="t.json")
    yield Variant(
        "objects in pages", "\n".join(dump({"issues": each}) for each in (objects[:12], objects[12:])), file="t.json"
    )
    yield Variant("an object a line", "\n".join(map(dump, objects)), file="t.jsonl")
    yield Variant("an object a line, called json", "\n".join(map(dump, objects)), file="t.json")
    yield Variant("objects in UTF-16", dump(objects).encode("utf-16"), file="t.json")
    yield Variant("objects with a mark", dump(objects).encode("utf-8-sig"), file="t.json")
    numbers = [
        {**each, "Changed": int(datetime.fromisoformat(f"{each['Changed']}Z").timestamp()) * 1000} for each in objects
    ]
    nested = [
        {**each, "Status": {"id": 7, "name": each["Status"]}, "Priority": {"name": each["Priority"]}}
        for each in objects
    ]
    lacking = [
        {name: each[name] for name in each if number != 7 or name != "Status"} for number, each in enumerate(objects)
    ]
    named = mapping(status="Status.name", severity="Priority.name")
    yield Variant("objects with numbers for instants", dump(numbers), file="t.json", mapping=mapping(["epoch-ms"], ""))
    yield Variant("objects within objects", dump(nested), file="t.json", mapping=named)
    yield Variant("objects of which one has no status", dump(lacking), {"nothing-said": 1}, file="t.json", differs=True)
    yield Variant("objects, newest first", dump(objects[::-1]), {"newest-first": 1}, file="t.json")
    yield Variant("objects with a list beside", dump({"tickets": objects, "users": [{"id": 1}]}), file="t.json")
    yield Variant("objects, cut off", dump(objects)[:-40], file="t.json", error="ends|cut")
    yield Variant("objects, a comma too many", dump(objects)[:-1] + ",]", file="t.json", error="JSON")
    yield Variant("objects without a name", "\n".join(map(dump, objects)), file="t")
    yield Variant("XES", log(), file="t.xes", mapping=xes)
    yield Variant("XES, packed", gzip.compress(log().encode()), file="t.xes.gz", mapping=xes)
    yield Variant("XES cut off", log()[:-30], file="t.xes", mapping=xes, error="ends|cut|no element|XML")
    yield Variant("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", file="t.pdf", error="PDF")


GROUPS = (encodings, separators, line_ends, quotes, heads, rows, dates, tickets, packings, containers)
VARIANTS = [(f"{group.__name__}: {each.name}", each) for group in GROUPS for each in group()]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


class Found(NamedTuple):
    """What a replay says: of each ticket, of all, and what was noticed."""

    tickets: list[Any]
    summary: dict[str, Any]
    noticed: dict[str, int]
    warnings: list[str]


def found(done: Result) -> Found:
    told = json.loads(done.stdout.replace('"V/', '"V-'))
    noticed = {each["kind"]: each["number"] for each in told["summary"].pop("reading")}
    tickets = sorted(told["tickets"], key=lambda each: each["ticket"])
    summary = told["summary"]
    summary.pop("rows", None)
    counted = [f"{name}: {summary[name]}" for name in ("identical", "unpromised") if summary[name]]
    counted += [line for line in done.stderr.splitlines() if re.match("[0-9]+ .* passed over", line)]
    return Found(tickets, summary, noticed, told["warnings"] + counted)


@pytest.fixture(scope="module")
def policy(root: Path) -> str:
    return str(root / "examples" / "mappings" / "policy.yaml")


class Folder(NamedTuple):
    """Where a variant lies, and what a command is asked with."""

    path: Path
    policy: str

    def write(self, given: Variant) -> str:
        if isinstance(given.data, Mapping):
            for name, data in given.data.items():
                (self.path / name).write_bytes(data.encode() if isinstance(data, str) else data)
            return str(self.path)
        file = self.path / given.file
        file.write_bytes(given.data.encode() if isinstance(given.data, str) else given.data)
        return str(file)

    def replay(self, given: Variant, file: str) -> Result:
        said = self.path.with_suffix(".yaml")
        said.write_text(given.mapping, encoding="utf-8")
        asked = ("--policy", self.policy, "--map", str(said), "--format", "json")
        return run("replay", file, *asked, *given.options)

    def draft(self, given: Variant, file: str) -> tuple[Result, Result | None]:
        """The draft, and the replay by it where there is one."""
        drafted = run("map", file, "--policy", self.policy, *given.options)
        if drafted.exit_code:
            return drafted, None
        return drafted, self.replay(given._replace(mapping=drafted.stdout), file)


@pytest.fixture
def folder(tmp_path: Path, policy: str) -> Folder:
    (tmp_path / "v").mkdir()
    return Folder(tmp_path / "v", policy)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, policy: str) -> dict[str, Found]:
    """What the plain files say, by a mapping and by their drafts alike."""
    answers = {}
    wide = Variant("tickets", table(spans(), WIDE), mapping=UNFOLDED.replace("FORM", "iso"))
    for name, given in {"rows": Variant("rows", PLAIN), "tickets": wide}.items():
        path = tmp_path_factory.mktemp(name) / "v"
        path.mkdir()
        folder = Folder(path, policy)
        answers[name] = mapped = found(folder.replay(given, folder.write(given)))
        drafted, replayed = folder.draft(given, str(path / given.file))
        assert replayed is not None
        assert mapped == found(replayed), drafted.stdout
        assert (6, 20, {}, []) == (len(mapped.tickets), mapped.summary["events"], mapped.noticed, mapped.warnings)
    return answers


def verdicts(of: Found) -> tuple[object, object]:
    return of.tickets, of.summary


def ends(done: Result, error: str) -> None:
    """With status 2 and one line that names it."""
    assert (MISUSED, "") == (done.exit_code, done.stdout), done.output
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: ") or ": error[" in last, done.stderr
    assert re.search(error, last), last
    assert "internal error" not in last


def test_there_are_many() -> None:
    assert len(VARIANTS) >= 60
    assert len(VARIANTS) == len({name for name, _ in VARIANTS})


@pytest.mark.parametrize("given", [each for _, each in VARIANTS], ids=[name for name, _ in VARIANTS])
def test_by_a_mapping_each_is_right_or_told(given: Variant, folder: Folder, plain: dict[str, Found]) -> None:
    done = folder.replay(given, folder.write(given))
    if given.error:
        ends(done, given.error)
        return
    assert DONE == done.exit_code, done.output
    answer = found(done)
    assert given.noticed == answer.noticed
    assert given.differs == (verdicts(answer) != verdicts(plain[given.of]))
    assert bool(given.warned) == bool(answer.warnings) or given.differs
    assert any(given.warned in each for each in answer.warnings) or not given.warned
    assert not given.differs or answer.noticed or answer.warnings


ZONE = "in which zone was the clock read? `Etc/UTC` is a guess"
QUESTION = re.compile(rf"^#   [0-9]+\. (?!{re.escape(ZONE)}$).*", re.MULTILINE)


@pytest.mark.parametrize("given", [each for _, each in VARIANTS], ids=[name for name, _ in VARIANTS])
def test_by_its_draft_each_is_right_or_told(given: Variant, folder: Folder, plain: dict[str, Found]) -> None:
    """What is told may be a question at the top of the draft, too."""
    drafted, done = folder.draft(given, folder.write(given))
    if done is None:
        ends(drafted, ".")
        assert given.error or given.draft == "told", drafted.stderr
        return
    if done.exit_code:
        ends(done, ".")
        is_right, told = False, ["an error"]
    else:
        answer = found(done)
        is_right, told = verdicts(answer) == verdicts(plain[given.of]), [*answer.noticed, *answer.warnings]
    told += QUESTION.findall(drafted.stdout)
    told += [ZONE] * (given.draft == "asked" and ZONE in drafted.stdout)
    expected = given.draft or ("told" if given.error or given.differs else "right")
    assert is_right or bool(told), drafted.stdout
    assert is_right or expected != "right", (told, drafted.stdout)
