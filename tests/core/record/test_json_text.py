"""JSON as text: what stands in it is read back, and shows."""

from __future__ import annotations

import json

from upheld.core.record.json_text import dense_json, json_text


def test_whatever_moves_a_cursor_or_hides_is_escaped_and_read_back() -> None:
    """THREATS F13: JSON escapes the controls of ASCII alone; letters, pictures and spaces are harmless."""
    every = "".join(map(chr, range(0x3000))) + "\ud800 \ufeff王🎫\U000e0041"
    told = json_text({"note": every})
    hidden = [*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0x200B, 0xFEFF, 0xD800]
    hidden += [0xAD, 0x34F, 0x115F, 0x180E]

    assert every == json.loads(told)["note"]
    assert [] == [each for each in map(chr, hidden) if each in told]
    assert all(each in told for each in "é «\u00a0midi\u202f»王🎫\u180b")


def test_dense_text_hides_nothing_either() -> None:
    """As answers of the service and events to endpoints are written."""
    told = dense_json({"note": "fermé \x9b31m \u202e", "of": [1, 2]})

    assert r'{"note":"fermé \u009b31m \u202e","of":[1,2]}' == told
