"""Implements `make load`, which simulates the load of a busy day and compares the measurements with the targets."""
