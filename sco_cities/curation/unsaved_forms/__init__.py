"""Forms while people type in them: what is typed is kept until it is saved, and others see who has a record open."""
