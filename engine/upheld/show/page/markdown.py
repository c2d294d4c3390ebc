"""Markdown: a page as a file for a wiki or a repository.

All that authors wrote is escaped: it can neither format the page, nor bring HTML or
links of its own. The only HTML is the anchors that references point at, whose names
are clause ids and kebab-case.

    >>> escaped("<img src=x onerror=alert(1)> a|b *c* [d](javascript:e)")
    '&lt;img src=x onerror=alert(1)&gt; a\\\\|b \\\\*c\\\\* \\\\[d\\\\](javascript:e)'

GitHub's dialect makes links of bare addresses, of ``@name`` and ``#12``, and pictures of
``:tada:``. To write a letter of them as an entity does not help: mail addresses and names
are looked for in what the page says in the end. So a space without width breaks them, which
a reader does not see.

    >>> escaped("https://example.org, ask @kim of #12")
    'https:&#8203;//example.org, ask @&#8203;kim of \\\\#&#8203;12'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from upheld.show.page.blocks import (
    ADDRESS,
    Block,
    Bullet,
    Bullets,
    Cited,
    Diagram,
    Heading,
    Line,
    Notes,
    Page,
    Paragraph,
    Table,
    Words,
    assumption_anchor,
    clause_anchor,
    visible,
)

_MARKUP = re.compile(r"[\\`*_\[\]|~$#]")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LINKED = re.compile(
    r"(?<=@)|(?<=#)(?=\d|\Z)|(?<=GH-)(?=\d)|(?<=www)(?=\.)|\A(?=\.\w)|(?<=:)(?=//)|\A(?=//)"
    r"|(?<=:)(?=(?:[\w+-]*[a-z][\w+-]*|[+-]1|100|1234):)",
    re.IGNORECASE,
)
"""Where to break what GitHub makes a link or a picture of; what a text begins or ends with, the next may complete."""
_NO_WIDTH: Final = "\u200b"
_ORDINAL = re.compile(r"^(\d{1,9})([.)])")


def markdown(page: Page) -> str:
    """The page as Markdown, in GitHub's dialect."""
    written = "\n\n".join(text for text in map(_block, page.blocks) if text)
    references = "\n".join(_references(page))
    return f"{written}\n\n{references}\n" if references else f"{written}\n"


def escaped(text: str) -> str:
    """A text that is shown as it is."""
    broken = _LINKED.sub(_NO_WIDTH, visible(text))
    plain = re.sub(r"[&<>]", lambda found: _HTML[found[0]], _MARKUP.sub(r"\\\g<0>", broken))
    return plain.replace(_NO_WIDTH, "&#8203;")


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
            told = _beginning(_line(line))
            return f"> **{told}**" if loud and told else told
        case Bullets(items, numbered):
            return "\n".join(_bullet(item, f"{at}." if numbered else "-") for at, item in enumerate(items, start=1))
        case Notes(lines):
            return "\n\n".join(_beginning(_line(line)) for line in lines)
        case Table():
            return _table(block)
        case Diagram(source):
            return f"```mermaid\n{source}\n```"


def _line(line: Line, pipe: str = "|") -> str:
    """Pieces one after another; ``pipe`` is how one is written in code, where a backslash is itself but in tables."""
    pieces = [(_words(each, pipe) if isinstance(each, Words) else _cited(each)) for each in line]
    return "".join(pieces).strip(" ")


def _words(words: Words, pipe: str) -> str:
    text = escaped(words.text)
    if words.style == "code":
        return _code(words.text).replace("|", pipe)
    if words.style == "link" and ADDRESS.fullmatch(words.text):
        return f"<{words.text}>"
    bare = text.strip(" ")
    if words.style in ("strong", "ticket") and bare:
        return text.replace(bare, f"**{bare}**", 1)
    return text


def _code(text: str) -> str:
    """A text in a code span, whose fence is longer than any run of backticks in it."""
    shown = visible(text)
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    space = " " if "`" in shown else ""
    return f"{fence}{space}{shown}{space}{fence}"


def _cited(cited: Cited) -> str:
    return "".join(f" [{each}]" for each in (*cited.clauses, *(f"≈{each}" for each in cited.assumes)))


def _beginning(text: str) -> str:
    """A paragraph that is no heading, list or rule, however it begins."""
    if text[:1] in ("+", "-", "=", ":"):
        return f"\\{text}"
    return _ORDINAL.sub(r"\1\\\2", text)


def _bullet(bullet: Bullet, mark: str) -> str:
    anchor = f'<a id="{bullet.anchor}"></a>' if bullet.anchor else ""
    indent = " " * (len(mark) + 1)
    below = "".join(f"\n{indent}- {_beginning(_line(each))}" for each in bullet.below)
    return f"{mark} {anchor}{_line(bullet.line) if anchor else _beginning(_line(bullet.line))}{below}"


def _table(table: Table) -> str:
    rows = [[escaped(cell) for cell in table.head], ["---"] * len(table.head)]
    rows += [[_line(cell, "\\|") for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
