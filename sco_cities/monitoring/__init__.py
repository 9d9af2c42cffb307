"""Log lines and Prometheus metrics for operators of the running site.

docs/operators/monitoring.md describes both.
"""
