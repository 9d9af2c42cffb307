"""The history of records: documents tell what a record says, changes how two documents differ.

`recorded` (in `recording`) notes what happens within a transaction, `reversal` takes it back.
"""
