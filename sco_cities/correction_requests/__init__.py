"""Requests from readers to correct an error, and the curators' answers."""
