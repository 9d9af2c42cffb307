"""The cooperation matrix: joint initiatives of places as a table of squares."""
