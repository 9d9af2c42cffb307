"""Evidence in the admin, including field notes, pages for adding evidence to records, and rulings."""
