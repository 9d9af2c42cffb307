"""How programs find the site and its data: sitemaps, and descriptions for assistants, catalogues and search engines."""
