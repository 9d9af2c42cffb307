"""Infrastructure of the running site, such as settings, start-up, limits, health checks and caches.

This package does not import record models.
"""
