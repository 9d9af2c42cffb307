"""Operation of the site: headers, limits, health checks, login throttling, page cache, read replica.

This package imports no kind of record.
"""
