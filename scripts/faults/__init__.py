"""`make faults`: breaks what the site depends on, and measures what readers and curators get during that time.

One module per area; each has `checks(engine)`, which yields rows with what was measured and the goal. The short forms
are ordinary tests.
"""
