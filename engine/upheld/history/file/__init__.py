"""Files: exports of a tracker, as text or bytes, within limits, however they are packed, written and divided.

A `history_file` is one of them; `history_files` are all that somebody named, folders and archives taken apart.
`packing` knows what a file is packed in and how much may come out of it, `archive` what lies in a ZIP, `encoding` how
bytes become text.

May import: `notice` of histories, and the core's errors and nearest words.
"""

from __future__ import annotations

from upheld.history.file.history_file import LONGEST_LINE, STANDARD_INPUT, HistoryFile, Said
from upheld.history.file.history_files import HistoryFiles

__all__ = ["LONGEST_LINE", "STANDARD_INPUT", "HistoryFile", "HistoryFiles", "Said"]
