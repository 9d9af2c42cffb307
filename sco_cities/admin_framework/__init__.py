"""The admin site with its custom pages and autocompletes. It does not depend on the kinds of record or on history."""
