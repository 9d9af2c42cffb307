"""The JSON API, with lists, records, search and changes for programs, built from the declarations of the lists."""
