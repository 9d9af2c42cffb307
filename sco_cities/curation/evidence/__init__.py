"""Evidence in the admin, including notes at each field, pages to add evidence to records, and rulings."""
