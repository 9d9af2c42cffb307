"""Mementos (RFC 7089), which are pages of records as they were published at the end of a day."""
