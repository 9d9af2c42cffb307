"""A read-only server of the Model Context Protocol: tools that search, list, count and cite records for assistants."""
