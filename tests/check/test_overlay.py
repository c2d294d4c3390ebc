"""Overlays: a policy laid over the one it extends, item by item, each value knowing its own file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from check.desk import SECTIONS, desk

from upheld.core.errors import PolicyError
from upheld.loading import Examined, examine, load_policy

PLUGIN = """
@hookimpl
def upheld_policies():
    return [ProvidedPolicy({id!r}, files(__name__))]
"""
Install = Callable[..., Path]
Put = Callable[..., None]
HOUSE = desk(
    policy="house",
    version="2.0.0",
    severities="[{id: high, assumes: [usual]}, {id: low, assumes: [usual]}]",
    events="{submit: {by: agent, data: {severity: {}}, sets: {severity: event.severity}}, close: {by: agent}}",
    rules="[{id: open-only, on: close, when: {state: closed}, refuse: always, assumes: [usual]}]",
    queue="[{by: received, assumes: [usual]}]",
)
OWN = "upheld: 1\npolicy: shop\nversion: 1.0.0\nextends: house@2.0.0\n"


@pytest.fixture
def put(install: Install) -> Put:
    """Install policies to extend: id and text of each."""

    def installed(**texts: str) -> None:
        for name, text in texts.items():
            module = f"upheld_{name}"
            (install(module, PLUGIN.format(id=name), name) / "policy.yaml").write_text(text, encoding="utf-8")

    return installed


@pytest.fixture(autouse=True)
def house(put: Put) -> None:
    put(house=HOUSE)


def shop(text: str = "") -> Examined:
    """A policy over the house's."""
    return examine(f"{OWN}{text}".encode(), "shop.yaml")


def told(text: str) -> list[str]:
    """What is said of it, each with its place."""
    return [f"{each.where}: {each.code} {each.message}" for each in shop(text).findings]


def test_everything_is_inherited_but_what_is_its_own() -> None:
    """Name, version, status, dates and title are each policy's own."""
    result = shop()
    policy = result.policy

    assert () == result.findings
    assert policy is not None
    assert ("shop", "1.0.0", "house@2.0.0", "Europe/Paris") == (policy.id, policy.version, policy.extends, policy.zone)
    assert ["high", "low"] == [each.id for each in policy.severities]
    assert ["submit", "close"] == list(policy.events)


def test_what_is_written_again_replaces_the_whole() -> None:
    """Sections without names: languages, the vendor, the queue."""
    policy = shop("zone: Etc/UTC\nvendor: {name: Shop}\nqueue: [{by: severity, assumes: [usual]}]\n").policy

    assert policy is not None
    assert "Etc/UTC" == policy.zone
    assert "Shop" == policy.vendor.name
    assert ["severity"] == [line.by for line in policy.queue]


def test_items_are_added_at_the_end_or_before_one() -> None:
    text = "severities: [{id: lowest, assumes: [usual]}, {id: urgent, before: low, assumes: [usual]}]\n"
    policy = shop(text).policy

    assert policy is not None
    assert ["high", "urgent", "low", "lowest"] == [each.id for each in policy.severities]


def test_an_item_is_replaced_where_it_stands() -> None:
    policy = shop("severities: [{id: high, override: true, label: Highest, assumes: [usual]}]\n").policy

    assert policy is not None
    assert [("high", "Highest"), ("low", "")] == [(each.id, each.label.text("en")) for each in policy.severities]


def test_an_item_is_removed_with_its_reason() -> None:
    """What still names it is told, in the file in which it does."""
    policy = shop("severities: [{id: low, remove: we have one}]\n").policy
    said = told("states: {closed: {remove: never}, done: {core: closed}}\n")

    assert policy is not None
    assert ["high"] == [each.id for each in policy.severities]
    [missing] = [each for each in said if "UP201" in each]
    assert missing.startswith("upheld_house/policy.yaml:10:")
    assert missing.endswith("state `closed` is not declared")


MISFITS = {
    "an addition of what is there": (
        "roles: {agent: {}}",
        "shop.yaml:5:9: UP902 `agent` stands in the policy extended already",
    ),
    "a replacement of what is not": (
        "roles: {agnet: {override: true}}",
        "shop.yaml:5:9: UP902 `agnet` is not in the policy extended, so nothing is overridden",
    ),
    "a removal of what is not": (
        "roles: {agnet: {remove: x}}",
        "shop.yaml:5:9: UP903 `agnet` is not in the policy extended, so it cannot be removed",
    ),
    "a place that is not there": (
        "severities: [{id: mid, before: lwo, assumes: [usual]}]",
        "shop.yaml:5:32: UP902 `before: lwo` names no item of `severities`",
    ),
    "a place for what is replaced": (
        "severities: [{id: low, override: true, before: high, assumes: [usual]}]",
        "shop.yaml:5:14: UP902 `low` replaces another where that stands, so `before` says nothing",
    ),
    "a replacement in a section that is not there": (
        "channels: {mail: {accepts: all, override: true, assumes: [usual]}}",
        "shop.yaml:5:12: UP902 `mail` is not in the policy extended, so nothing is overridden",
    ),
    "a removal in a section that is not there": (
        "channels: {mail: {remove: x}}",
        "shop.yaml:5:12: UP903 `mail` is not in the policy extended, so it cannot be removed",
    ),
    "a place in a section that is not there": (
        "commitments: [{id: c, before: d, start: {on: submit}, stop: {on: close}, calendar: always, within: 1h,"
        " assumes: [usual]}]",
        "shop.yaml:5:31: UP902 `before: d` names no item of `commitments`",
    ),
}


