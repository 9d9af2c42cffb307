"""Ties have a row for each pair of cities in each initiative, as files and for the API."""
