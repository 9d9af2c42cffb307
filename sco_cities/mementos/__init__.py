"""Mementos (RFC 7089), which are pages of records as published at the end of a past date."""
