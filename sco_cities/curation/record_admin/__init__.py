"""The admin of records, assembled from the other packages of curation, and that of reports, passages and parts."""
