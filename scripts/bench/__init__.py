"""`make bench`: how quick the site is, beside its rivals, on data made up for it.

`generator` makes packages, `loading` brings them into both databases through the site's own load_package,
`site` serves them as in production, one module per promise measures, and `promises` holds the figures that
are to be reached. Everything it makes is in var/bench and may be deleted at any time.
"""
