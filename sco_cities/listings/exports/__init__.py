"""Exports of lists: all records of a list, in its order, in other formats than the page."""
