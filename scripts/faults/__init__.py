"""Implements `make faults`, which breaks dependencies of the site, and measures the effect on readers and curators.

Each area has a function that yields rows with measurement and goal. Ordinary tests run shorter versions.
"""
