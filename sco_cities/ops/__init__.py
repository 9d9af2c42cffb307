"""Operation of the site: environment file, start, headers, limits, health checks, rate limits, caches.

This package imports no kind of record.
"""
