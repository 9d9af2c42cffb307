"""Extracts the text of an uploaded report in a separate process with limits of memory and CPU time.

`intake.reception` starts the process as `python -m sco_cities.intake.files`. At its start the process imports only the
standard library. It imports pypdfium2 to read PDF files, and charset-normalizer to detect character sets.
"""
