"""Implements `make load`, which puts the load of a busy day on the site and compares it with the targets."""
