"""Editing many records at once: what is chosen once is set, added and removed in all of them."""
