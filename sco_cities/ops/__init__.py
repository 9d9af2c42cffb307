"""Infrastructure of the running site, such as settings, startup, limits, health checks and caches.

This package does not import record models.
"""
