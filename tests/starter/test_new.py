"""`upheld new`: a starter that is without a fault, and never at the expense of anything that is there."""

from __future__ import annotations

import re
from pathlib import Path
from unicodedata import normalize

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from upheld.check.scenarios import check_scenarios
from upheld.cli import COMMANDS, main
from upheld.cli.failure import DONE, MISUSED
from upheld.document import read_document
from upheld.loading import Examined, examine, examine_policy
from upheld.scenario.files import read_scenarios
from upheld.schema.formats import check_format
from upheld.schema.resources import read_schema
from upheld.starter import TEMPLATE_NAME, TEMPLATE_VENDOR, starter_files, starter_name, vendor_of
from upheld.starter.folder import write_folder

WRITTEN = [
    ".upheld/policy.schema.json",
    ".upheld/scenario.schema.json",
    "README.md",
    "policy.yaml",
    "scenarios/first.yaml",
]


def new(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["new", *arguments])


def written(folder: Path) -> list[str]:
    """Every file in a folder, by its path from there."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def checked(folder: Path) -> Examined:
    """The policy in a folder, examined; no finding, in its scenarios neither."""
    examined = examine_policy(folder / "policy.yaml")
    documents, _, findings = read_scenarios(folder)
    assert () == examined.findings
    assert [] == findings
    assert examined.assembled is not None
    assert [] == check_scenarios(examined.assembled.policy, examined.assembled.vocabulary, documents)
    assert 4 == sum(len(document.items) for document in documents)
    return examined


def test_the_starter_checks_clean_even_strictly(tmp_path: Path) -> None:
    """Not one error or warning, waivers neither; what was written is told, with what to do next."""
    done = new(str(tmp_path / "acme"))

    assert (DONE, "") == (done.exit_code, done.stderr)
    assert WRITTEN == written(tmp_path / "acme")
    assert f"next: upheld check {tmp_path / 'acme' / 'policy.yaml'}" == done.stdout.splitlines()[-1]
    examined = checked(tmp_path / "acme")
    assert examined.policy is not None
    assert ("acme", "Acme") == (examined.policy.id, examined.policy.vendor.name)
    assert () == examined.policy.waivers
    strict = CliRunner().invoke(main, ["check", str(tmp_path / "acme" / "policy.yaml"), "--strict"])
    assert DONE == strict.exit_code


def test_the_starter_is_a_page() -> None:
    """A first policy is read in one go: a hundred lines, none wider than a screen."""
    lines = starter_files("acme", "Acme")["policy.yaml"].decode().splitlines()

    assert len(lines) <= 100
    assert max(map(len, lines)) <= 120
    assert sum("#" in line for line in lines) >= 15


def test_the_starter_is_a_lesson() -> None:
    """It says once what a vendor has to say: an assumption, a calendar, times by severity, a pause, a rule, a timer."""
    policy = examine(starter_files("acme", "Acme")["policy.yaml"], "policy.yaml").policy
    base = examine_policy("base").policy
    assert policy is not None
    assert base is not None

    assert set(base.assumptions) | {"hours"} == set(policy.assumptions)
    assert (1, 3, 2, 1, 1) == tuple(
        map(len, (policy.calendars, policy.severities, policy.commitments, policy.rules, policy.timers))
    )
    assert {"severity"} == {parameter.by for parameter in policy.parameters.values()}
    assert 1 == sum(len(commitment.pause) for commitment in policy.commitments)
    assert set(base.states) | {"auto-closed"} == set(policy.states)


def test_every_value_knows_where_it_was_written() -> None:
    """Of the starter laid over the base: what it adds or replaces is its own, the rest the base's, line by line."""
    resolved = examine(starter_files("acme", "Acme")["policy.yaml"], "policy.yaml").resolved
    assert resolved is not None

    def file(*path: str | int) -> str:
        return resolved.place(path, key=True).file

    assert "policy.yaml" == file("zone") == file("vendor") == file("states", "auto-closed") == file("events", "submit")
    assert "policies/base.yaml" == file("roles", "customer") == file("states", "open") == file("events", "reply")
    assert {"policies/base.yaml"} == {file("transitions", at) for at in range(len(resolved.root["transitions"]))}
    assert {"policy.yaml"} == {file("commitments", at) for at in range(len(resolved.root["commitments"]))}
    assert "override" not in resolved.root["events"]["submit"]
    base = read_document(examine_policy("base").source.text.encode(), "policies/base.yaml")  # type: ignore[union-attr]
    assert base.place(["states", "in-fix"], key=True) == resolved.place(("states", "in-fix"), key=True)


