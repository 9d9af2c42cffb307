"""Readers' requests to correct an error, and the curators' answers."""
