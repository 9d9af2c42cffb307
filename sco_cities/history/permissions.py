"""Names of the permissions that ChangeSet declares, for `User.has_perm`."""

REVIEW_RECORDS = "history.review_records"
IMPORT_RECORDS = "history.import_records"
MERGE_RECORDS = "history.merge_records"
REVERT_CHANGES = "history.revert_changes"
