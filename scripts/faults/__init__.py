"""Implements `make faults`, which breaks dependencies of the site, and measures the effect on readers and curators.

One module per area. Each has `checks(engine)`, which yields rows with measurement and goal. The short forms are
ordinary tests.
"""
