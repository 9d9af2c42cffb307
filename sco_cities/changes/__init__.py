"""Writes, records and reverts changes to records. All code that changes records uses this package.

In one transaction, a writer checks that the records still match the preview (`preview`), locks the records (`locking`)
and stores the differences between the old and new documents (`recorder`). A changed value of a published record always
requires evidence or a confirmation (`changed_values`). `document_writer` writes documents and deltas. `revert_plan`,
`revert` and `background_revert` revert a change set, a record or a field, with a preview. If a writer rejects a change,
it raises `core.exceptions.Refused` with the reasons.
"""
