"""Markdown: what authors write is shown as it is, and is no link, whatever GitHub's dialect makes links of."""

from __future__ import annotations

import html
import re
from typing import Final

import hypothesis.strategies as st
import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt

from upheld.show.page.blocks import Block, Heading, Line, Page, Paragraph, bullets, code, line, strong, table
from upheld.show.page.markdown import markdown

LINKED: Final = re.compile(
    r"(?:https?|ftp)://|www\.\w|[\w.+-]@[\w-]|@\w|#\d|\bGH-\d|:(?:[\w+-]*[a-z][\w+-]*|[+-]1|100|1234):", re.IGNORECASE
)
"""What GitHub looks for: addresses, mail addresses, names, numbers of issues, pictures."""
FRAGMENTS = (
    *(
        "https://evil.example/x?a=b",
        "http",
        ":",
        "//",
        "www.evil.example",
        "WWW",
        ".",
        "ftp://",
        "mailto:",
        "HTTPS://e",
    ),
    *("a@b.cd", "a_b@c-d.ef", "@admin", "@org/team", "@", "owner/repo#12", "#12", "#", "12", "GH-12", "gh-1", "w#"),
    *(
        ":tada:",
        ":+1:",
        ":100:",
        ":8ball:",
        ":1st_place_medal:",
        "12:30:45",
        "`",
        "``",
        "*",
        "_",
        "<",
        ">",
        "&amp;",
        "&#64;",
        "|",
        "\\",
        "\\|",
        "$x$",
    ),
    *("~~", "!", "[a](b)", "[a]", "<b>", "1.", "-", "+", "=", "é", " ", " ", "word", "<https://evil.example>"),
    "\u200b",
)
TEXTS = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=7).map("".join)
RENDER: Final = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def said(block: Block) -> tuple[str, str]:
    """All that a block says to a reader, but for what has no width; and what of it stands outside of code."""
    shown = RENDER.render(markdown(Page((block,), (), ())))
    parts = re.split(r"(<code>.*?</code>)|<[^>]*>", shown)
    assert not re.search(r"<(?!/?(?:p|h1|ul|li|table|thead|tbody|tr|th|td|strong|code|blockquote)>)", shown), shown
    plain = "\n".join(part for part in parts if part and not part.startswith("<code>"))
    everything = html.unescape(re.sub(r"<[^>]*>", "", shown))
    return re.sub(r"[\s\u200b]", "", everything), html.unescape(plain)


def places(text: str) -> list[Block]:
    """A text wherever one can stand."""
    lines: list[Line] = [line(text), line(strong(text)), line(code(text)), line("before ", text, " after")]
    return [
        Heading(1, text),
        *(Paragraph(each) for each in lines),
        Paragraph(lines[0], loud=True),
        *bullets(lines),
        table([text], [[each] for each in lines]),
    ]


@given(TEXTS)
@example("www.evil.example a@b.cd @admin #12")
@example(" ")
@example("Title #")
@example("\\|`|")
@example("see :8ball: and :1234: at 12:30:45")
def test_a_text_is_shown_as_it_is_and_links_nowhere(text: str) -> None:
    """THREATS F03, V04: in a heading, a paragraph, a list, a table; loud, strong or as code."""
    expected = re.sub(r"\s", "", text.replace("\u200b", "\\u200b"))
    for block in places(text):
        shown, plain = said(block)

        assert expected in shown, (shown, block)
        assert not LINKED.search(plain), (plain, block)


@given(TEXTS, TEXTS)
@example("a@", "b.cd")
@example("https:", "//evil.example")
@example("www", ".evil.example")
@example("issue #", "12")
def test_two_texts_side_by_side_make_no_link(first: str, second: str) -> None:
    for block in (Paragraph(line(first, second)), table(["x"], [[line(first, strong(second))]])):
        assert not re.search(r"https?://|www\.\w|\w@\w|#\d", said(block)[1])


@pytest.mark.parametrize("text", ["5 - 3 = 2", "a.b", "12:30", "kim: yes", "C#", "w.w", "a / b // c", "Gh"], ids=repr)
def test_harmless_texts_are_not_broken(text: str) -> None:
    assert "&#8203;" not in markdown(Page((Paragraph(line(f"{text}.")),), (), ()))


def test_code_is_no_wider_than_it_is() -> None:
    """A backslash in code is one, but for a pipe in a table."""
    page = markdown(Page((Paragraph(line(code("a|b"))), table(["x"], [[line(code("a|b"))]])), (), ()))

    assert page.startswith("`a|b`\n")
    assert "| `a\\|b` |" in page
