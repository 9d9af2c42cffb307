"""Implements `make bench`, which measures the speed of the site and of comparable programs on generated data.

`generator` makes data packages, `databases` loads them with `load_package`, `site` serves them as in production, one
module per target measures, and `targets` contains the targets. All its files are in var/bench and may be deleted at any
time.
"""
