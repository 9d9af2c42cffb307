"""The cooperation matrix shows joint initiatives of places as a table of squares."""
