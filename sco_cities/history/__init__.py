"""The change history of all records. The package `changes` writes the history.

A *change set* (`models.ChangeSet`) is one write by one user or command, with its reason. Examples are an edit, an
import and a merge. The change set has a *revision* (`models.Revision`) for each record that it created, changed or
deleted.

- `serialization`: converts a record to a *document*, a dict that refers to other records by natural key.
- `delta`: computes, inverts, composes and applies the differences between two documents.
- `versions`: version numbers of records for detecting edit conflicts, and documents of earlier versions.
- `diff_display`, `record_history`: diffs as text, for curators and for readers.

django-reversion is not used, because it stores database rows as versions. Such versions become unreadable when a
referenced row is deleted or a table changes. They do not record where a merge moved a row, and readers cannot see them.
"""
