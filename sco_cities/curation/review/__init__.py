"""The way of a record to its readers and back: who moves it, what stands in the way, what waits for review."""
