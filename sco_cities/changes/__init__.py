"""Records and reverts changes to records. All code that writes records uses this package.

In one transaction, a writer checks that the records still match the preview (`preview`), locks the records (`locking`)
and records the difference between their documents before and after the write (`recorder`). A changed value of a
published record always requires evidence or a confirmation (`changed_values`). `document_writer` writes documents and
deltas. `revert_plan`, `revert` and `background_revert` preview and carry out the revert of a change set, a record or a
field. Writers raise `core.exceptions.Refused` with the reasons if they reject a change.
"""
