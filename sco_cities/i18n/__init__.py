"""Message catalogues, the language of a request, collation, numbers, dates and punctuation.

GNU gettext updates and checks the catalogues for developers. `po_files` compiles them with Babel, so that a site needs
no system package. `middleware` selects the language of a request.
"""
