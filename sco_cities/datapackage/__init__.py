"""Loads and dumps all data of the site as a Frictionless Tabular Data Package.

- `tables`, `record_tables`: declare the tables. The types of their columns are in `columns` and `relation_columns`.
- `parse`: reads files into rows and values.
- `validate`: finds all errors of a package by applying `rules` and `publish_rules`.
- `load`: writes validated rows to the database.
- `update`: merges a new package into a database that has changed since the last load. `slug_changes` finds renamed
  records, and `three_way_merge` selects the values to write.
- `dump`, `descriptor`: write the database to files.
"""
