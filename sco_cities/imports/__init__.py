"""Creates and updates records from a CSV or XLSX file, exported here or written by curators.

The stages, in order of the data flow:

- `parser`: bytes to rows of texts, in a separate process, which `sheet_reader` starts.
- `column_types`, `column_mapping`: columns of the file and of the records.
- `row_identity`: the record of a row without a slug.
- `value_names`, `value_resolver`: words of curators as values; `questions` about unknown words.
- `new_records`: the cities and organisations that answers add; `new_values`: titles, defaults and transliterations.
- `current_cells`, `cell_diff`: the cells that an export would write now, and how a file differs from them.
- `to_package`, `cell_checks`: changed rows as rows of the data package, validated by rules of both.
- `row_evidence`: the passage that supports the values of a row.
- `validate`: runs these stages on a file and collects all errors; `duplicates` finds possible duplicates.
- `row_display`: the results of rows with the names of columns, records and choices.
- `apply`: writes the changes as one change set; `error_files` gives back the rows with errors.

A grid is an import without a file. `grid_sheet` contains the cells of records and what is typed over them, `grid` and
`grid_views` are its page. All stages above read it like a file.

`mapping_memory` keeps the curator's choices for the next file with the same headings, and `word_lists` contains the
probable meanings of headings and words. `jobs` runs imports for the admin, large ones in the background.
"""
