"""Reads an uploaded file as a table, in a process of its own with limits of memory and processor time.

`python -m sco_cities.imports.parser` is that process. It imports only the standard library, so that it starts in a few
hundredths of a second, and it has no settings, no database and no catalogues. `imports.sheet_reader` starts it.
"""
