"""The dossier of two to four cities or countries, with their joint initiatives and a comparison."""
