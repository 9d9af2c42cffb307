"""Message catalogues, the language of a request, collation, numbers, dates and punctuation.

Developers update and check the catalogues with GNU gettext. `po_files` compiles them with Babel, so running the site
requires no system package. `middleware` selects the language of a request.
"""
