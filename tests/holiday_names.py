"""Public holidays in tests: their names and days are the `holidays` library's, and change with its releases."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from datetime import date
from typing import Any

_DATE = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche) \d[^:\n]* \d{4}"
_OURS = "own closing day|fermeture propre au fournisseur"
_LINE = re.compile(rf"^(\s*[–-] {_DATE}\s?: )(?!{_OURS})\S[^\n]*$", re.MULTILINE)
_MEMBER = re.compile(r'("date": "\d{4}-\d\d-\d\d",\s*"name": ")(?!own closing day")[^"]+')


def quietly(country: str, **asked: Any) -> Mapping[date, str]:
    """What the library itself says, whatever it warns of: some releases do of their own future."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import holidays

        return holidays.country_holidays(country, **asked)


def without_names(text: str) -> str:
    """The text with one word for the name of every holiday that it lists, on a page or in an answer in JSON.

    >>> without_names("   – Monday 1 April 2024: Easter Monday\\n   – Sunday 3 March 2024: own closing day\\n")
    '   – Monday 1 April 2024: (a holiday)\\n   – Sunday 3 March 2024: own closing day\\n'
    """
    return _MEMBER.sub(r"\1(a holiday)", _LINE.sub(r"\1(a holiday)", text))
