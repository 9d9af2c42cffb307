"""The admin site, its custom pages and autocompletes, which know no kind of record and no history."""
