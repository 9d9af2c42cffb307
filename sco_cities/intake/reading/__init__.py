"""Reads a press report and returns marks with their positions in the text. The package does not use Django."""
