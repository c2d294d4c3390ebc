"""Mappings: what the columns and the words of an export mean, and the records that its rows become by it.

A `mapping_file` is read into a `mapping`: `cell` by cell, with a `cell_condition` for each status; `mapping_names`
holds it against a policy. The `translation` takes each `timed_row` (its `ticket_id` as it stands, its instant read off
a `wall_clock`, in a `date_form`), recognises an `automatic_closing`, fills in a `record_form`, and keeps a `tally` of
what became of rows.

May import: `importer`, `notice` and `format` of histories (for lists in JSON), documents, schemas and the core; no
single format.
"""