@pytest.mark.parametrize("text, expected", MISFITS.values(), ids=MISFITS)
def test_what_does_not_fit_is_told(text: str, expected: str) -> None:
    assert [expected] == told(f"{text}\n")


def test_an_item_added_twice_is_declared_twice() -> None:
    """And does not stand in the policy extended."""
    text = "severities: [{id: mid, assumes: [usual]}, {id: mid, assumes: [usual]}]\n"

    assert ["shop.yaml:5:48: UP203 severity `mid` is declared twice"] == told(text)


def test_places_are_those_of_the_file_in_which_a_value_was_written() -> None:
    """A mistake in the house's rule is shown there, one in the shop's here; positions count from the file's own top."""
    text = "rules: [{id: shut, on: close, when: {state: clsoed}, refuse: always, assumes: [usual]}]\n"
    text += "states: {open: {remove: x}}\n"
    said = told(text)

    assert "shop.yaml:5:45: UP205 `state` cannot be `clsoed`" in said
    assert [each for each in said if each.startswith("upheld_house/policy.yaml:10:") and "state `open`" in each]


def test_the_excerpt_is_of_that_file_too() -> None:
    from upheld.report.findings import REPORTS

    report = REPORTS["text"]([shop("states: {closed: {remove: never}, done: {core: closed}}\n")])

    assert "  transitions: [{id: submit" in report or "…" in report
    assert "upheld_house/policy.yaml:10:" in report


def test_only_a_policy_that_extends_may_use_the_words() -> None:
    text = desk(roles="{agent: {override: true}}", severities="[{id: a, before: b, remove: c, assumes: [usual]}]")
    codes = [each.code for each in examine(text.encode(), "desk.yaml").findings]

    assert ["UP904", "UP904", "UP904"] == codes


EXTENDS = {
    "what is not installed": ("hosue@2.0.0", "policy `hosue` is not installed, so it cannot be extended"),
    "another version": ("house@1.0.0", "version `1.0.0` of `house` is not installed"),
}


@pytest.mark.parametrize("reference, message", EXTENDS.values(), ids=EXTENDS)
def test_what_cannot_be_extended(reference: str, message: str) -> None:
    [finding] = examine(OWN.replace("house@2.0.0", reference).encode(), "shop.yaml").findings

    assert ("UP901", "shop.yaml:4:10", message) == (finding.code, finding.where, finding.message)


def test_a_chain_of_policies(put: Put) -> None:
    """Each laid over the one below; every item knows where it was written."""
    middle = OWN.replace("policy: shop", "policy: middle") + "severities: [{id: mid, before: low, assumes: [usual]}]\n"
    put(middle=middle)
    text = (
        OWN.replace("house@2.0.0", "middle@1.0.0")
        + "severities: [{id: low, remove: x}, {id: least, assumes: [usual]}]\n"
    )
    result = examine(text.encode(), "shop.yaml")

    assert result.policy is not None
    assert [
        ("high", "upheld_house/policy.yaml"),
        ("mid", "upheld_middle/policy.yaml"),
        ("least", "shop.yaml"),
    ] == [(each.id, each.place.file) for each in result.policy.severities]
    assert () == result.findings


def test_a_circle_is_told(put: Put) -> None:
    """However long, and by its names."""
    one = OWN.replace("policy: shop", "policy: one").replace("house@2.0.0", "two@1.0.0")
    two = OWN.replace("policy: shop", "policy: two").replace("house@2.0.0", "one@1.0.0")
    put(one=one, two=two)
    [finding] = examine(OWN.replace("house@2.0.0", "one@1.0.0").encode(), "shop.yaml").findings

    assert "policies extend one another in a circle: `one` → `two` → `one`" == finding.message


def test_a_policy_that_extends_itself(put: Put) -> None:
    put(ouroboros=OWN.replace("policy: shop", "policy: ouroboros").replace("house@2.0.0", "ouroboros@1.0.0"))
    with pytest.raises(PolicyError, match="in a circle: `ouroboros` → `ouroboros`"):
        load_policy("ouroboros")


