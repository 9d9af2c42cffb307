"""Implements `make faults`, which breaks dependencies of the site, and measures the effect on readers and curators.

Each area has a function that yields rows with a measurement and a goal. Tests run shorter versions of these checks.
"""
