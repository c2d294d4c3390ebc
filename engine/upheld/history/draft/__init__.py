"""Drafts of mappings: an export is looked at once, and what it holds is written down as a mapping to be gone through.

An `export_survey` counts columns and words, a `column_guess` says what the columns seem to be, and a `mapping_draft`
is the text: what `upheld map` prints.

May import: `importer` and `mapping` of histories, schemas and the core; no format.
"""
