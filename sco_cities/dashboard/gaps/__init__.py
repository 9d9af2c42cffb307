"""The gap finder of a city lists themes on which other cities have running initiatives and the city has none."""
