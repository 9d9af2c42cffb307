"""The admin site, its custom pages and autocompletes, independent of kinds of record and history."""
