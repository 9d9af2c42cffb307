"""The groups of the three roles, and object permissions for single records."""
