"""The reconciliation service, which matches names in a user's table to records of the site."""
