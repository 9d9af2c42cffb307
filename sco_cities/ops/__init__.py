"""Operation of the site, with environment file, start, headers, limits, health checks, rate limits and caches.

This package imports no kind of record.
"""
