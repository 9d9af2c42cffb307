"""Exports of complete lists, in list order, in formats other than HTML."""
