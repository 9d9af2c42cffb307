"""Asks a language model about a report and checks which parts of its answer the text supports."""
