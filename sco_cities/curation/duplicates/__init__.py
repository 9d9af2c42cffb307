"""Duplicate detection finds candidate pairs of records by names in any script, place and dates.

The admin of each kind of record declares how two of its records are compared (`RecordAdmin.similarity`, a
`similarity.SimilarityConfig`). `candidates` finds pairs among stored records and stored records similar to new rows.
"""
