"""The admin site, its custom pages and its autocompletes, independent of the kinds of record and of history."""
