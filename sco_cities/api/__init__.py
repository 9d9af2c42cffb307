"""The JSON API for lists, records, search and changes, based on the declarations of the lists."""
