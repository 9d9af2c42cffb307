"""The publication workflow of records, with transitions between states, publish checks and the review queue."""
