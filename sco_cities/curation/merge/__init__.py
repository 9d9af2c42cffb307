"""Merges two records. Values, evidence and references move from the duplicate to the kept record."""
