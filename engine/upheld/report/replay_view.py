"""The view of a replay: a policy and a language, with the words for what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from upheld.core.time.instant import seconds_of
from upheld.show.local_time import local_time
from upheld.show.page import Part, Words, code
from upheld.show.subject import Subjects
from upheld.show.tongue import NO_BREAK, Tongue, tongue
from upheld.show.view import View


@dataclass(frozen=True)
class ReplayView(View):
    """What every section of the page is written with."""

    @cached_property
    def tongue(self) -> Tongue:
        """The reader's language, with the words of this page."""
        if self.language == "fr":
            from upheld.report.replay_french import MESSAGES
        else:
            from upheld.report.replay_english import MESSAGES
        spoken = tongue(self.language)
        return replace(spoken, messages={**spoken.messages, **MESSAGES})

    def titles(self, keys: Iterable[str]) -> list[str]:
        """The titles of a table's columns; severity is called as this vendor does."""
        return [Subjects(self.naming).severity() if key == "severity" else self.say(key) for key in keys]

    def severity(self, severity: str | None) -> str:
        """A severity's name; nothing where there was none."""
        return self.naming.severity(severity) if severity is not None else ""

    def instant(self, text: str | None) -> str:
        """An instant of a verdict on the clock of the policy's zone; nothing where there is none."""
        return f"{local_time(self, seconds_of(datetime.fromisoformat(text))):%Y-%m-%d %H:%M}" if text else ""

    def length(self, length_s: int) -> str:
        """A length of time; its seconds count only where it is short."""
        return self.tongue.seconds(length_s if length_s < 3600 else length_s - length_s % 60)

    def count(self, number: int) -> str:
        """A number in a table; nothing for none."""
        return self.tongue.number(number) if number else ""

    def share(self, text: str | None) -> str:
        """A share as verdicts write it, with the reader's decimals."""
        return text.replace(".", self.tongue.decimal).replace("%", f"{NO_BREAK}%") if text else ""

    def known(self, name: str, text: str) -> Part:
        """The label that a part of the policy has, or its id as one."""
        return code(text) if text == name else Words(text)
