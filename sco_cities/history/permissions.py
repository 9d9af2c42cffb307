"""The permissions that change sets declare, as `User.has_perm` takes them."""

REVIEW_RECORDS = "curation.review_records"
IMPORT_RECORDS = "curation.import_records"
MERGE_RECORDS = "curation.merge_records"
REVERT_CHANGES = "curation.revert_changes"
