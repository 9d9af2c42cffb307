"""Comments on records and their fields, for those who see the form of a record."""
