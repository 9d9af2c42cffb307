"""Data quality. A report of metrics per kind of record, where each number links to a work queue of its records."""
