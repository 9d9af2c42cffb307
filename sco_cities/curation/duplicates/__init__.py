"""Detection of possible duplicates by names in any script, places and dates.

The admin of each kind of record declares how two records are compared (`RecordAdmin.similarity`, a
`similarity.SimilarityConfig`). `candidates` finds similar pairs among stored records, and stored records that are
similar to new rows.
"""
