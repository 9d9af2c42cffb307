"""Exports of all records of a list, in its order, in formats other than HTML."""
