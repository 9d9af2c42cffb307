"""Ties, which are rows for each pair of cities in each initiative, as files and for the API."""
