"""Versions: whether those of a policy meet day by day, and are versions of one policy at all.

Each of them is checked by itself; here stands what only two of them together can have wrong.

Source: DESIGN section 14, "gaps and overlaps are findings"; section 10, "Policies".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from upheld.core.finding import Finding
from upheld.core.nearest import quoted
from upheld.core.policy.policy import Policy
from upheld.core.versions.term import Seam, seams
from upheld.document.catalogue import finding


def check_versions(versions: Sequence[Policy]) -> list[tuple[Policy, Finding]]:
    """Everything that is wrong between the versions, each with the version that it is said of, which is the later one.

    Args:
        versions: In the order in which they come into force.
    """
    found = [(version, each) for place, version in enumerate(versions) for each in _strange(version, versions[:place])]
    return found or [(each.later, _unmet(each)) for each in seams(versions)]


def _strange(version: Policy, earlier: Sequence[Policy]) -> Iterator[Finding]:
    place, told = version.effective.place, f"`{version.id}@{version.version}`"
    for other in earlier[:1]:
        if other.id != version.id:
            message = f"{told} is no version of `{other.id}`"
            yield finding(
                "UP412", place, message, "give versions of one policy, or put the two side by side: `compare`"
            )
            return
    for other in earlier:
        if other.version == version.version:
            hint = f"give each its own: this one is in force from {version.since or 'ever'}"
            yield finding("UP412", place, f"two of these policies are {told}", hint)
        for name in version.accounts.keys() & other.accounts.keys():
            here, there = version.accounts[name], other.accounts[name]
            if here.unit != there.unit:
                message = f"account {quoted(name)} counts {here.unit}, and in `{other.version}` it counts {there.unit}"
                yield finding("UP412", here.place, message, "give an account of another unit another id", item=name)


def _unmet(seam: Seam) -> Finding:
    one, other = seam.earlier, seam.later
    days = f"from {seam.since or 'ever'} until {seam.until or 'further notice'}"
    if seam.since is not None and seam.since == seam.until:
        days = f"on {seam.since}"
    if seam.kind == "overlap":
        message = f"both `{one.version}` and `{other.version}` are in force {days}"
        hint = "begin one of them later"
        if one.since != other.since:
            hint = f"end `{one.version}` before {other.since}, or leave out its `until`: it ends where this one begins"
        return finding("UP411", other.effective.place, message, hint)
    message = f"no version is in force {days}: `{one.version}` has ended, and `{other.version}` has not begun"
    hint = f"leave out `until` of `{one.version}`: it holds until this one begins"
    return finding("UP410", other.effective.place, message, hint, example={"day": str(seam.since)})
