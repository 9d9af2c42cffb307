"""Keeps unsaved input of admin forms, and shows which other users have a record open."""
