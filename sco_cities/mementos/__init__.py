"""Mementos (RFC 7089), the pages of records as published at the end of a day."""
