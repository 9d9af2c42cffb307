"""Bulk edit sets, clears, adds and removes the same values in many records."""
