"""Files of scenarios: ``scenarios/*.yaml`` beside a policy, wherever the policy lies.

A policy may come from a stranger, and its scenarios with it: so a file is read only
if its name is a plain one and it lies in the policy's own folder, and not at the end
of a link that leads elsewhere; what would be read is shown in findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path

from upheld.check.scenarios import check_scenarios
from upheld.core.errors import DocumentError, PolicyError
from upheld.core.finding import Finding, Place, in_order
from upheld.core.nearest import quoted
from upheld.core.policy.policy import Policy
from upheld.document import MAX_BYTES, Document, Source, read_document
from upheld.document.catalogue import finding
from upheld.loader import Assembled
from upheld.loading import Examined, examine_policy, located
from upheld.schema.formats import check_format
from upheld.schema.shape import shape_findings

FOLDER = "scenarios"
SUFFIX = ".yaml"
MOST_FILES = 1000


def examine_scenarios(policy: str | Path, examined: Examined) -> Examined:
    """What is known of a policy, with what is wrong in the scenarios beside it.

    While the policy has errors nothing is said of them: a name that they lack may be one of its errors.
    """
    if examined.errors or examined.assembled is None:
        return examined
    _, sources, findings = _examined(policy, examined.assembled)
    return replace(examined, findings=tuple(in_order([*examined.findings, *findings])), scenarios=tuple(sources))


def load_scenarios(policy: str | Path) -> tuple[Examined, Policy, list[Document]]:
    """A policy, an installed one or a file, and the files of scenarios beside it, ready to be run.

    Raises: PolicyError, with all findings, when the policy or a scenario has errors; UnknownPolicyError when there
        is no such policy.
    """
    examined = examine_policy(policy)
    if examined.errors or examined.assembled is None:
        raise PolicyError(examined.errors)
    documents, _, findings = _examined(policy, examined.assembled)
    if findings:
        raise PolicyError(findings)
    return examined, examined.assembled.policy, documents


def scenarios_of(data: bytes, name: str, assembled: Assembled) -> tuple[list[Document], list[Finding]]:
    """Scenarios in one text, ready to be run where nothing is found to be wrong with them.

    Args:
        name: What places in it are called.
        assembled: The policy that they test, without errors.
    """
    try:
        document = read_document(data, name, root="list")
    except DocumentError as error:
        return [], [*error.findings]
    wrong = shape_findings(document, "scenario") or check_scenarios(assembled.policy, assembled.vocabulary, [document])
    return [document], in_order(wrong)


def _examined(policy: str | Path, assembled: Assembled) -> tuple[list[Document], list[Source], list[Finding]]:
    found = located(policy)
    folder, name = (
        (found.parent, found.parent.as_posix()) if isinstance(found, Path) else (found.folder, found.folder.name)
    )
    documents, sources, findings = read_scenarios(folder, name)
    findings += check_scenarios(assembled.policy, assembled.vocabulary, documents)
    return documents, sources, in_order(findings)


def read_scenarios(folder: Traversable, name: str = "") -> tuple[list[Document], list[Source], list[Finding]]:
    """The files of scenarios beside a policy.

    Args:
        folder: The policy's folder; a ``Path`` is one.
        name: What places call it, with ``/`` between its parts; ``""`` for the folder one is in.

    Returns: the files that could be read and have the schema's shape, sorted by name; the texts of all, for
        excerpts; and what is wrong with the others.
    """
    documents: list[Document] = []
    sources: list[Source] = []
    findings: list[Finding] = []
    prefix = f"{name}/{FOLDER}" if name not in ("", ".") else FOLDER
    for file, called, refused in _files(folder, prefix):
        if refused is not None:
            findings.append(refused)
            continue
        data = _read(file)
        try:
            document = read_document(data, called, root="list")
        except DocumentError as error:
            findings += error.findings
            sources += _source(called, data)
            continue
        sources.append(document.source)
        wrong = shape_findings(document, "scenario")
        findings += wrong
        if not wrong:
            documents.append(document)
    return documents, sources, in_order(findings)


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[Traversable, str, Finding | None]]:
    """Each file of scenarios with what places call it, and the finding when it is not to be read."""
    inside = folder.joinpath(FOLDER)
    if not inside.is_dir():
        return
    entries = sorted((each for each in inside.iterdir() if _is_meant(each)), key=lambda each: each.name)
    for number, entry in enumerate(entries):
        called = f"{prefix}/{entry.name}"
        reason, hint = _objection(folder, entry, number)
        place = Place(called if called.isprintable() else f"{prefix}/?", 1, 1)
        refused = finding("UP803", place, f"{quoted(entry.name)} is not read: {reason}", hint) if reason else None
        yield entry, called, refused


def _is_meant(entry: Traversable) -> bool:
    """Whether an entry of the folder looks like a file of scenarios; `.yml` does too, and is told about."""
    return entry.name.lower().endswith((SUFFIX, ".yml")) and not entry.name.startswith(".") and entry.is_file()


def _objection(folder: Traversable, entry: Traversable, number: int) -> tuple[str, str]:
    """Why an entry is not read, and what to do about it; nothing when it is."""
    try:
        check_format("file-name", entry.name)
    except ValueError:
        return "its name is no plain one", "use letters without accents, digits, `.`, `_` and `-`"
    if not entry.name.endswith(SUFFIX):
        return f"its name does not end in `{SUFFIX}`", f"call it `{entry.name.rpartition('.')[0]}{SUFFIX}`"
    if isinstance(folder, Path) and isinstance(entry, Path) and not entry.resolve().is_relative_to(folder.resolve()):
        return "it is a link that leads out of the policy's folder", "put the file itself there"
    if number >= MOST_FILES:
        return f"there are more than {MOST_FILES} files", "put more scenarios into each"
    return "", ""


def _read(file: Traversable) -> bytes:
    """Its bytes, as far as anybody looks at them: a longer file is refused for its length."""
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _source(called: str, data: bytes) -> list[Source]:
    try:
        return [Source(called, data.decode("utf-8-sig"))]
    except UnicodeDecodeError:
        return []
