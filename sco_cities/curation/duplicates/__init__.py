"""Detection of possible duplicates by names in any script, places and dates.

Each kind's admin configures the comparison of two records (`RecordAdmin.similarity`, a `similarity.SimilarityConfig`).
`candidates` finds similar pairs among stored records, and stored records that are similar to new rows.
"""
