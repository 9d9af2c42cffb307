"""Makes backups of the database while the site runs, verifies them, and restores them."""
