"""Creates and updates records from a CSV or XLSX file that was exported from this site or written by curators.

The stages, in order of the data flow:

- `parser`: reads a file as rows of texts, in a separate process that `sheet_reader` starts.
- `column_types`, `column_mapping`: define the import columns, and map the columns of the file to the import columns by
the stored mapping and the probable meanings of headings.
- `row_identity`: finds the record of a row without a slug.
- `value_names`, `value_resolver`: convert the words in cells to values. `questions` lists unknown words for the
curator.
- `new_records`, `new_values`: add records that curators' answers require, and titles, defaults and transliterations.
- `current_cells`, `cell_diff`: compute the cells of a current export, and compare these cells with the file.
- `to_package`: converts changed rows to data package rows, and checks the package rules.
- `row_evidence`: adds the passage that supports the values of a row.
- `validate`: runs these stages on a file and collects all errors. `duplicates` finds possible duplicates.
- `row_display`: shows row results with the names of columns, records and choices.
- `jobs`: runs imports (large files in the background), and writes the changes as one change set.

A grid is an import without a file. `grid` contains the cells of records and the replacement texts. `grid_views`
contains the views of the grid page. All stages above process a grid like a file.
"""
