"""Sends a report to a language model, and keeps only answers that the report's text supports."""
