"""The page of a replay: every warning has its words, in every language."""

from __future__ import annotations

from typing import get_args

import pytest

from upheld.core.replay.warning import SENTENCES, Kind
from upheld.show.words.locale import LANGUAGES, locale_of

VALUES = {"at": "2042-03-06", "before": "2024-03-06", "number": 12, "share": "40 %", "better": "90 %"}
VALUES |= {"records": 120, "tickets": 34, "ticket": "T-56", "promises": 78, "more": 910}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_warning_has_its_words(kind: Kind, language: str) -> None:
    """They name all that the warning's English sentence names."""
    values = {**VALUES, "calendar": "desk", "hours": 7}
    said = locale_of(language).say(f"replay.caution.{kind}", **values)

    assert all(str(value) in said for name, value in values.items() if f"{{{name}}}" in SENTENCES[kind])
