"""The JSON API for lists, records, search and changes, generated from the list declarations."""
