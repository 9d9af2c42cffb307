"""The reconciliation service, which finds the records meant by names in other people's tables."""
