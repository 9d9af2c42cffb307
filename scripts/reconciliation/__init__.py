"""Measures the accuracy of the reconciliation service."""
