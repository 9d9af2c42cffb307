"""Reads a press report: plain Python without Django, from a text to marks with their places in it."""
