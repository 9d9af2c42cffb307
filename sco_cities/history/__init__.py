"""The history of records: documents tell what a record says, changes how two documents differ.

`recorded` (in `recording`) notes what happens within a transaction, `reversal` takes it back.

It is written here, and not left to a library that stores rows (django-reversion): such versions cannot be read once
what they name is gone or tables have changed, do not say who lost a row to whom in a merge, and are not for readers.
"""
