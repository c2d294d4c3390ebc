"""What is said of a slip that either a parser stumbles over or we see ourselves: a message, and what to do.

>>> colon_refusal("en:Open")
('`en:Open` has no space after its `:` and so is no key', 'put a space after the colon')
"""

from __future__ import annotations

import re
from typing import Final

from upheld.document.source import shown

_TAG_WORD: Final = re.compile(r"[^\s,\[\]{}]{0,99}")


def tag_refusal(text: str, at: int) -> tuple[str, str]:
    """What is said of the tag at ``at``, and what to do."""
    word = _TAG_WORD.match(text, at)
    hint = "remove it; quotes make a text of anything, and text that begins with `!` needs them"
    return f"`{shown(word[0] if word else '')}` is a tag, which is not read", hint


def colon_refusal(line: str) -> tuple[str, str]:
    """What is said of a line that should be a key and is not, for want of a colon or of the space after it."""
    if ":" in line:
        return f"`{shown(line)}` has no space after its `:` and so is no key", "put a space after the colon"
    hint = "write `key: value`; if the line goes on with the text above it, indent it further"
    return f"`{shown(line)}` has no `:` and so is no key", hint
