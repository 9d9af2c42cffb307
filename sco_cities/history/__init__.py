"""Audit history of all records, with change sets, revisions, diffs and revert.

A *change set* (`models.ChangeSet`) is one write by one user or command, with its reason: an edit, an import, a merge.
It has a *revision* (`models.Revision`) for each record that it created, changed or deleted.

- `serialization`: a record as a *document*, a dict that names other records by natural key.
- `delta`: the difference of two documents; compute, invert, compose and apply it.
- `recorder`: compares the documents before and after a write and stores revisions, in the transaction of the write.
- `revert_plan`, `revert`, `background_revert`: preview and carry out the revert of a change set, record or field.
- `document_writer`: writes documents and deltas to the database.
- `versions`: version numbers of records for edit conflicts, and a record as it was at a version.
- `diff_display`, `record_history`: diffs as text, for curators and for readers.

django-reversion stores database rows. Such versions become unreadable when a referenced row is deleted or a table
changes, they do not record which record a merge moved a row to, and readers cannot be shown them.
"""
