"""How well the reconciliation service finds names."""
