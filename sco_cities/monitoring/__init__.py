"""Log lines, and metrics for Prometheus, for operators of the running site.

docs/operators/monitoring.md describes both.
"""
