"""The cooperation matrix. It shows the joint initiatives of places as a table of squares."""
