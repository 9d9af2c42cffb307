"""Merges two records. Values, evidence and references of a duplicate move to the record that is kept."""
