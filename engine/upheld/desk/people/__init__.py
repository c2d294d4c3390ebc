"""People: who acts, and who may speak to the desk from outside.

`names` stand apart from the journal, so that somebody can be forgotten; `tokens` open the desk to programs.

May import: `record` (whose events people act in), `storage`, the core.
"""
