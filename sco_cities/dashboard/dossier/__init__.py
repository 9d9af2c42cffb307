"""The dossier of two to four cities and countries, with their joint initiatives and a comparison."""