def test_a_chain_that_is_too_long(put: Put) -> None:
    """Nobody could follow where a value comes from."""
    texts = {
        f"link{at}": OWN.replace("policy: shop", f"policy: link{at}").replace("house@2.0.0", f"link{at + 1}@1.0.0")
        for at in range(9)
    }
    put(**texts, link9=desk(policy="link9"))
    [finding] = examine(OWN.replace("house@2.0.0", "link0@1.0.0").encode(), "shop.yaml").findings

    assert finding.message.startswith("policies extend one another more than 8 deep: `link0` → ")


BROKEN = {
    "unreadable": "policy: [",
    "of another shape": HOUSE + "unknown: 1\n",
    "not in the least a policy": "- a list",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_policy_cannot_be_extended(text: str, put: Put) -> None:
    """Its first problem is told, with its place, at `extends`."""
    put(broken=text)
    [finding] = examine(OWN.replace("house@2.0.0", "broken@2.0.0").encode(), "shop.yaml").findings

    assert ("UP901", "shop.yaml:4:10") == (finding.code, finding.where)
    assert finding.message.startswith(
        "policy `broken` cannot be extended, since it has errors itself: upheld_broken/policy.yaml:"
    )
    assert "`upheld check broken` shows them all" == finding.hint


def test_a_broken_policy_in_the_middle_of_a_chain(put: Put) -> None:
    """Its shape is asked too, though it extends another."""
    put(middle=OWN.replace("policy: shop", "policy: middle") + "severities: [1]\n")
    [finding] = examine(OWN.replace("house@2.0.0", "middle@1.0.0").encode(), "shop.yaml").findings

    assert "UP901" == finding.code
    assert "error[UP103]: `1` is a whole number, where a mapping is needed" in finding.message


def test_waivers_of_what_is_inherited_are_inherited(put: Put) -> None:
    """So a policy that adds its own does not lose them; one that nothing needs any more is not the heir's fault."""
    put(
        lax=desk(
            policy="lax",
            version="2.0.0",
            roles="{agent: {}, guest: {}}",
            checks="[{waive: UP202, of: roles/guest, reason: x}]",
        )
    )
    own = OWN.replace("house", "lax")

    def unwaived(text: str) -> list[str]:
        return [each.message for each in examine(f"{own}{text}".encode(), "shop.yaml").findings if not each.waived]

    assert [] == unwaived("")
    assert [] == unwaived("facts: {x: {text: true}}\nchecks: [{waive: UP202, of: facts/x, reason: y}]\n")
    assert [] == unwaived("roles: {guest: {remove: nobody comes}}\n")
    assert ["this waives `UP202` of `facts/x`, and there is no such warning"] == unwaived(
        "checks: [{waive: UP202, of: facts/x, reason: y}]\n"
    )


def digest(text: str) -> str:
    """The digest of a policy's content."""
    policy = examine(text.encode(), "desk.yaml").policy
    assert policy is not None
    return policy.digest


def test_layout_and_comments_do_not_change_the_digest() -> None:
    """Lines, quotes and remarks are for people; what is said, and in which order, is the policy."""
    plain = desk()
    spread = plain.replace(
        "states: {open: {core: open}, closed: {core: closed}}",
        "states:\n  open: {core: 'open'}\n  closed:\n    core: closed",
    )

    assert digest(plain) == digest(f"# a remark\n{spread}\n\n# and another\n")
    assert digest(plain) == digest("\ufeff" + plain)
    assert digest(plain) != digest(plain.replace("core: open", "core: qualified"))
    assert digest(plain) != digest(desk(roles="{agent: {}, guest: {}}"))
    assert digest(plain) != digest(
        plain.replace("open: {core: open}, closed: {core: closed}", "closed: {core: closed}, open: {core: open}")
    )
    assert digest(plain).startswith("sha256:")


def test_the_digest_is_of_what_holds_in_the_end() -> None:
    """A policy that says itself what it could inherit is the same policy, but for the words about it."""
    changed = HOUSE.replace("received", "severity")

    assert digest(HOUSE) != digest(changed)
    assert set(SECTIONS) <= {line.partition(":")[0] for line in HOUSE.splitlines()}


def test_something_of_ones_own_that_nothing_uses_is_left_out() -> None:
    own = "rules: [{id: open-only, remove: nobody asked}]\nroles: {guest: {}}\n"
    hints = {each.item: each.hint for each in shop(own).findings if each.code == "UP202"}

    assert "use it, or leave it out" == hints["roles/guest"]


def test_something_inherited_and_unused_is_said_to_stand_in_the_base(put: Put) -> None:
    """With the lines that take it out."""
    inn = HOUSE.replace("policy: house", "policy: inn").replace("roles: {agent: {}}", "roles: {agent: {}, guest: {}}")
    put(inn=inn)
    own = OWN.replace("house@2.0.0", "inn@2.0.0")
    [hint] = [each.hint for each in examine(own.encode(), "shop.yaml").findings if each.item == "roles/guest"]

    assert (
        "it stands in `inn@2.0.0`, which is extended here: use it, or take it out with `roles: {guest: {remove: WHY}}`"
        == hint
    )
