"""Loading: from a file to a policy, or to everything that is wrong with it.

Reading, then shape, then meaning: each phase reports all of its problems at once,
and the next one runs only on what has passed the one before. So a newcomer reads
one kind of problem at a time, each at its place.

    >>> load_policy("base").id
    'base'
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from upheld.core.condition.condition import hooks_read
from upheld.core.errors import DocumentError, PolicyError, UnknownPolicyError
from upheld.core.finding import Finding, Place, in_order
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.policy.policy import Policy
from upheld.core.versions.term import in_order as versions_in_order
from upheld.document import MAX_BYTES, Document, Limits, Source, read_document
from upheld.document.catalogue import finding
from upheld.loader import Assembled, assemble
from upheld.loader.draft import UNREADABLE
from upheld.loader.overlay import Resolved, overlaid, plain, stray_words
from upheld.plugins import InstalledPolicy, installed_conditions, installed_policies, installed_policy
from upheld.schema.shape import shape_findings

KEPT: Final = Limits(
    64 * 2**20,
    4_000_000,
    "a policy with all that it extends is not as large as this",
    "adopt the policy anew",
)
"""What is read of a policy that somebody kept."""

_VERSIONED: Final = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)@([0-9]+(?:\.[0-9A-Za-z-]+)*)")

LONGEST_CHAIN = 8
"""Policies that may extend one another in a row."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known of one policy's document.

    Attributes:
        name: What places in it are called.
        findings: Everything found, waived warnings included, in the order of their places.
        assembled: The policy and its names, where reading and shape allowed to make one; it may still have errors.
        resolved: Its document with overlays applied, likewise.
        source: The text, for excerpts; ``None`` when it could not even be decoded.
        scenarios: The texts of the scenarios beside it, where they were looked at.
    """

    name: str
    findings: tuple[Finding, ...]
    assembled: Assembled | None = field(default=None, repr=False)
    resolved: Resolved | None = field(default=None, repr=False)
    source: Source | None = field(default=None, repr=False)
    scenarios: tuple[Source, ...] = field(default=(), repr=False)

    @property
    def policy(self) -> Policy | None:
        """The policy, where one could be made."""
        return self.assembled.policy if self.assembled else None

    @property
    def opaque(self) -> tuple[str, ...]:
        """The conditions that plugins decide: nothing is proved about them."""
        readings = self.assembled.readings if self.assembled else ()
        return tuple(sorted({hook for each in readings for hook in hooks_read(each.condition)} - {UNREADABLE.hook}))

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make the policy unusable."""
        return tuple(each for each in self.findings if each.level == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The warnings that the policy does not waive."""
        return tuple(each for each in self.findings if each.level == "warning" and not each.waived)


def load_policy(policy: str | Path) -> Policy:
    """The policy of this installed id, or in this file.

    Raises: UnknownPolicyError when there is neither; PolicyError, with all findings, when it has errors.
    """
    examined = examine_policy(policy)
    if examined.errors or examined.policy is None:
        raise PolicyError(examined.errors)
    return examined.policy


def examine_policy(policy: str | Path, *, texts: Sequence[Path] = ()) -> Examined:
    """Read and check an installed policy, or the one in a file.

    Args:
        texts: Folders with the texts of the sources, against which quotes are verified.

    Raises: UnknownPolicyError when there is neither; OSError when the file cannot be read.
    """
    data, name = _read(policy)
    return examine(data, name, texts=texts)


def located(policy: str | Path) -> Path | InstalledPolicy:
    """Where a policy is: what looks like a path, or is a file, is one; all else is the id of an installed one.

    ``ID@VERSION`` is the installed policy of this id, if that is its version, or what its version begins with.

    Raises: UnknownPolicyError when none of this id, or of this version, is installed.
    """
    if not isinstance(policy, str | Path):
        raise UnknownPolicyError(f"{quoted(policy)} is no policy: give the id of an installed one, or a path")
    path = Path(policy)
    if isinstance(policy, str) and (named := _VERSIONED.fullmatch(policy)) and not path.is_file():
        return _installed_version(named[1], named[2])
    if isinstance(policy, Path) or path.suffix or len(path.parts) > 1 or path.is_file():
        return path
    try:
        return installed_policy(policy)
    except UnknownPolicyError as error:
        if path.is_dir():
            raise UnknownPolicyError(
                f"`{policy}` is a folder; name the policy's file in it, such as `{policy}/policy.yaml`"
            ) from error
        raise


def _installed_version(policy_id: str, version: str) -> InstalledPolicy:
    found = installed_policy(policy_id)
    installed = examine(found.read(), found.name).policy
    there = "" if installed is None else installed.version
    if f"{there}.".startswith(f"{version}."):
        return found
    raise UnknownPolicyError(
        f"policy `{policy_id}` is installed in version `{there}`, and not in `{version}`; name the file of the other"
    )


def _read(policy: str | Path) -> tuple[bytes, str]:
    """The bytes of a policy and the name for places in it."""
    found = located(policy)
    if isinstance(found, Path):
        try:
            with found.open("rb") as file:
                return file.read(MAX_BYTES + 1), found.as_posix()
        except ValueError as error:  # it holds a character that no path holds
            raise UnknownPolicyError(f"{quoted(found)} is no path") from error
    return found.read(), found.name


def load_versions(
    policies: Sequence[str | Path],
) -> tuple[tuple[tuple[str | Path, Policy], ...], tuple[Finding, ...]]:
    """The versions of one policy, the first in force first, each with what it was asked for by.

    Returns: these, and what is to be warned of: days of none of them.
    Raises: as `load_policy` does; PolicyError for days of two of them, and for what is no version of the same policy.
    """
    from upheld.check import check_versions  # as in `examine`

    loaded = [(each, load_policy(each)) for each in policies]
    versions = versions_in_order([policy for _, policy in loaded])
    findings = [each for _, each in check_versions(versions)]
    errors = tuple(each for each in findings if each.level == "error")
    if errors:
        raise PolicyError(errors)
    return tuple(sorted(loaded, key=lambda each: versions.index(each[1]))), tuple(findings)


def beside_one_another(examined: Sequence[Examined]) -> list[Examined]:
    """The same, each with what is wrong between it and the other versions of its policy; where all can be read."""
    from upheld.check import check_versions  # as in `examine`

    policies = [each.policy for each in examined if each.policy is not None]
    if len(policies) < len(examined):
        return [*examined]
    versions = versions_in_order(policies)
    found: dict[int, list[Finding]] = {}
    for policy, told in check_versions(versions):
        found.setdefault(id(policy), []).append(told)
    return [replace(each, findings=(*each.findings, *in_order(found.get(id(each.policy), [])))) for each in examined]


def examine(data: bytes, name: str, *, texts: Sequence[Path] = ()) -> Examined:
    """Check a policy's text; ``name`` is what places in it are called."""
    try:
        document = read_document(data, name)
    except DocumentError as error:
        return Examined(name, error.findings, source=_source(data, name))
    shape = shape_findings(document, "policy")
    if any(each.level == "error" for each in shape):
        return Examined(name, tuple(_with_versions(shape, document)), source=document.source)
    resolved, findings = _resolve(document, ())
    if any(each.level == "error" for each in findings):
        return Examined(name, tuple(in_order([*shape, *findings])), source=document.source)
    from upheld.check import check_meaning  # a policy that was kept is read without it, and it is large

    assembled = assemble(resolved)
    hooks = {name: each.reads for name, each in installed_conditions().items()}
    found = check_meaning(assembled, resolved, hooks=hooks, texts=texts, before=shape)
    return Examined(name, tuple(in_order(found)), assembled, resolved, document.source)


def policy_of_document(document: str, name: str) -> Policy:
    """The policy whose document somebody kept (`Policy.document`), which was checked then.

    Raises: PolicyError where it is none, or not one any more.
    """
    try:
        read = read_document(document.encode(), name, limits=KEPT)
    except DocumentError as error:
        raise PolicyError(error.findings) from None
    shape = [each for each in shape_findings(read, "policy") if each.level == "error"]
    if shape:
        raise PolicyError(in_order(shape))
    return assemble(plain(read)).policy


def _with_versions(shape: Sequence[Finding], document: Document) -> list[Finding]:
    """The same findings; of a policy that is extended without a version, which one is installed."""
    name = document.root.get("extends")
    found = next((each for each in installed_policies() if each.id == name), None)
    if found is None:
        return [*shape]
    place, message = document.place(("extends",)), f"`{name}` says not which version of it"
    try:
        there = read_document(found.read(), found.name).root.get("version")
    except DocumentError:
        return [*shape]
    told = finding("UP105", place, message, f"installed is `{name}@{there}`: write that")
    return [told if (each.code, each.place) == (told.code, place) else each for each in shape]


def _source(data: bytes, name: str) -> Source | None:
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None


def _resolve(document: Document, above: tuple[str, ...]) -> tuple[Resolved, list[Finding]]:
    """The document laid over what it extends, and that over what it extends in turn."""
    reference = document.root.get("extends")
    if not isinstance(reference, str):
        return plain(document), stray_words(document)
    place = document.place(("extends",))
    name, _, version = reference.partition("@")
    if name in above or len(above) >= LONGEST_CHAIN:
        chain = " → ".join(f"`{each}`" for each in (*above, name))
        how = "in a circle" if name in above else f"more than {LONGEST_CHAIN} deep"
        message = f"policies extend one another {how}: {chain}"
        return plain(document), [finding("UP901", place, message, "extend one that extends none of these")]
    known = {each.id: each for each in installed_policies()}
    if name not in known:
        near = nearest(name, known)
        hint = f"did you mean `{near}`?" if near else f"installed are {listed(known)}"
        return plain(document), [
            finding("UP901", place, f"policy `{name}` is not installed, so it cannot be extended", hint)
        ]
    try:
        base = read_document(known[name].read(), known[name].name)
    except DocumentError as error:
        return plain(document), [_broken(place, name, error.findings)]
    return _lay_over(document, base, version, (*above, name))


def _broken(place: Place, name: str, findings: Sequence[Finding]) -> Finding:
    """What the author of a policy is told whose base has problems of its own before its meaning is asked."""
    message = f"policy `{name}` cannot be extended, since it has errors itself: {findings[0]}"
    return finding("UP901", place, message, f"`upheld check {name}` shows them all")


def _lay_over(
    document: Document, base: Document, version: str, above: tuple[str, ...]
) -> tuple[Resolved, list[Finding]]:
    place = document.place(("extends",))
    there = base.root.get("version")
    if version != there:
        message = f"version `{version}` of `{above[-1]}` is not installed"
        return plain(document), [
            finding("UP901", place, message, f"installed is `{above[-1]}@{there}`: read what changed, then name it")
        ]
    broken = [each for each in shape_findings(base, "policy") if each.level == "error"]
    if broken:
        return plain(document), [_broken(place, above[-1], broken)]
    below, findings = _resolve(base, above)
    if any(each.level == "error" for each in findings):
        return below, findings
    resolved, misfits = overlaid(document, below)
    return resolved, [*findings, *misfits]
