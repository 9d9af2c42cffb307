"""Infrastructure of the running site, from the environment file and the start to limits, health checks and caches.

This package imports no record models.
"""
