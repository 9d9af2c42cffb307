"""Evidence in the admin, with notes at each field, pages to add evidence to one or many records, and rulings."""
