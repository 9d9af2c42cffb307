"""The admin of records, assembled from the other packages of curation, and of reports, passages and parts."""
