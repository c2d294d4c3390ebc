"""Mapping files: reading what an export means, and finding everything that makes no sense in it.

    >>> text = b"upheld: 1\\nmapping: desk\\ncolumns: {ticket: id, at: time}\\nstatuses: [{when: {status: New}}]"
    >>> mapping, findings = read_mapping(text, "desk.yaml")
    >>> print(findings[0])
    desk.yaml:4:12: error[UP810]: this says nothing of what the row is

Reading, shape and meaning come one after the other, each with all of its problems at once,
as for policies. Whether its names are those of a policy is `upheld.history.mapping.mapping_names`.

Source: DESIGN section 6, "Other formats come in through importers and a mapping file".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Final, cast

from upheld.core.errors import DocumentError
from upheld.core.finding import Finding, in_order
from upheld.core.nearest import listed, said
from upheld.core.policy.provenance import Path
from upheld.core.time.duration import parse_duration
from upheld.core.time.window import parse_time_of_day
from upheld.document import Document, read_document
from upheld.document.catalogue import finding
from upheld.history.file.encoding import encoding_of
from upheld.history.mapping.cell import Cell, OnUnknown, Scalar
from upheld.history.mapping.cell_condition import CellCondition, Test
from upheld.history.mapping.date_form import parse_form
from upheld.history.mapping.mapping import Closing, HistoryMapping, Kind, Opening, Outcome, RoleCase, Status
from upheld.history.part import KEYS
from upheld.schema.formats import message_and_hint
from upheld.schema.shape import shape_findings

Data = Mapping[str, object]

KINDS: Final[tuple[Kind, ...]] = ("state", "event", "skip", "back")
_NOT_OF: Final[Mapping[str | int, tuple[Kind, ...]]] = {"wait": ("skip",), "opening": ("skip", "back")}
"""What is no outcome of these parts, where it is one of a status; only a wait can go back."""
_NOT_BESIDE_ROWS_FROM: Final = {
    "statuses": "say what happened under `rows-from:`, a line for each column of an instant",
    "unknown": "leave instants out under `rows-from:` with `skip: true`, or with `when`",
    "opening": "list the column that tells when a ticket was opened under `rows-from:`",
    "snapshots": "remove it; where a ticket has several rows, say `columns: {at: …}` and `statuses:` instead",
}
"""What says nothing of an export that has one row per ticket, and what to write instead."""
SYSTEM: Final = "system"
"""The role of what nobody did."""


def load_mapping(file: str | FilePath) -> HistoryMapping:
    """The mapping in a file.

    Raises: DocumentError with everything that is wrong; OSError when the file cannot be read.
    """
    path = FilePath(file)
    mapping, findings = read_mapping(path.read_bytes(), path.as_posix())
    if mapping is None:
        raise DocumentError(findings)
    return mapping


def read_mapping(data: bytes, name: str) -> tuple[HistoryMapping | None, list[Finding]]:
    """The mapping in a text, or everything that is wrong with it; ``name`` is what places in it are called."""
    try:
        document = read_document(data, name)
    except DocumentError as error:
        return None, list(error.findings)
    findings = shape_findings(document, "mapping")
    if findings:
        return None, findings
    reader = _Reader(document)
    mapping = reader.mapping()
    return (None, in_order(reader.findings)) if reader.findings else (mapping, [])


class _Reader:
    """Reads a document of the right shape."""

    def __init__(self, document: Document) -> None:
        self.findings: list[Finding] = []
        self._document = document
        self._root: Data = document.root
        self._audit = self._root.get("audit") is True
        self._nulls = _words(self._root.get("nulls"))

    def mapping(self) -> HistoryMapping:
        root, columns = self._root, _part(self._root, "columns")
        zone = _part(root, "zone")
        self._check_dates()
        self._check_unfolding()
        return HistoryMapping(
            document=self._document,
            id=str(root["mapping"]),
            format=str(root.get("format", "")),
            parts={key: str(root[key]) for key in KEYS if key in root},
            encoding=self._encoding(),
            head=cast(int, root.get("head", 0)),
            audit=self._audit,
            by_time=root.get("order") == "by-time",
            as_is=root.get("order") == "as-is",
            drops_duplicates=root.get("duplicates") == "drop",
            zone=str(next(iter(zone.values()), "")),
            overrides="override" in zone,
            dates=_words(root.get("dates")) or ("iso",),
            nulls=frozenset(self._nulls),
            snapshots=_words(root.get("snapshots")),
            rows_from={
                column: self._moment(("rows-from", column), spec) for column, spec in _part(root, "rows-from").items()
            },
            ticket=self._together("ticket", columns["ticket"], "/"),
            at=self._together("at", columns["at"], " ") if "at" in columns else None,
            actor=self._cell_or_none(columns, "actor"),
            channel=self._cell_or_none(columns, "channel"),
            customer=self._cell_or_none(columns, "customer"),
            data=self._cells(("columns", "data"), _part(columns, "data")),
            roles=tuple(
                RoleCase(self._when(each), str(each["role"]), ("roles", index, "role"))
                for index, each in enumerate(_list(root.get("roles")))
            ),
            statuses=tuple(
                Status(self._when(each), self._outcome(("statuses", index), each))
                for index, each in enumerate(_list(root.get("statuses")))
            ),
            skips_unknown=root.get("unknown") == "skip",
            closings=tuple(
                self._closing(("automatic-closing", index), each)
                for index, each in enumerate(_list(root.get("automatic-closing")))
            ),
            opening=self._opening(),
        )

    def _report(self, code: str, path: Path, message: str, hint: str, key: bool = False) -> None:
        self.findings.append(finding(code, self._document.place(path, key=key), message, hint))

    def _check_dates(self) -> None:
        for index, form in enumerate(_words(self._root.get("dates"))):
            try:
                parse_form(form)
            except ValueError as error:
                self._report("UP105", ("dates", index), *message_and_hint(error))

    def _encoding(self) -> str:
        try:
            return encoding_of(str(self._root["encoding"])) if "encoding" in self._root else ""
        except ValueError as error:
            self._report("UP105", ("encoding",), *message_and_hint(error))
            return ""

    def _check_unfolding(self) -> None:
        """What a mapping of one row per ticket needs no more, or another cannot do without."""
        columns = _part(self._root, "columns")
        if "rows-from" not in self._root:
            if "at" not in columns:
                hint = "add `at:`, the instant at which it happened; or `rows-from:`, where a row holds several"
                self._report("UP102", ("columns",), "`at` is missing", hint, True)
            return
        if "at" in columns:
            message = "`at` says when a row happened, and `rows-from` takes several instants of each"
            self._report("UP810", ("columns", "at"), message, "list its column under `rows-from:`, or remove it", True)
        for key, hint in _NOT_BESIDE_ROWS_FROM.items():
            if key in self._root:
                message = f"`{key}` is for rows that are one thing each, and `rows-from` makes several of each"
                self._report("UP810", (key,), message, hint, True)

    def _moment(self, path: Path, spec: object) -> tuple[Status, ...]:
        """What happened at an instant: by its name, or the first line that applies."""
        if isinstance(spec, str):
            return (Status(CellCondition(), self._outcome(path, {"state" if self._audit else "event": spec})),)
        if isinstance(spec, Mapping):
            return (Status(self._when(spec), self._outcome(path, spec)),)
        lines = enumerate(_list(spec))
        return tuple(Status(self._when(each), self._outcome((*path, index), each)) for index, each in lines)

    def _together(self, name: str, spec: object, between: str) -> Cell:
        """The column of an id or an instant, or all those whose texts it is put together of."""
        path: Path = ("columns", name)
        if not isinstance(spec, list):
            return self._cell(path, spec)
        return Cell(columns=_words(spec), joined=between, nulls=frozenset(self._nulls), path=path)

    def _cell_or_none(self, columns: Data, name: str) -> Cell | None:
        return self._cell(("columns", name), columns[name]) if name in columns else None

    def _cells(self, path: Path, spec: Data) -> dict[str, Cell]:
        return {name: self._cell((*path, name), each) for name, each in spec.items()}

    def _cell(self, path: Path, spec: object) -> Cell:
        """A column by its name, or where else a value comes from."""
        if not isinstance(spec, Mapping):
            return Cell(columns=(str(spec),), nulls=frozenset(self._nulls), path=path)
        sources = [key for key in ("column", "first-of", "constant") if key in spec]
        if len(sources) != 1:
            told = f"{_both(sources)} at once" if sources else "no column"
            hint = "give one of `column`, `first-of` and `constant`"
            self._report("UP810", path, f"this value comes from {told}", hint)
        if "constant" in spec and "words" in spec:
            hint = "remove `words:`, and write the value that is meant"
            self._report("UP810", (*path, "words"), "a constant has no words to be understood", hint, True)
        if "guessed" in spec and "constant" not in spec:
            hint = "remove `guessed:`, or give the `constant:` that is a guess"
            self._report("UP810", (*path, "guessed"), "what a column holds is no guess", hint, True)
        if "unknown" in spec and "words" not in spec:
            hint = "list the words under `words:`, or remove `unknown:`"
            self._report("UP810", (*path, "unknown"), "without `words` no word is unknown", hint, True)
        return Cell(
            columns=_words(spec.get("column")) or _words(spec.get("first-of")),
            constant=cast("Scalar | None", spec.get("constant")),
            guessed="guessed" in spec,
            words=cast("Mapping[str, Scalar | None]", _part(spec, "words")),
            unknown=cast(OnUnknown, spec.get("unknown", "error")),
            nulls=frozenset((*self._nulls, *_words(spec.get("nulls")))),
            path=path,
        )

    def _when(self, spec: Data, key: str = "when") -> CellCondition:
        return CellCondition(tuple(self._test(column, each) for column, each in _part(spec, key).items()))

    def _test(self, column: str, spec: object) -> Test:
        nulls = frozenset(self._nulls)
        if not isinstance(spec, Mapping):
            return Test(column, words=_words(spec), nulls=nulls)
        return Test(column, unless=_words(spec.get("not")), is_set=cast("bool | None", spec.get("set")), nulls=nulls)

    def _outcome(self, path: Path, spec: Data, role: str = "") -> Outcome:
        """What a row becomes; exactly one thing."""
        kinds = [kind for kind in KINDS if kind in spec]
        if len(kinds) != 1:
            possible = [kind for kind in KINDS if kind not in _NOT_OF.get(path[-1], ("back",))]
            told = f"this is {_both(kinds)} at once" if kinds else "this says nothing of what the row is"
            self._report("UP810", path, told, f"give one of {listed(possible)}")
        kind = kinds[0] if kinds else "skip"
        if kind in ("state", "back") and not self._audit:
            hint = "add `audit: true` at the top, or give the `event` that happened"
            self._report("UP810", (*path, kind), "a state is observed, which only audit mode reads", hint, True)
        for key in ("wait", "data", "role", "channel"):
            if kinds == ["skip"] and key in spec:
                self._report("UP810", (*path, key), f"`{key}` says nothing of a row that is skipped", "remove it", True)
        name = spec.get(kind, "")
        wait = self._outcome((*path, "wait"), _part(spec, "wait")) if "wait" in spec else None
        return Outcome(
            path=path,
            kind=kind,
            name=self._cell((*path, kind), name) if isinstance(name, Mapping) else str(name) * (kind in KINDS[:2]),
            role=str(spec.get("role", role)),
            channel=str(spec.get("channel", "")),
            data=self._cells((*path, "data"), _part(spec, "data")),
            wait=wait,
        )

    def _closing(self, path: Path, spec: Data) -> Closing:
        delays = [key for key in ("local-days", "elapsed") if key in spec]
        if len(delays) != 1:
            told = "two delays" if delays else "no delay"
            hint = "give one of `local-days` and `elapsed`"
            self._report("UP810", path, f"this closing has {told}", hint)
        days = spec.get("local-days")
        return Closing(
            when=self._when(spec),
            since=self._when(spec, "since"),
            local_days=days if isinstance(days, int) else None,
            elapsed_s=self._seconds((*path, "elapsed"), spec.get("elapsed", "0s")),
            batch_s=parse_time_of_day(str(spec["batch"])) if "batch" in spec else None,
            tolerance_s=self._seconds((*path, "tolerance"), spec.get("tolerance", "0s")),
            zone=str(spec.get("zone", "")),
            outcome=self._outcome(path, spec, SYSTEM),
        )

    def _seconds(self, path: Path, text: object) -> int:
        duration = parse_duration(str(text))
        if not duration.has_seconds:
            hint = "write elapsed time, such as `168h`, or `local-days`"
            self._report("UP810", path, f"`{text}` is worth what a calendar says, and a mapping has none", hint)
            return 0
        return duration.seconds

    def _opening(self) -> Opening | None:
        spec = _part(self._root, "opening")
        if "opening" not in self._root:
            return None
        at = self._cell(("opening", "at"), spec["at"]) if "at" in spec else None
        return Opening(self._outcome(("opening",), spec), at)


def _both(words: Sequence[str]) -> str:
    return " and ".join(f"`{word}`" for word in words)


def _part(spec: Data, key: str) -> Data:
    value = spec.get(key)
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Data]:
    return [cast(Data, each) for each in value] if isinstance(value, list) else []


def _words(value: object) -> tuple[str, ...]:
    """One word or several, as texts."""
    if value is None:
        return ()
    return tuple(said(each) for each in value) if isinstance(value, list) else (said(value),)
