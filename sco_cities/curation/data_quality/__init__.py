"""Data quality metrics per kind of record, and a report that links each number to a work queue."""
