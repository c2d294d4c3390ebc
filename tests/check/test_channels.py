"""Channels: everything that a customer may do has a way in."""

from __future__ import annotations

import pytest
from check.desk import desk, told

ROLES = "{agent: {}, customer: {}}"
NO_WAY = ["UP408 `submit` needs a channel, and none takes it, so it is always refused"]

WAYS = {
    "none at all, so that none is needed": ("{by: customer}", "", []),
    "one that takes everything": ("{by: customer}", "{accepts: all, assumes: [usual]}", []),
    "one that takes it": ("{by: customer}", "{accepts: [submit], assumes: [usual]}", []),
    "one that takes something else": ("{by: customer}", "{accepts: [close], assumes: [usual]}", NO_WAY),
    "one that takes everything else": ("{by: customer}", "{accepts: all, except: [submit], assumes: [usual]}", NO_WAY),
    "no need of one": ("{by: customer, channel: none}", "{accepts: [close], assumes: [usual]}", []),
    "others may do it": ("{by: [customer, agent]}", "{accepts: [close], assumes: [usual]}", []),
    "a misspelt event, which is told instead": (
        "{by: customer}",
        "{accepts: [sumbit], assumes: [usual]}",
        ["UP201 event `sumbit` is not declared"],
    ),
}


@pytest.mark.parametrize("submit, channel, expected", WAYS.values(), ids=WAYS)
def test_what_customers_do_has_a_way_in(submit: str, channel: str, expected: list[str]) -> None:
    """Else no ticket could be opened by it, and nothing else would say so."""
    text = desk(
        roles=ROLES,
        events=f"{{submit: {submit}, close: {{by: agent}}}}",
        channels=f"{{phone: {channel}}}" if channel else "",
    )

    assert expected == [each for each in told(text) if not each.startswith("UP202")]
