"""The data package: all data of the site as a Frictionless Tabular Data Package, loaded and dumped.

- `tables`, `record_tables`: the tables, declared with the columns of `columns` and `relation_columns`.
- `parse`: files to rows and values.
- `validate`: all errors of a package, by `rules`, `evidence_rules` and `publish_rules`.
- `load`: validated rows to the database.
- `update`: a new package to a database that has been worked on since: `base_package` is what was loaded, `slug_changes`
  finds renamed records, `three_way_merge` decides.
- `dump`, `descriptor`, `atomic_directory`: the database to files.
"""
