"""Implements `make bench`, which measures the speed of the site and of comparable programs on generated data.

`generator` creates data packages, `databases` loads them with `load_package`, and `site` serves them as in production.
The other modules measure, and `targets` contains the targets. All files are in var/bench and may be deleted at any
time.
"""
