"""Sets, clears, adds or removes the same values in many records."""
