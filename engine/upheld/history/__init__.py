"""Histories: what trackers exported, read as records of events.

A *file* gives text or bytes within limits. A *format* makes rows of them: cells by
column, as the tracker wrote them. A *mapping* says what the columns and their words
mean, and makes records of rows. Histories of the canonical formats need none.

Source: DESIGN section 6, "History".
"""
