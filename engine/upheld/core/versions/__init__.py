"""Several versions of one policy, each with the tickets that were opened while it was in force.

`term` says on which days that is, and where days are left between two versions or are of both; `versioned_replay`
decides a history under all of them, on one account where they bill.

May import: `replay` and what it imports. Nothing here decides a ticket: each version has a replay of its own.
"""
