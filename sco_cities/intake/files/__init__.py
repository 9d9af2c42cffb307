"""Extracts the text of an uploaded report in a separate process with limits of memory and CPU time.

`python -m sco_cities.intake.files` is that process. At its start it imports only the standard library; pypdfium2 reads
PDF files, and charset-normalizer detects character sets. `intake.upload` starts the process.
"""
