"""Permissions, as the groups of the three roles and object permissions on single records."""
