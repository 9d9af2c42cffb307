"""Edit conflicts: optimistic locking and three-way merge for the admin's forms, deletions and changelists.

A form carries the version of its record (`history.versions`). If the stored record is newer, `admin_mixin`
compares the submitted form (`field_conflicts`) and its rows (`inline_conflicts`) with the stored record and with
the version that the form was made from, and shows a page on which the curator resolves the conflicts.
Actions on a changelist leave out rows that have changed since the list was shown (`stale_changelist`).
"""
