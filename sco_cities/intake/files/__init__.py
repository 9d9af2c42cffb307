"""Reads an uploaded report as text, in a process of its own with limits of memory and processor time.

`python -m sco_cities.intake.files` is that process. It imports only the standard library and, for a PDF, pypdfium2.
`intake.upload` starts it.
"""
