"""Mementos: the pages of records as they were published at the end of a day (RFC 7089 calls them so)."""
