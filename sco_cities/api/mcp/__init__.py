"""A read-only Model Context Protocol server with tools to search, list, count and cite records."""
