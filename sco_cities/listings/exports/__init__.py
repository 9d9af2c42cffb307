"""A list in another form than the page: the same records in the same order, all of them."""