def test_what_the_starter_shows_first_is_not_in_the_base() -> None:
    """The base promises nothing: no time, no hours, no way in, no severity, nothing billed."""
    base = examine_policy("base").policy
    assert base is not None

    promised = (base.severities, base.channels, base.calendars, base.parameters, base.commitments, base.timers)
    assert [0] * 6 == [len(section) for section in promised]
    assert {"customer", "agent"} == set(base.roles)
    assert ("en", "fr") == base.languages
    assert all(item.assumes and not item.clauses for item in base.transitions)


def test_a_state_that_a_policy_adds_takes_part_in_the_moves_of_the_base() -> None:
    """The moves of the base name core states, so a vendor's own state needs no `override`."""
    text = starter_files("acme", "Acme")["policy.yaml"].decode()
    added = text.replace("states: ", "states:\n  checking: {core: in-fix, label: Being checked, assumes: [hours]}\nx: ")
    added = re.sub(r"\nx: .*\n", "\n", added).replace("events:\n", "events:\n  hand-over: {by: agent}\n")
    added += "transitions:\n  - {id: hand-over, on: hand-over, from: in-fix, to: checking, assumes: [hours]}\n"
    examined = examine(added.encode(), "policy.yaml")
    assert examined.policy is not None

    assert () == examined.findings
    origins = {move.id: move.origins for move in examined.policy.transitions}
    assert all("checking" in origins[move] for move in ("ask", "resolve", "withdraw", "work-around"))
    assert "checking" not in (*origins["close"], *origins["reopen"])


@pytest.mark.parametrize("folder", ["acme", "./acme", "a folder/with spaces", "é/ô", "a'b\"c", "-acme", "acme/"])
def test_any_path_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """Relative or absolute, with spaces, accents and quotes; the policy is called after the folder."""
    monkeypatch.chdir(tmp_path)
    Path(folder).parent.mkdir(exist_ok=True)

    for path in (folder, str(tmp_path / f"{folder.rstrip('/')}-2")):
        assert DONE == new("--", path).exit_code
        assert WRITTEN == written(tmp_path / path)
        checked(tmp_path / path)


@pytest.mark.parametrize(
    "folder, name",
    [
        ("acme", "acme"),
        ("Acme Support", "acme-support"),
        ("Café_Crème", "cafe-creme"),
        ("Straße", "strasse"),
        ("ACME.2026", "acme-2026"),
        ("--acme--", "acme"),
    ],
)
def test_the_folder_gives_the_policy_its_name(folder: str, name: str) -> None:
    """In kebab-case, without accents; the vendor is called likewise until somebody says better."""
    assert name == starter_name(folder)
    check_format("id", starter_name(folder))


def test_a_name_and_a_vendor_may_be_given(tmp_path: Path) -> None:
    """Whatever characters the vendor's name has, the YAML says it."""
    vendor = 'Müller & "Söhne" \\ #1: {AG} 🎫'

    assert DONE == new(str(tmp_path / "x"), "--name", "mueller", "--vendor", vendor).exit_code

    policy = checked(tmp_path / "x").policy
    assert policy is not None
    assert ("mueller", vendor) == (policy.id, policy.vendor.name)
    assert f"What {vendor} promises in support" == policy.title.text("en")


@pytest.mark.parametrize("name", ["123", "007", "1e3", "true", "false", "null", "9" * 64, "2026-01-01"])
def test_a_name_that_looks_like_something_else_is_a_text(tmp_path: Path, name: str) -> None:
    """The policy's name is quoted where YAML needs it, so that the starter checks clean under any name."""
    assert DONE == new(str(tmp_path / "x"), "--name", name).exit_code

    policy = checked(tmp_path / "x").policy
    assert policy is not None
    assert name == policy.id


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40))
def test_a_vendor_is_said_as_it_is(vendor: str) -> None:
    """No name breaks out of its place in the YAML, whatever its characters; the reader composes them (NFC)."""
    root = read_document(starter_files("acme", vendor)["policy.yaml"], "policy.yaml").root
    other = read_document(starter_files("acme", "Acme")["policy.yaml"], "policy.yaml").root
    said = normalize("NFC", vendor)

    assert {"name": said, "country": "FR", "language": "en"} == root["vendor"]
    assert f"What {said} promises in support" == root["title"]
    assert {**other, "vendor": root["vendor"], "title": root["title"]} == root


ODD = {
    "a script without Latin letters": (["日本"], "no policy can be called after the folder `日本`; give it a name"),
    "only points": (["..."], "no policy can be called after the folder `...`"),
    "a name of 5,000 letters": (["x" * 5_000], f"no policy can be called after the folder `{'x' * 60}"),
    "what a terminal obeys": (["a\x1b\nb"], "a folder called `a??b` could not be shown"),
    "a name that is none": (["a", "--name", "In_Fix"], "`In_Fix` is no name: use lower-case letters, digits"),
    "an empty name": (["a", "--name", ""], "`` is no name"),
    "a name too long": (["a", "--name", "a" * 65], "a name has at most 64 characters, and this one 65"),
    "the name of an installed policy": (["base"], "a policy `base` is installed already; give yours another name"),
    "the same by --name": (["a", "--name", "base"], "a policy `base` is installed already"),
    "an empty vendor": (["a", "--vendor", " "], "the vendor's name cannot be used: this text is empty"),
    "a vendor on two lines": (["a", "--vendor", "a\nb"], "the vendor's name cannot be used: this text breaks the line"),
    "a vendor too long": (["a", "--vendor", "a" * 201], "a vendor's name has at most 200 characters"),
    "no parent": (["a/b"], "there is no folder"),
}


