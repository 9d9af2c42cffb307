"""Spreadsheet import: a CSV or XLSX file in the export format of a list creates and updates records.

The stages, in order of the data flow:

- `parser`: bytes to rows of texts, in a process of its own, which `sheet_reader` starts.
- `column_types`, `column_mapping`: which column of the file is which column of the records.
- `current_cells`, `cell_diff`: the cells that an export would write now, and how a file differs from them.
- `to_package`, `package_rules`: changed rows as rows of the data package, validated by its rules.
- `validate`: runs these stages on a file and collects all errors; `duplicates` finds possible duplicates.
- `apply`: writes the changes as one change set.

`jobs` runs imports for the admin, large ones in the background.
"""
