"""Text: the same bytes everywhere when written plainly; colour and width only where somebody looks."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from upheld.core.policy.policy import Policy
from upheld.show import show_text
from upheld.show.page.blocks import Bullet, Bullets, Heading, Page, Paragraph, line, strong, table
from upheld.show.page.terminal import text

WORDS = "eight letters and more of them"


def page(*blocks) -> Page:
    return Page(blocks, (), ())


def test_plain_text_depends_on_the_policy_alone() -> None:
    """Not on the terminal's size or kind, and not on what the locale can show."""
    program = "from upheld.loading import load_policy; from upheld.show import show_text; import sys;"
    program += "sys.stdout.buffer.write(show_text(load_policy('base'), 'fr').encode())"
    settings = [
        {},
        {"COLUMNS": "20", "LINES": "5", "TERM": "dumb"},
        {"TERM": "xterm-256color", "COLORTERM": "truecolor", "FORCE_COLOR": "1"},
        {"NO_COLOR": "1", "LC_ALL": "C", "PYTHONUTF8": "0"},
        {"TTY_COMPATIBLE": "1", "JUPYTER_COLUMNS": "30"},
    ]

    written = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, **setting}, capture_output=True, check=True
        ).stdout
        for setting in settings
    }

    assert 1 == len(written)
    assert b"\x1b" not in written.pop()


def test_colour_is_the_same_text_with_codes(harbour: Policy) -> None:
    """Bold, dim and two colours; nothing that moves the cursor."""
    coloured = show_text(harbour, "en", colour=True)

    assert {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[1;31m"} == set(re.findall(r"\x1b\[[0-9;]*.", coloured))
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in show_text(harbour, "en").split("\n")] == [
        line.rstrip() for line in bare.split("\n")
    ]


@pytest.mark.parametrize("width", [40, 60, 100, 160])
def test_lines_fit(width: int, harbour: Policy) -> None:
    """Whatever the width, down to the narrowest that is laid out."""
    assert [] == [line for line in show_text(harbour, "fr", width=width).split("\n") if len(line) > width]
    assert show_text(harbour, "fr", width=1) == show_text(harbour, "fr", width=40)


def test_layout() -> None:
    """Headings are underlined, lists hang, numbers count, and what is loud stands in a frame."""
    blocks = (
        Heading(1, "Title"),
        Paragraph(line(WORDS), loud=True),
        Bullets((Bullet(line(strong("One: "), WORDS, " ", WORDS), (line(f"{WORDS} {WORDS}"),)), Bullet(line("Two")))),
        Heading(2, "Section"),
        Bullets((Bullet(line("first")), Bullet(line("second"))), numbered=True),
        Heading(3, "Part"),
        table(("A", "B", "C"), [(line("a"), line(), line(WORDS)), (line("aa"), line(), line())]),
    )

    assert """\
Title
═════

┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
┃ eight letters and more of them ┃
┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛

•  One: eight letters and more of them
   eight letters and more of them
   – eight letters and more of them
     eight letters and more of them
•  Two


Section
───────

1. first
2. second


Part
A    C
───────────────────────────────────
a    eight letters and more of them
aa
""" == text(page(*blocks), width=40, colour=False)


def test_a_dense_page_is_not_spaced() -> None:
    """A heading stands in a rule, and what leads to a list above it; a rule without room is none."""
    blocks = (Heading(1, "Title"), Heading(2, "Section"), Paragraph(line("All:")), Bullets((Bullet(line("one")),)))
    lists = "•  one\n"

    assert f"Title\n═════\n── Section {'─' * 29}\nAll:\n{lists}" == text(
        page(*blocks), width=40, colour=False, dense=True
    )
    assert f"{'long ' * 7}long\n{'─' * 39}\nAll:\n{lists}" == text(
        page(Heading(2, ("long " * 8).strip()), *blocks[2:]), width=40, colour=False, dense=True
    )


def test_no_line_is_broken_at_a_no_break_space() -> None:
    """`rich` would; a number and its unit stay together."""
    written = text(page(Paragraph(line("a word or two, and then, all within 30\u00a0min"))), width=40, colour=False)

    assert "a word or two, and then, all within\n30\u00a0min\n" == written
