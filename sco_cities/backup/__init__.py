"""Backups of the database, made while the site runs, verified, and restored."""
