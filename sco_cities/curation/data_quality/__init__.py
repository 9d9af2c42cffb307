"""Data quality metrics per kind of record, in a report that links each number to a work queue of its records."""
