"""Loads and dumps all data of the site as a Frictionless Tabular Data Package.

- `tables`, `record_tables`: the tables, declared with the columns of `columns` and `relation_columns`.
- `parse`: files to rows and values.
- `validate`: all errors of a package, by `rules`, `evidence_rules` and `publish_rules`.
- `load`: validated rows to the database.
- `update`: a new package to a database with later changes: `base_package` is the loaded one, `slug_changes`
  finds renamed records, `three_way_merge` decides.
- `dump`, `descriptor`, `atomic_directory`: the database to files.
"""
