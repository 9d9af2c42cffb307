"""The dossier of two to four cities and countries: what they do together, and how they compare."""
