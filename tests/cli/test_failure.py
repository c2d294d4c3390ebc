"""Whatever goes wrong: one line on standard error, the right status, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import click
import pytest

from upheld.cli.failure import FOUND, MISUSED, OUTPUT_CLOSED, status_of
from upheld.core.errors import DocumentError, PluginError
from upheld.core.finding import Finding, Place

FINDING = Finding("UP201", Place("policy.yaml", 31, 9), "state `in_fix` is not declared")


def upheld(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a person would."""
    command = [sys.executable, "-m", "upheld", *arguments]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, check=False)


def raising(error: BaseException) -> None:
    raise error


HINTED = Finding("UP101", Place("map.yaml", 6, 1), "unknown key `colums`", "did you mean `columns`?")

FAILURES = {
    "an error of ours": (PluginError("plugin `x` is broken"), MISUSED, "error: plugin `x` is broken\n"),
    "a document": (
        DocumentError([FINDING, FINDING]),
        MISUSED,
        "policy.yaml:31:9: error[UP201]: state `in_fix` is not declared (and 1 more)\n",
    ),
    "a document, with what to do": (
        DocumentError([HINTED, FINDING]),
        MISUSED,
        "map.yaml:6:1: error[UP101]: unknown key `colums`: did you mean `columns`? (and 1 more)\n",
    ),
    "a file": (
        FileNotFoundError(2, "No such file or directory", "x.yaml"),
        MISUSED,
        "error: x.yaml: no such file or directory\n",
    ),
    "what is no path": (
        OSError(36, "File name too long", "x" * 5_000),
        MISUSED,
        f"error: {'x' * 400}…: file name too long\n",
    ),
    "a misuse": (
        click.BadParameter("`x` is no instant; there are\n\ta,\n\tb", param_hint="--at"),
        MISUSED,
        "error: invalid value for `--at`: `x` is no instant; there are a, b\n",
    ),
    "Ctrl-C": (click.exceptions.Abort(), 130, "error: interrupted\n"),
    "a mistake of ours": (
        KeyError("in_fix"),
        MISUSED,
        "error: internal error, please report it (UPHELD_DEBUG=1 shows where): KeyError: 'in_fix'\n",
    ),
    "a mistake without words": (
        RecursionError(),
        MISUSED,
        "error: internal error, please report it (UPHELD_DEBUG=1 shows where): RecursionError\n",
    ),
    "tricks for a terminal": (PluginError("a\x1b[2J\nb\u202ec"), MISUSED, "error: a\\x1b[2J\\nb\\u202ec\n"),
}


@pytest.mark.parametrize("error, status, line", FAILURES.values(), ids=FAILURES.keys())
def test_a_failure_is_one_line_and_a_status(
    capsys: pytest.CaptureFixture[str], error: BaseException, status: int, line: str
) -> None:
    assert status == status_of(lambda: raising(error))
    assert ("", line) == capsys.readouterr()


def test_a_command_says_its_own_status(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing returned is done; a number is what the command found."""
    assert 0 == status_of(lambda: None)
    assert FOUND == status_of(lambda: FOUND)
    assert ("", "") == capsys.readouterr()


def test_the_traceback_is_there_for_those_who_ask(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPHELD_DEBUG", "1")

    assert MISUSED == status_of(lambda: raising(KeyError("in_fix")))
    assert "Traceback" in capsys.readouterr().err


MISUSES = {
    "a misspelt command": (
        ["polices"],
        "error: no command `polices`; did you mean `policies`? (see `upheld --help`)\n",
    ),
    "an unknown option": (
        ["--verson"],
        "error: no such option `--verson`; did you mean `--version`? (see `upheld --help`)\n",
    ),
    "an option of a command": (
        ["show", "base", "--lan", "fr"],
        "error: no such option `--lan`; did you mean `--lang`? (see `upheld show --help`)\n",
    ),
    "an option like no other": (
        ["policies", "--zzz"],
        "error: no such option `--zzz` (see `upheld policies --help`)\n",
    ),
    "a value for an option of them all": (
        ["--version=2"],
        "error: option `--version` takes no value (see `upheld --help`)\n",
    ),
    "an option without its value": (
        ["show", "base", "--lang"],
        "error: option `--lang` needs a value (see `upheld show --help`)\n",
    ),
    "a value for an option that takes none": (
        ["show", "base", "--resolved=yes"],
        "error: option `--resolved` takes no value (see `upheld show --help`)\n",
    ),
    "a value that there is not": (
        ["show", "base", "--format", "txt"],
        "error: invalid value for `--format`: `txt` is none of its values; did you mean `text`?"
        " (see `upheld show --help`)\n",
    ),
    "digits of another script": (
        ["serve", "--rate", "٣"],
        "error: invalid value for `--rate`: `٣` is no whole number in digits; write one from 0"
        " (see `upheld serve --help`)\n",
    ),
    "a number too large": (
        ["replay", "history.jsonl", "--policy", "base", "--jobs", "99"],
        "error: invalid value for `--jobs`: `99` is out of range; write one from 1 up to 64"
        " (see `upheld replay --help`)\n",
    ),
    "an argument too many": (
        ["show", "base", "acme"],
        "error: unexpected argument `acme` (see `upheld show --help`)\n",
    ),
    "an unknown schema": (
        ["schema", "policies"],
        "error: invalid value for `NAME`: `policies` is none of its values; did you mean `policy`?"
        " (see `upheld schema --help`)\n",
    ),
    "nothing to print": (["schema"], "error: missing argument `NAME` (see `upheld schema --help`)\n"),
}


@pytest.mark.parametrize("arguments, told", MISUSES.values(), ids=MISUSES.keys())
def test_misuse_is_told_in_one_line(arguments: list[str], told: str) -> None:
    """V01: in our own words, whatever release of click says it in its own."""
    done = upheld(*arguments)

    line = done.stderr.decode("utf-8")
    assert (MISUSED, b"") == (done.returncode, done.stdout)
    assert told == line


@pytest.mark.parametrize("arguments", [("schema", "policy"), ("--help",)])
def test_a_reader_that_goes_away_is_no_failure_to_tell(arguments: tuple[str, ...]) -> None:
    """`upheld schema policy | head -1` is silent on standard error."""
    command = [sys.executable, "-m", "upheld", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        assert b"" == process.stderr.read()
    assert OUTPUT_CLOSED == process.returncode


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
def test_output_is_utf8_whatever_the_locale(encoding: str) -> None:
    """THREATS F15: the same bytes on every machine."""
    done = upheld("fermé", PYTHONIOENCODING=encoding, LC_ALL="C")

    assert done.stderr.startswith("error: no command `fermé`".encode())
    assert upheld("schema", "policy").stdout == upheld("schema", "policy", PYTHONIOENCODING=encoding).stdout


@pytest.mark.skipif(os.name != "posix", reason="descriptors are those of POSIX")
@pytest.mark.parametrize("closed, told", [((1,), ("", "")), ((2,), ("base", "")), ((0, 1, 2), ("", ""))])
def test_nobody_need_listen(closed: tuple[int, ...], told: tuple[str, str]) -> None:
    """Some schedulers start a program with its streams closed: it does what it was asked to."""
    closing = f"import os, sys; [os.close(each) for each in {closed}]; os.execv(sys.executable, sys.argv[1:])"
    command = [sys.executable, "-c", closing, sys.executable, "-m", "upheld", "policies"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert 0 == done.returncode
    assert (told[0] in done.stdout, told[1]) == (True, done.stderr)
    assert bool(told[0]) == bool(done.stdout)
