"""The gap finder of a city: the themes on which similar cities have running initiatives and the city has none."""
