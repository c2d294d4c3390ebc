"""Figures: the questions that a report answers with numbers, one module each, and what all of them are made of.

    gathering = Gathering(policy, schedule, as_of_s)
    for verdict in run.verdicts():
        gathering.add(verdict)
    for figure in gathering.figures(view, run.summary(), statements):
        svg(figure, view)                                   # upheld.pages.plots

A figure holds what its plot draws and what the table beside it lists, so that neither can say more than the other.
All its numbers are those of verdict rows, of the summary and of statements: nothing is judged or measured here again.

May import: the core and `show`; no markup, no template, no library.
"""

from __future__ import annotations

from upheld.pages.figures.figure import Figure, Row
from upheld.pages.figures.gathering import Gathering

__all__ = ["Figure", "Gathering", "Row"]
