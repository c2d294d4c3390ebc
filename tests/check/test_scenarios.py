"""Scenarios: every word of them is the policy's own, or its author is told which was meant."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from upheld.check.scenarios import check_scenarios
from upheld.cli import main
from upheld.cli.failure import FOUND
from upheld.core.finding import Finding
from upheld.core.record.reason import FLAGS, REFUSALS
from upheld.document import Source
from upheld.loading import examine_policy
from upheld.plugins import installed_policy
from upheld.scenario.files import examine_scenarios, read_scenarios
from upheld.schema.resources import read_schema

DOCUMENTS = Path(__file__).resolve().parent.parent / "documents"
BAD = sorted(path.stem for path in (DOCUMENTS / "bad" / "desk").glob("*.yaml"))


def findings_of(folder: Path, policy: Path | str = DOCUMENTS / "good" / "desk" / "policy.yaml") -> list[Finding]:
    """What is said of the scenarios in ``folder``, for this policy."""
    examined = examine_policy(policy)
    assert () == examined.findings
    assert examined.assembled is not None
    documents, _, findings = read_scenarios(folder)
    return findings or check_scenarios(examined.assembled.policy, examined.assembled.vocabulary, documents)


def beside(folder: Path, **texts: str) -> Path:
    """A folder with these files of scenarios in it."""
    (folder / "scenarios").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def told(findings: list[Finding], source: Source) -> str:
    """Findings as ``upheld check`` tells them."""
    parts = []
    for finding in findings:
        excerpt = "\n".join(f"    {line}".rstrip() for line in source.excerpt(finding.place, 110).split("\n"))
        parts.append(f"{finding}\n{excerpt}\n" + (f"  hint: {finding.hint}\n" if finding.hint else ""))
    return "".join(parts)


@pytest.mark.parametrize("code", BAD)
def test_a_bad_scenario_is_told_in_the_expected_words(code: str, update: bool, tmp_path: Path) -> None:
    """Each wrong word has its own finding, with the nearest right one; the code names the file."""
    text = (DOCUMENTS / "bad" / "desk" / f"{code}.yaml").read_text(encoding="utf-8")
    findings = findings_of(beside(tmp_path, **{code: text}))
    said = told(findings, Source(code, text))
    expected = DOCUMENTS / "bad" / "desk" / f"{code}.expected"
    if update:
        expected.write_text(said, encoding="utf-8")

    assert expected.read_text(encoding="utf-8") == said
    assert code in {finding.code for finding in findings}


def test_every_key_of_a_scenario_may_be_written() -> None:
    """The good file has them all, so the schema and the checker are shown to accept each."""
    assert [] == findings_of(DOCUMENTS / "good" / "desk")


def test_hours_of_a_customer_are_looked_at(tmp_path: Path) -> None:
    """They need a calendar of the policy that may be a customer's own, and have to be opening times."""
    good = (DOCUMENTS / "good" / "desk" / "policy.yaml").read_text(encoding="utf-8")
    (shared := tmp_path / "policy.yaml").write_text(good.replace("per-customer: true, ", ""), encoding="utf-8")
    story = """\
- name: at another place
  given: {{calendars: {{acme: {{{hours}}}}}}}
  events: [{{at: 2026-03-02T09:00+01:00, event: submit, actor: customer}}]
  expect: {{state: open}}
"""
    hours = "office: {zone: Europe/Rome, weekly: {mon-fri: ['09:00-12:00']}}"
    wrong = hours.replace("12:00", "08:00:00")
    folders = [
        beside(tmp_path / str(n), s=story.format(hours=each)) for n, each in enumerate((hours, wrong, "offise: {}"))
    ]
    own = DOCUMENTS / "good" / "desk" / "policy.yaml"

    found = [
        [each.code for each in findings_of(*pair)]
        for pair in ((folders[0], shared), *((each, own) for each in folders))
    ]

    assert [["UP802"], [], ["UP507"], ["UP801"]] == found


def test_the_good_scenarios_use_every_key_of_the_schema() -> None:
    """A property that no good scenario has would be one that nobody tried."""
    files = ("desk/scenarios/everything.yaml", "credits/scenarios/credits.yaml")
    text = "".join((DOCUMENTS / "good" / name).read_text(encoding="utf-8") for name in files)

    def keys(schema: object) -> set[str]:
        if isinstance(schema, list):
            return set().union(*map(keys, schema))
        if not isinstance(schema, dict):
            return set()
        own = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
        return own.union(*map(keys, schema.values()))

    missing = sorted(key for key in keys(json.loads(read_schema("scenario"))) if f"{key}:" not in text)
    assert ["category"] == missing


def test_the_schema_knows_every_code() -> None:
    """The codes of refusals and flags are the same for the schema, the checker and the engine."""
    kinds = json.loads(read_schema("scenario"))["$defs"]

    assert sorted(REFUSALS) == sorted(kinds["refusal"]["properties"]["code"]["enum"])
    assert sorted(FLAGS) == sorted(kinds["flag"]["properties"]["code"]["enum"])


@pytest.mark.parametrize("policy", ["base", "entropics", "greenmash", "manao", "mapping", "proconcept"])
def test_an_installed_policy_has_its_scenarios_read(policy: str) -> None:
    """What lies beside an installed policy is found through its package, and names nothing unknown."""
    installed = installed_policy(policy)
    documents, _, findings = read_scenarios(installed.folder, installed.folder.name)
    examined = examine_policy(policy)
    assert examined.assembled is not None

    assert [] == findings
    assert [] == check_scenarios(examined.assembled.policy, examined.assembled.vocabulary, documents)


