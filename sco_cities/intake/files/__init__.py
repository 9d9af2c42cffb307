"""Reads an uploaded report as text, in a process of its own with limits of memory and processor time.

`python -m sco_cities.intake.files` is that process. At its start it imports only the standard library; pypdfium2
reads PDF files, and charset-normalizer finds character sets. `intake.upload` starts it.
"""
