"""Contexts: what each template of the console may read, as a frozen value of its own; a test compares the two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from upheld.pages.contexts import Group, Plotted, Tile, Tongue
from upheld.pages.lifecycle.drawing import Drawing
from upheld.pages.parts import Part, Section
from upheld.pages.templates import Markup

Tone = Literal["kept", "broken", "warning"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link, and whether it leads to the page that is being read."""

    name: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page.

    Attributes:
        language: Its code.
        title: Of the page.
        style, script: Addresses; ``""`` for no script.
        vendor: Whose desk it is.
        links: The pages that the reader may open.
        tongues: The same page in each language.
        who: As whom the reader signed in; ``""`` for nobody.
        leaves: Whether there is something to sign out of: who is on this very machine may not have signed in.
        csrf: What a form sends with it, so that no other site can send it.
    """

    language: str
    title: str
    style: str
    script: str
    vendor: str
    links: tuple[Link, ...]
    tongues: tuple[Tongue, ...]
    who: str
    leaves: bool
    csrf: str


@dataclass(frozen=True, slots=True)
class Option:
    """What may be chosen."""

    value: str
    says: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """Something to fill in.

    Attributes:
        id: Unique on its page.
        kind: ``fixed`` where there is nothing to choose.
        note: How it is to be written.
        options: Of a choice.
        low, high: Of a number.
    """

    id: str
    name: str
    says: str
    kind: Literal["choice", "many", "text", "number", "date", "fixed"]
    required: bool = False
    value: str = ""
    note: str = ""
    options: tuple[Option, ...] = ()
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """An event that the reader may submit.

    Attributes:
        id: Its anchor.
        key: The idempotency key: sent twice, it counts once.
        fields: None for what is done by one button.
        open: Whether it is unfolded.
    """

    id: str
    event: str
    says: str
    ticket: str
    key: str
    fields: tuple[Field, ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of something that the reader did.

    Attributes:
        parts: What there is to say of it.
    """

    tone: Tone
    says: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list can be narrowed by."""

    id: str
    name: str
    says: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in a long list the page is: ``says`` it; the neighbours' addresses, ``""`` where there is none."""

    says: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SignInPage:
    """``console/sign_in.html.j2``. Attributes: back: Where the reader was going. notice: Why it did not work."""

    frame: Frame
    back: str
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A ticket that waits.

    Attributes:
        tone: How its next promise stands: ``late``, ``open``, ``paused``; ``none`` where there is none.
        why: The number of the line of the queue that puts it here, in words.
    """

    position: str
    ticket: str
    href: str
    tone: Literal["late", "open", "paused", "none"]
    promise: str
    due: str
    left: str
    state: str
    severity: str
    customer: str
    received: str
    why: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    """What is due next: ``console/due_next.html.j2``.

    Attributes:
        at: As of when.
        severity: What the vendor calls it.
        with_customers: Whether several customers' tickets are shown.
        notes: How to read it, the lines of the policy's queue.
        nothing: What is said where nothing waits.
        new: Where a ticket is opened; ``""`` where the reader may not.
    """

    frame: Frame
    at: str
    severity: str
    with_customers: bool
    filters: tuple[Filter, ...]
    rows: tuple[QueueRow, ...]
    pager: Pager
    notes: tuple[Part, ...]
    nothing: str
    new: str


@dataclass(frozen=True, slots=True)
class TicketPage:
    """A ticket: ``console/ticket.html.j2``.

    Attributes:
        standing, said: How it stands with its promises, by name and in words.
        notice: What became of the reader's last record.
        parts: What it is, and its promises.
        timeline: Where nothing lasted, ``None``.
        forms: What the reader may do of it now.
        acts: Whether the reader acts at all.
        sections: Its story.
    """

    frame: Frame
    standing: str
    said: str
    notice: Notice | None
    parts: tuple[Part, ...]
    timeline: Plotted | None
    forms: tuple[Form, ...]
    acts: bool
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    """Opening a ticket: ``console/new.html.j2``."""

    frame: Frame
    notice: Notice | None
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """Promises month by month: ``console/kept.html.j2``. Attributes: counted: When, where that is not now."""

    frame: Frame
    counted: str
    period: str
    tiles: tuple[Tile, ...]
    groups: tuple[Group, ...]
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer in a line: its name, where it is told of, and the cells of the other columns."""

    name: str
    href: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomersPage:
    """Customers: ``console/customers.html.j2``. Attributes: counted: When, where that is not now."""

    frame: Frame
    counted: str
    head: tuple[str, ...]
    rows: tuple[CustomerRow, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket of a customer in a line."""

    ticket: str
    href: str
    standing: str
    said: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A customer: ``console/customer.html.j2``.

    Attributes:
        id: The customer's.
        since, until: The period that was asked for, as dates.
        notice: Why it cannot be told of.
        parts, sections: The statements.
        head, rows: The tickets.
    """

    frame: Frame
    id: str
    since: str
    until: str
    notice: Notice | None
    counted: str
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]
    head: tuple[str, ...]
    rows: tuple[TicketRow, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """The policy: ``console/policy.html.j2``. Attributes: edition: Which version of which policy it is."""

    frame: Frame
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]
    drawing: Drawing | None
    edition: str
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding, where it stands, and how it is mended."""

    level: Literal["error", "warning"]
    said: str
    code: str
    line: int
    column: int
    where: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a policy that was tried.

    Attributes:
        notice: What there is to say of the whole.
        problem: Why a question has no answer, as authors of policies are told it.
        note: That those are told in English, to whoever reads another language.
        findings: Where nothing is wrong, none.
        parts, sections: The answer to what was asked besides.
    """

    notice: Notice
    problem: str = ""
    note: str = ""
    findings: tuple[FindingRow, ...] = ()
    parts: tuple[Part, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class TriedFragment:
    """The same for who has the page already: ``console/tried.html.j2``."""

    tried: Tried


@dataclass(frozen=True, slots=True)
class TryPage:
    """Try it: ``console/try_it.html.j2``.

    Attributes:
        policy, at, known, scenario: What is in the fields.
        asked: Which question was asked last.
        most: Characters of a policy.
        starts: Policies to begin with.
    """

    frame: Frame
    policy: Markup
    at: Markup
    known: Markup
    scenario: Markup
    asked: str
    tried: Tried | None
    most: int
    starts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """What went wrong: ``console/problem.html.j2``."""

    frame: Frame
    says: str
