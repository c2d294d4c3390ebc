"""The bugs to plant, by what they are in; `reference.planted` plants them."""

from __future__ import annotations

from reference.bugs import billing, clocks, deciding, remedies

BUGS = (*deciding.BUGS, *clocks.BUGS, *billing.BUGS, *remedies.BUGS)
