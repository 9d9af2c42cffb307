"""Permissions: the groups of the three roles, and object permissions on single records."""
