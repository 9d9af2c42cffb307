"""Keeps the input of admin forms until it is saved, and shows which other users have a record open."""
