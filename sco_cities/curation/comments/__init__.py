"""Comments on records and their fields, for users who can open the record's form."""
