"""Names of the permissions that ChangeSet declares, for `User.has_perm`."""

REVIEW_RECORDS = "curation.review_records"
IMPORT_RECORDS = "curation.import_records"
MERGE_RECORDS = "curation.merge_records"
REVERT_CHANGES = "curation.revert_changes"
