"""The admin of records, reports and passages, assembled from the other packages of curation."""
