"""The reconciliation service: which of our records the names in somebody else's table mean."""
