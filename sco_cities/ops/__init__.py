"""Operation of the site: environment file, start, headers, limits, health checks, login throttling, caches.

This package imports no kind of record.
"""
