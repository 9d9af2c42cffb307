"""Internationalisation: message catalogues, the language of a request, collation, numbers, dates and punctuation.

Catalogues are made with Babel, so that GNU gettext need not be installed. `extraction` finds the messages in code and
templates, `po_update` updates the catalogues, `po_files` reads, writes and compiles them, `po_lint` checks them.
`middleware` selects the language of a request.
"""
