"""Keeps the input of admin forms until it is saved, and shows who else has a record open."""
