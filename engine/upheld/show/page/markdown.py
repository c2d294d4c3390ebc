"""Markdown: a page as a file for a wiki or a repository.

All that authors wrote is escaped: it can neither format the page, nor bring HTML or
links of its own. The only HTML is the anchors that references point at, whose names
are clause ids and kebab-case.

    >>> escaped("<img src=x onerror=alert(1)> a|b *c* [d](javascript:e)")
    '&lt;img src=x onerror=alert(1)&gt; a\\\\|b \\\\*c\\\\* \\\\[d\\\\](javascript:e)'
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from upheld.show.page.blocks import (
    Block,
    Bullet,
    Bullets,
    Cited,
    Diagram,
    Heading,
    Line,
    Page,
    Paragraph,
    Table,
    Words,
    assumption_anchor,
    clause_anchor,
    visible,
)

_MARKUP = re.compile(r"[\\`*_\[\]|~$]")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%-]+", re.ASCII)
"""Addresses that may be followed: never one that runs a script."""
_ORDINAL = re.compile(r"^(\d{1,9})([.)])")


def markdown(page: Page) -> str:
    """The page as Markdown, in GitHub's dialect."""
    written = "\n\n".join(text for text in map(_block, page.blocks) if text)
    references = "\n".join(_references(page))
    return f"{written}\n\n{references}\n" if references else f"{written}\n"


def escaped(text: str) -> str:
    """A text that is shown as it is."""
    return re.sub(r"[&<>]", lambda found: _HTML[found[0]], _MARKUP.sub(r"\\\g<0>", visible(text)))


def _references(page: Page) -> Iterator[str]:
    for clause in page.clauses:
        yield f"[{clause}]: #{clause_anchor(clause)}"
    for assumption in page.assumptions:
        yield f"[≈{assumption}]: #{assumption_anchor(assumption)}"


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {escaped(text)}"
        case Paragraph(line, loud):
            return f"> **{_beginning(_line(line))}**" if loud else _beginning(_line(line))
        case Bullets(items, numbered):
            return "\n".join(_bullet(item, f"{at}." if numbered else "-") for at, item in enumerate(items, start=1))
        case Table():
            return _table(block)
        case Diagram(source):
            return f"```mermaid\n{source}\n```"


def _line(line: Line) -> str:
    pieces = [(_words(each) if isinstance(each, Words) else _cited(each)) for each in line]
    return "".join(pieces).strip(" ")


def _words(words: Words) -> str:
    text = escaped(words.text)
    if words.style == "code":
        return _code(words.text)
    if words.style == "link" and _ADDRESS.fullmatch(words.text):
        return f"<{words.text}>"
    bare = text.strip(" ")
    if words.style == "strong" and bare:
        return text.replace(bare, f"**{bare}**", 1)
    return text


def _code(text: str) -> str:
    """A text in a code span, whose fence is longer than any run of backticks in it."""
    shown = visible(text).replace("|", "\\|")
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    space = " " if "`" in shown else ""
    return f"{fence}{space}{shown}{space}{fence}"


def _cited(cited: Cited) -> str:
    return "".join(f" [{each}]" for each in (*cited.clauses, *(f"≈{each}" for each in cited.assumes)))


def _beginning(text: str) -> str:
    """A paragraph that is no heading, list or rule, however it begins."""
    if text[:1] in ("#", "+", "-", "=", ":"):
        return f"\\{text}"
    return _ORDINAL.sub(r"\1\\\2", text)


def _bullet(bullet: Bullet, mark: str) -> str:
    anchor = f'<a id="{bullet.anchor}"></a>' if bullet.anchor else ""
    indent = " " * (len(mark) + 1)
    below = "".join(f"\n{indent}- {_beginning(_line(each))}" for each in bullet.below)
    return f"{mark} {anchor}{_line(bullet.line) if anchor else _beginning(_line(bullet.line))}{below}"


def _table(table: Table) -> str:
    rows = [[escaped(cell) for cell in table.head], ["---"] * len(table.head)]
    rows += [[_line(cell) for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
