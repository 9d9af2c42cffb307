"""Reads an uploaded file as a table, in a separate process with limits of memory and CPU time.

`imports.sheet_reader` starts the process as `python -m sco_cities.imports.parser`. At its start the process imports
only the standard library, which takes a few hundredths of a second. It imports python-calamine to read workbooks, and
charset-normalizer to detect character sets. The process has no settings, no database and no translation catalogues.
"""
