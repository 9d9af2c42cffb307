"""Evidence in the admin: notes at each field, pages that add evidence to one or many records, and rulings."""
