"""Evidence at the curator's desk: shown at each field, added from there, for many records at once, and ruled on."""
