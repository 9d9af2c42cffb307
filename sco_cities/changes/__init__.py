"""Writes and reverts changes of records, for every writer of records.

A writer compares the records with what its user has seen (`preview`), locks them (`locking`) and records the difference
between the documents before and after the write (`recorder`), within one transaction. For every writer, a published
value that has changed needs evidence or a confirmation (`changed_values`). `document_writer` writes documents and
deltas. `revert_plan`, `revert` and `background_revert` preview and carry out the revert of a change set, record or
field. `core.exceptions.Refused` rejects a change, with its reasons.
"""
