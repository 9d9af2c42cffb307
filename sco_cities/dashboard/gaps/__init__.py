"""The gap finder of a city. It lists themes on which other cities have running initiatives but the city has none."""
