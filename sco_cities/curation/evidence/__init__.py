"""Evidence in the admin, with notes at each field, pages that add evidence to one or many records, and rulings."""