def test_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    """On any machine; what is no file of scenarios is left alone."""
    text = (DOCUMENTS / "bad" / "desk" / "UP203.yaml").read_text(encoding="utf-8").partition("- name: told twice\n")
    one = text[0] + text[1] + text[2].partition("- name")[0]
    folder = beside(tmp_path, b=one, a=one.replace("told twice", "told once"), C=one.replace("told", "sung"))
    (folder / "scenarios" / "notes.txt").write_text("not a scenario", encoding="utf-8")
    (folder / "scenarios" / ".hidden.yaml").write_text("not a scenario", encoding="utf-8")
    (folder / "scenarios" / "folder.yaml").mkdir()

    documents, sources, findings = read_scenarios(folder, "acme")

    assert [] == findings
    names = ["acme/scenarios/C.yaml", "acme/scenarios/a.yaml", "acme/scenarios/b.yaml"]
    assert names == [document.source.name for document in documents]
    assert names == [source.name for source in sources]


def test_a_policy_without_scenarios_has_none(tmp_path: Path) -> None:
    assert ([], [], []) == read_scenarios(tmp_path)


def test_the_same_name_in_two_files_is_found(tmp_path: Path) -> None:
    """Reports name a scenario, so a name stands for one."""
    text = "- name: one\n  events: [{at: 2026-03-02T09:00Z, event: submit, actor: customer}]\n  expect: {state: open}\n"

    findings = findings_of(beside(tmp_path, a=text, b=text))

    assert ["scenarios/b.yaml:1:9: error[UP203]: scenario `one` is told twice"] == [str(each) for each in findings]
    assert "the first stands at scenarios/a.yaml:1:9; say what differs" == findings[0].hint


@pytest.mark.parametrize(
    "name, reason",
    [
        ("été.yaml", "its name is no plain one"),
        ("a b.yaml", "its name is no plain one"),
        ("a\nb.yaml", "its name is no plain one"),
        ("-a.yaml", "its name is no plain one"),
        ("a.yml", "its name does not end in `.yaml`"),
        ("A.YAML", "its name does not end in `.yaml`"),
    ],
)
def test_a_file_with_an_odd_name_is_told_and_not_read(tmp_path: Path, name: str, reason: str) -> None:
    """UP803: a file that looks like scenarios and is not read would be a test that never runs (THREATS F01)."""
    folder = beside(tmp_path)
    (folder / "scenarios" / name).write_text("[", encoding="utf-8")

    documents, _, findings = read_scenarios(folder)

    assert [] == documents
    assert ["UP803"] == [finding.code for finding in findings]
    assert findings[0].message.endswith(f"is not read: {reason}")
    assert findings[0].hint


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="this system has no links")
def test_a_link_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    """A stranger's policy cannot have other files shown in its findings (THREATS F01)."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2\n", encoding="utf-8")
    folder = beside(tmp_path / "policy")
    (folder / "scenarios" / "first.yaml").symlink_to(secret)

    documents, sources, findings = read_scenarios(folder)

    assert ([], []) == (documents, sources)
    assert ["scenarios/first.yaml:1:1: error[UP803]"] == [
        str(each).rpartition(":")[0].rpartition(": `")[0] for each in findings
    ]


def test_every_file_is_told_about_at_once(tmp_path: Path) -> None:
    """One that cannot be read hides neither the others nor what is wrong with their shape."""
    folder = beside(tmp_path, a="[", b="- {name: one}\n", c="name: one\n", d="\n")

    documents, _, findings = read_scenarios(folder)

    assert [] == documents
    assert ["a", "b", "b", "c", "d"] == [Path(finding.place.file).stem for finding in findings]


def test_the_check_of_a_policy_looks_at_its_scenarios(tmp_path: Path) -> None:
    """Their findings come with the policy's, each with its own file's line; not while the policy has errors."""
    policy = (DOCUMENTS / "good" / "desk" / "policy.yaml").read_text(encoding="utf-8")
    wrong = (DOCUMENTS / "bad" / "desk" / "UP203.yaml").read_text(encoding="utf-8")
    path = beside(tmp_path, first=wrong) / "policy.yaml"
    path.write_text(policy, encoding="utf-8")

    done = CliRunner().invoke(main, ["check", str(path)])

    assert FOUND == done.exit_code
    file = (tmp_path / "scenarios" / "first.yaml").as_posix()
    assert f"{file}:4:9: error[UP203]: scenario `told twice` is told twice\n  - name: told twice\n" in done.stdout
    assert "desk 1.0.0: 1 error" == done.stdout.splitlines()[-1]
    path.write_text(policy.replace("to: auto-closed", "to: auto-clsed"), encoding="utf-8")
    examined = examine_scenarios(path, examine_policy(path))
    assert {"UP201"} <= {finding.code for finding in examined.findings}
    assert {path.as_posix(), "policies/base.yaml"} >= {finding.place.file for finding in examined.findings}


def test_the_example_to_copy_has_good_scenarios(root: Path) -> None:
    """The third-party vendor's scenarios name nothing that its policy does not declare."""
    folder = root / "examples" / "third-party-vendor" / "upheld_acme"
    examined = examine_policy(folder / "policy.yaml")
    documents, _, findings = read_scenarios(folder)
    assert examined.assembled is not None

    assert [] == findings
    assert [] == check_scenarios(examined.assembled.policy, examined.assembled.vocabulary, documents)
