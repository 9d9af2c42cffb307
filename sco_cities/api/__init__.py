"""The JSON API: lists, records, search and changes for programs, from the declarations of the lists."""
