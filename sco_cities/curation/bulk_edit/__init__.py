"""Bulk edit: set, clear, add and remove the same values in many records."""
