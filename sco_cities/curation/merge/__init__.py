"""Making one of two records: what the one that goes has, and all that names it, moves to the one that stays."""
