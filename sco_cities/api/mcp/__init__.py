"""A read-only Model Context Protocol server with tools that search, list, count and cite records."""
