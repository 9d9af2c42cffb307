"""Reads an uploaded file as a table, in a separate process with limits of memory and CPU time.

`python -m sco_cities.imports.parser` is that process. At its start it imports only the standard library, which takes a
few hundredths of a second; python-calamine reads workbooks, and charset-normalizer detects character sets. It has no
settings, no database and no catalogues. `imports.sheet_reader` starts it.
"""
