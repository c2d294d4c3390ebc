"""Plugins: what is installed is found, in a fixed order; what is broken is named, and never more than that."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from upheld.core.errors import PluginError, UnknownPolicyError
from upheld.plugins import asked_twice, installed_conditions, installed_policies, installed_policy
from upheld.testing import outcomes

Install = Callable[..., Path]

VENDORS = ["entropics", "greenmash", "manao", "mapping", "proconcept"]

POLICY = """
@hookimpl
def upheld_policies():
    return [ProvidedPolicy({id!r}, files(__name__))]
"""
CONDITION = """
@hookimpl
def upheld_conditions():
    def holds(facts):
        {body}
    return [ProvidedCondition({name!r}, {reads!r}, holds)]
"""


def test_the_built_in_policy_and_the_five_vendors_are_installed() -> None:
    """The engine's own policies are found by the same mechanism as everybody's."""
    assert ["base", *VENDORS] == [policy.id for policy in installed_policies()]
    assert {"upheld"} == {policy.origin.distribution for policy in installed_policies()}


def test_a_newcomer_is_found_in_the_order_of_ids(install: Install) -> None:
    """Whatever the plugins are called: the list is sorted by id."""
    install("zebra_support", POLICY.format(id="first-among-equals"), point="zebra")

    found = {policy.id: policy for policy in installed_policies()}

    assert ["base", "entropics", "first-among-equals", *VENDORS[1:]] == list(found)
    newcomer = found["first-among-equals"]
    assert "plugin `zebra` of zebra_support 1.2" == str(newcomer.origin)
    assert "zebra_support/policy.yaml" == newcomer.name


def test_a_policy_is_read_when_asked_for(install: Install) -> None:
    """Listing reads nothing; a file that is missing is told when it is wanted, with its owner."""
    package = install("acme_support", POLICY.format(id="acme"))

    policy = installed_policy("acme")
    with pytest.raises(PluginError, match="plugin `acme_support` of acme_support 1.2 cannot show its policy `acme`"):
        policy.read()
    (package / "policy.yaml").write_text("upheld: 1\n", encoding="utf-8")

    assert b"upheld: 1\n" == policy.read()


def test_an_unknown_policy_is_told_with_the_nearest_name() -> None:
    with pytest.raises(UnknownPolicyError, match="no policy `proconsept` is installed; did you mean `proconcept`?"):
        installed_policy("proconsept")
    with pytest.raises(UnknownPolicyError, match=re.escape("installed are `base`, `entropics`")):
        installed_policy("x")


def test_a_module_that_merely_lies_there_is_not_loaded(install: Install) -> None:
    """THREATS F09: only an entry point makes a plugin, never a file with the right name in some folder."""
    package = install("acme_support", POLICY.format(id="acme"))
    (package.parent / "upheld_intruder.py").write_text("raise AssertionError('loaded')", encoding="utf-8")

    assert ["acme", "base", *VENDORS] == [policy.id for policy in installed_policies()]


BROKEN = {
    "it does not import": ("import no_such_module", "cannot be loaded: ModuleNotFoundError: No module named"),
    "it leaves": ("raise SystemExit(0)", "cannot be loaded: SystemExit: 0"),
    "it raises": (
        "@hookimpl\ndef upheld_policies():\n    raise RuntimeError('two\\nlines')",
        "failed in `upheld_policies`: RuntimeError: two lines",
    ),
    "it returns nothing useful": (
        "@hookimpl\ndef upheld_policies():\n    return 7",
        "failed in `upheld_policies`: TypeError: 'int' object is not iterable",
    ),
    "it returns something else": (
        "@hookimpl\ndef upheld_policies():\n    return ['acme']",
        "returned something else than ProvidedPolicy from `upheld_policies`",
    ),
    "it implements a hook that does not exist": (
        "@hookimpl\ndef upheld_polices():\n    return []",
        "does not fit: PluginValidationError: unknown hook 'upheld_polices'",
    ),
    "it wants arguments that the hook does not have": (
        "@hookimpl\ndef upheld_policies(clock):\n    return []",
        "does not fit: PluginValidationError: Plugin 'acme_support' for hook 'upheld_policies'",
    ),
    "its id is no name": (POLICY.format(id="../acme"), "gives a policy the id `../acme`, which is not kebab-case"),
    "its id is in no alphabet of ours": (POLICY.format(id="аcme"), "which is not kebab-case"),
    "its id is very long": (POLICY.format(id="a" * 65), "which is not kebab-case"),
    "its file lies elsewhere": (
        "@hookimpl\ndef upheld_policies():\n    return [ProvidedPolicy('acme', files(__name__), '../../passwd')]",
        "names the file `../../passwd`, which is not one in its folder",
    ),
    "its folder is a text": (
        "@hookimpl\ndef upheld_policies():\n    return [ProvidedPolicy('acme', '/')]",
        "gives a folder that cannot be read",
    ),
}


@pytest.mark.parametrize("text, complaint", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_plugin_is_named(install: Install, text: str, complaint: str) -> None:
    """THREATS F10: one line with the plugin, its distribution and what it did."""
    install("acme_support", text)

    with pytest.raises(PluginError) as raised:
        installed_policies()

    assert str(raised.value).startswith("plugin `acme_support` of acme_support 1.2 ")
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_two_policies_of_one_id_are_refused(install: Install) -> None:
    """Neither wins: which policy judges a ticket must not depend on the order of installation."""
    install("acme_support", POLICY.format(id="proconcept"))

    both = "plugin `acme_support` of acme_support 1.2 and plugin `proconcept` of upheld"
    with pytest.raises(PluginError, match=f"{both} .* both provide the policy `proconcept`"):
        installed_policies()


def test_two_plugins_of_one_name_are_refused(install: Install) -> None:
    install("acme_support", POLICY.format(id="acme"), point="acme")
    install("other_support", POLICY.format(id="other"), point="acme")

    with pytest.raises(PluginError, match="have the same name; uninstall one of them"):
        installed_policies()


def test_a_condition_gets_what_it_declared_and_no_more(install: Install) -> None:
    """A verdict can tell which facts decided, because nothing else was there to be read."""
    body = "return list(facts) == ['customer']"
    install("acme_support", CONDITION.format(name="acme.is-vip", reads=["customer"], body=body))

    condition = installed_conditions()["acme.is-vip"]

    assert ("customer",) == condition.reads
    assert condition.holds({"customer": "someone", "severity": "high"})


MISBEHAVING = {
    "it writes": ("facts['customer'] = 'me'", "TypeError: 'mappingproxy' object does not support item assignment"),
    "it reads more": ("return facts['severity']", "failed in condition `acme.is-vip`: KeyError: 'severity'"),
    "it leaves": ("raise SystemExit", "failed in condition `acme.is-vip`: SystemExit"),
    "it has no answer": ("return None", "answered neither true nor false in condition `acme.is-vip`"),
    "it answers with a number": ("return 1", "answered neither true nor false in condition `acme.is-vip`"),
}


@pytest.mark.parametrize("body, complaint", MISBEHAVING.values(), ids=MISBEHAVING.keys())
def test_a_condition_that_misbehaves_is_named(install: Install, body: str, complaint: str) -> None:
    install("acme_support", CONDITION.format(name="acme.is-vip", reads=["customer"], body=body))

    with pytest.raises(PluginError, match=re.escape(complaint)):
        installed_conditions()["acme.is-vip"].holds({"customer": "someone", "severity": "high"})


MOODY = "ASKED = []\n"
MOOD = "ASKED.append(facts); return len(ASKED) % 2 == 1"


def test_a_condition_that_changes_its_mind_is_found_where_policies_are_tested(install: Install) -> None:
    """F10: asked twice with the same facts it answers two ways, so no replay would be the same again."""
    install("acme_support", MOODY + CONDITION.format(name="acme.is-vip", reads=["customer"], body=MOOD))
    condition = installed_conditions()["acme.is-vip"]

    assert condition.holds({"customer": "someone"})
    with asked_twice(), pytest.raises(PluginError, match="answered both true and false to the same facts"):
        condition.holds({"customer": "someone"})


def test_scenarios_ask_plugins_twice(install: Install, tmp_path: Path) -> None:
    """What passes under test may not pass by chance."""
    install("acme_support", MOODY + CONDITION.format(name="acme.is-vip", reads=["customer"], body=MOOD))
    (tmp_path / "policy.yaml").write_text(
        "{upheld: 1, policy: desk, version: 1.0.0, extends: base@1.0.0, zone: Etc/UTC, vendor: {name: Desk},\n"
        "sources: {terms: {title: Terms}}, clauses: {D-1: {says: some are seen to first}},\n"
        "rules: [{id: vip, on: submit, when: {hook: acme.is-vip}, flag: always, clauses: [D-1]}]}\n"
    )
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "one.yaml").write_text(
        "- name: a story\n"
        "  events: [{at: 2026-03-02T09:00Z, event: submit, actor: customer}]\n"
        "  expect: {state: open}\n"
    )

    with pytest.raises(PluginError, match="plugin `acme_support` of .* answered both true and false"):
        outcomes(tmp_path / "policy.yaml")


MISDECLARED = {
    "a name without a vendor": ("is-vip", ["customer"], "calls a condition `is-vip`; it has to be `vendor.name`"),
    "a name that is a path": ("acme./etc", ["customer"], "it has to be `vendor.name`"),
    "a text for a list": ("acme.is-vip", "customer", "does not list the names that condition `acme.is-vip` reads"),
    "a list of something else": ("acme.is-vip", [1], "does not list the names that condition `acme.is-vip` reads"),
}


@pytest.mark.parametrize("name, reads, complaint", MISDECLARED.values(), ids=MISDECLARED.keys())
def test_a_condition_is_declared_properly(install: Install, name: str, reads: object, complaint: str) -> None:
    install("acme_support", CONDITION.format(name=name, reads=reads, body="return True"))

    with pytest.raises(PluginError, match=re.escape(complaint)):
        installed_conditions()


def test_two_conditions_of_one_name_are_refused(install: Install) -> None:
    install("acme_support", CONDITION.format(name="acme.is-vip", reads=[], body="return True"))
    install("other_support", CONDITION.format(name="acme.is-vip", reads=[], body="return False"))

    with pytest.raises(PluginError, match="both provide the condition `acme.is-vip`; uninstall one of them"):
        installed_conditions()
