"""Spreadsheet import: a CSV or XLSX file, exported here or written by people, creates and updates records.

The stages, in order of the data flow:

- `parser`: bytes to rows of texts, in a process of its own, which `sheet_reader` starts.
- `column_types`, `column_mapping`: which column of the file is which column of the records.
- `row_identity`: which record a row is about if it has no slug.
- `value_names`, `value_resolver`: words of people as values; `questions` about unknown ones.
- `new_records`: the cities and organisations that answers add; `new_values`: titles, defaults and transliterations.
- `current_cells`, `cell_diff`: the cells that an export would write now, and how a file differs from them.
- `to_package`, `cell_checks`: changed rows as rows of the data package, validated by its rules and those of files.
- `row_evidence`: the passage that supports the values of a row.
- `validate`: runs these stages on a file and collects all errors; `duplicates` finds possible duplicates.
- `row_display`: the results of rows with the names of columns, records and choices.
- `apply`: writes the changes as one change set; `error_files` gives back the rows with errors.

`mapping_memory` keeps the curator's choices for the next file with the same headings, and `word_lists` has what
headings and words probably mean. `jobs` runs imports for the admin, large ones in the background.
"""
