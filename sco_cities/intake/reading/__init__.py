"""Reads a press report and returns marks with their positions in the text. Plain Python without Django."""
