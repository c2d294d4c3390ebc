"""Telling: what records and the passing of time ask of the world, until somebody has been told.

An *effect* becomes a message of the `outbox`, once, and so does a *notice* of an account; what is *due* comes by time
alone; *delivery* gives messages to whoever carries them out, in order for each ticket.

May import: `standing`, `record`, `storage`, the core.
"""