@pytest.mark.parametrize("arguments, message", ODD.values(), ids=ODD.keys())
def test_odd_names_are_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    """With what to do instead; nothing is written, and no traceback shown."""
    monkeypatch.chdir(tmp_path)

    done = new(*arguments)

    assert (MISUSED, "") == (done.exit_code, done.stdout)
    assert done.stderr.startswith(f"error: {message}")
    assert 1 == done.stderr.count("\n")
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "there", ["a file", "an empty folder", "a folder", "a link to nothing", "the folder one is in"]
)
def test_nothing_that_exists_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str) -> None:
    """Not even an empty folder: whatever is there, somebody else put it there."""
    monkeypatch.chdir(tmp_path)
    target = Path("acme")
    if there == "a file":
        target.write_text("mine", encoding="utf-8")
    elif there == "a link to nothing":
        target.symlink_to("elsewhere")
    elif there == "the folder one is in":
        target = Path()
    else:
        target.mkdir()
    if there == "a folder":
        (target / "policy.yaml").write_text("mine", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))

    done = new(str(target), "--name", "acme")

    assert (MISUSED, "") == (done.exit_code, done.stdout)
    assert done.stderr.endswith("` exists already, and nothing is written over; name a new folder\n")
    assert before == sorted(tmp_path.rglob("*"))
    if there == "a folder":
        assert "mine" == (target / "policy.yaml").read_text(encoding="utf-8")


def test_it_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """THREATS F14: an attempt that fails half way leaves nothing, not even a hidden folder."""
    with pytest.raises(OSError) as caught:
        write_folder(tmp_path / "acme", {"a": b"1", "a/b": b"2"})

    assert str(tmp_path / "acme") == caught.value.filename
    assert [] == list(tmp_path.iterdir())


def test_every_file_is_utf8_with_line_feeds(tmp_path: Path) -> None:
    """On any system and in any locale, and each ends with its last line."""
    new(str(tmp_path / "acme"), "--vendor", "Société")

    for path in WRITTEN:
        data = (tmp_path / "acme" / path).read_bytes()
        assert data.decode("utf-8").endswith("\n"), path
        assert b"\r" not in data, path
        assert not data.startswith(b"\xef\xbb\xbf"), path


def test_the_template_holds_its_names_where_they_are_replaced() -> None:
    """The vendor's always between quotes, since anything may stand in a vendor's name."""
    text = starter_files(TEMPLATE_NAME, TEMPLATE_VENDOR)["policy.yaml"].decode()

    assert 1 == text.count(TEMPLATE_NAME)
    assert [f'name: "{TEMPLATE_VENDOR}"', f'"What {TEMPLATE_VENDOR} promises in support"'] == re.findall(
        rf'name: "{TEMPLATE_VENDOR}"|"[^"]*{TEMPLATE_VENDOR} [^"]*"', text
    )
    assert 2 == text.count(TEMPLATE_VENDOR)
    made = starter_files("acme", "Bolt")
    for path in ("policy.yaml", "scenarios/first.yaml", "README.md"):
        assert not re.search(f"{TEMPLATE_NAME}|{TEMPLATE_VENDOR}", made[path].decode()), path


def test_the_editor_finds_the_schemas_from_where_they_are_named() -> None:
    """By a path relative to the file, to a copy beside it: it works without a network and without an installation."""
    made = starter_files("acme", vendor_of("acme"))

    for path, name in {"policy.yaml": "policy", "scenarios/first.yaml": "scenario"}.items():
        line = made[path].decode().splitlines()[0]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", line)
        assert found, path
        steps = [*Path(path).parent.parts, *found[1].split("/")]
        while ".." in steps:
            del steps[steps.index("..") - 1 : steps.index("..") + 1]
        assert read_schema(name) == made["/".join(steps)]


def test_the_readme_names_commands_that_there_are() -> None:
    """A newcomer types them as they stand; the first is run by the tests above."""
    text = starter_files("acme", "Acme")["README.md"].decode()
    commands = re.findall(r"^\$ upheld (\S+)", text, re.MULTILINE)

    assert ["check", "test", "show", "schema", "schema"] == commands
    assert set(commands) <= set(COMMANDS)
