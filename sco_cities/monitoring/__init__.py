"""What operators see of the running site: log lines, and metrics for Prometheus.

docs/operators/monitoring.md describes both.
"""
