"""The reconciliation service. It matches names in a user's table to records of the site."""
