"""Drafts of mappings: an export is looked at once, and what it holds is written down as a mapping to be gone through.

An `export_survey` counts columns and words, and a `column_guess` says what the columns seem to be, by their
`column_names` and, of instants, by their `date_shape`. A `mapping_draft` is made of `proposal`s, `open_questions` are
what a person has to say of it, and `draft_text` is its text: what `upheld map` prints. What words mean is said once, in
lists: `status_words`, `severity_words` and `role_words`, of `plain_words`; `policy_names` lays them on the names of a
policy.

May import: `importer` and `mapping` of histories, schemas and the core; no format.
"""
