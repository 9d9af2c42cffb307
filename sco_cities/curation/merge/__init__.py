"""Merging two records: the values, evidence and references of a duplicate move to the record that is kept."""
