"""`upheld show`: the page on standard output, problems on standard error, a status that tells which."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, FOUND, MISUSED
from upheld.loading import examine_policy, load_policy
from upheld.show import show_markdown, show_mermaid, show_text
from upheld.show.policy.resolved import resolved_yaml

POLICY = """
upheld: 1
policy: acme
version: 1.0.0
zone: Etc/UTC
vendor: {name: Acme}
"""


def show(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["show", *map(str, arguments)])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["base"], lambda policy: show_text(policy, "en")),
        (["base", "--format", "text", "--lang", "fr"], lambda policy: show_text(policy, "fr")),
        (["base", "--format", "markdown"], lambda policy: show_markdown(policy, "en")),
        (["base", "--format", "mermaid", "--lang", "fr"], lambda policy: show_mermaid(policy, "fr")),
    ],
)
def test_formats(arguments: list[str], expected) -> None:
    """Written plainly where nobody looks at a terminal."""
    done = show(*arguments)

    assert (DONE, "") == (done.exit_code, done.stderr)
    assert expected(load_policy("base")) == done.stdout


def test_resolved() -> None:
    examined = examine_policy("base")
    assert examined.resolved is not None

    assert resolved_yaml(examined.resolved) == show("base", "--resolved").stdout


def test_a_file(tmp_path: Path) -> None:
    """POLICY may be a file; a policy with warnings is shown."""
    file = tmp_path / "policy.yaml"
    file.write_text(f"{POLICY}contracts: {{gold: {{}}}}\n", encoding="utf-8")

    done = show(file)

    assert (DONE, "") == (done.exit_code, done.stderr)
    assert done.stdout.startswith("Acme\n════\n")


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (f"{POLICY}statess: {{}}\n", "1 error: run `upheld check policy.yaml`\n"),
        (f"{POLICY}commitments: [{{id: one, start: {{on: x}}, stop: {{on: y}}, within: 4x}}]\n", "1 error"),
        ("policy: [", "1 error"),
    ],
)
@pytest.mark.parametrize("option", [(), ("--resolved",)])
def test_a_policy_with_errors_is_not_shown(text: str, summary: str, option, tmp_path: Path, monkeypatch) -> None:
    """One line says how many there are and which command tells them."""
    (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    done = show("policy.yaml", *option)

    assert (FOUND, "") == (done.exit_code, done.stdout)
    assert done.stderr.startswith(summary)
    assert 1 == done.stderr.count("\n")


def test_errors_are_counted(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "policy.yaml").write_text(f"{POLICY}statess: {{}}\neventss: {{}}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert "2 errors: run `upheld check policy.yaml`\n" == show("policy.yaml").stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bas"], "error: no policy `bas` is installed; did you mean `base`?"),
        (["none.yaml"], "error: none.yaml: no such file or directory"),
        (["base", "--lang", "de"], "error: invalid value for `--lang`"),
        (["base", "--resolved", "--lang", "fr"], "error: `--resolved` shows the policy itself"),
        (["base", "--resolved", "--format", "text"], "error: `--resolved` shows the policy itself"),
        ([], "error: missing argument `POLICY`"),
    ],
)
def test_misuse(arguments: list[str], message: str) -> None:
    """One clear line, and nothing on standard output."""
    done = show(*arguments)

    assert (MISUSED, "") == (done.exit_code, done.stdout)
    assert done.stderr.startswith(message)
    assert 1 == done.stderr.count("\n")
