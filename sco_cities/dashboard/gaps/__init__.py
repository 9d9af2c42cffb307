"""The gap finder of a city lists themes on which similar cities have running initiatives and the city has none."""
