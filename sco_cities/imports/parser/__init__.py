"""Reads an uploaded file as a table, in a separate process with limited memory and CPU time.

`imports.sheet_reader` starts the process as `python -m sco_cities.imports.parser`. The process starts in a few
hundredths of a second, because it imports only the standard library at first. It imports python-calamine only to read
workbooks, and charset-normalizer only to detect character sets. The process has no access to settings, database and
translation catalogues.
"""
