"""Data quality: a report of metrics per kind of record, each number with a work queue of the records behind it."""
