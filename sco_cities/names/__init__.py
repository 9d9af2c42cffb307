"""Normalises and compares names in any script, and reads vocabularies of words in names."""
