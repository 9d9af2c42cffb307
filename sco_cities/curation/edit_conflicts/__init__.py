"""Optimistic locking and three-way merge for the admin's forms, deletions and changelists.

A form contains the version of its record (`history.versions`). If the stored record is newer, `admin_mixin` compares
the submitted form and its rows with the stored record and with the original version (`conflicts`). The curator then
resolves the conflicts on a separate page, `templates/admin/curation/edit_conflicts/conflict.html`. Changelist actions
skip rows that have changed since the list was shown (`versioned_form`).
"""
