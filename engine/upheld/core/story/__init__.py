"""Everything that happened to one ticket, and why.

An `episode` is one instant with all that it did and did not do; a `ticket_story` is all of them, with the clocks.

May import: `replay` and all below it.
"""
