"""Sends a report to a language model, and keeps the parts of the answer that the text of the report supports."""
