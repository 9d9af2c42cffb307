"""The cooperation matrix: who works with whom, as a table of squares."""
