"""The publication workflow of records (transitions between states, publish checks, the review queue)."""
