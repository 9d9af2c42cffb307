"""Sitemaps and machine-readable descriptions of the site and its data for assistants, catalogues and search engines."""
