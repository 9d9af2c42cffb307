"""Measures how well the reconciliation service finds names."""
